"""Message boxes, questions and the choice of a file, in front of a document."""

from __future__ import annotations

from typing import Any, Callable, Tuple

import uno
import unohelper
from com.sun.star.awt import XActionListener

TITLE = "Contacts"
ASKING = "Asking GREEN-API…"
OK, YES_NO = 1, 3  # com.sun.star.awt.MessageBoxButtons
YES = 2  # com.sun.star.awt.MessageBoxResults
SAVE = 10  # com.sun.star.ui.dialogs.TemplateDescription.FILESAVE_AUTOEXTENSION


def tell(doc: Any, text: str, mode: str = "info") -> None:
    """Show a message, nowhere where the document has no window any more."""
    kind = "ERRORBOX" if mode == "critical" else "INFOBOX"
    _box(doc, kind, OK, text)


def asks(doc: Any, text: str) -> str:
    """Return "yes" or "no", as the user says."""
    return "yes" if _box(doc, "QUERYBOX", YES_NO, text) == YES else "no"


def file_to_write(context: Any, name: str, title: str) -> str:
    """Return which file the user wants to write, "" where he thought better of it."""
    service = "com.sun.star.ui.dialogs.FilePicker"
    picker = context.ServiceManager.createInstanceWithArgumentsAndContext(service, (SAVE,), context)
    picker.setTitle(title)
    picker.setDefaultName(name)
    picker.appendFilter("Excel (*.xlsx)", "*.xlsx")
    if not picker.execute():
        return ""
    return str(uno.fileUrlToSystemPath(picker.getSelectedFiles()[0]))


class Waiting(unohelper.Base, XActionListener):  # type: ignore[misc]
    """A small window with a button that stops; the document can be worked with meanwhile."""

    def __init__(self, context: Any, doc: Any, stop: Callable[[], None]) -> None:
        self._stop, create = stop, context.ServiceManager.createInstanceWithContext
        model = create("com.sun.star.awt.UnoControlDialogModel", context)
        model.Title, model.Width, model.Height = TITLE, 150, 44
        self._add(model, "FixedText", "said", (8, 6, 134, 12), ASKING)
        self._add(model, "Button", "stop", (53, 24, 44, 14), "Stop")
        self._dialog = create("com.sun.star.awt.UnoControlDialog", context)
        self._dialog.setModel(model)
        toolkit = create("com.sun.star.awt.Toolkit", context)
        self._dialog.createPeer(toolkit, doc.CurrentController.Frame.ContainerWindow)
        self._dialog.getControl("stop").addActionListener(self)
        self._dialog.setVisible(True)

    def _add(self, model: Any, kind: str, name: str, at: Tuple[int, ...], text: str) -> None:
        control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        control.PositionX, control.PositionY, control.Width, control.Height = at
        control.Label = text
        model.insertByName(name, control)

    def actionPerformed(self, _: object) -> None:
        """Stop."""
        self._stop()

    def disposing(self, _: object) -> None:
        """Do nothing: the window goes with the office."""

    def close(self) -> None:
        """Take the window away."""
        self._dialog.dispose()


def _box(doc: Any, kind: str, buttons: int, text: str) -> int:
    controller = doc.CurrentController
    if controller is None:
        return 0
    window = controller.Frame.ContainerWindow
    of = uno.Enum("com.sun.star.awt.MessageBoxType", kind)
    return int(window.Toolkit.createMessageBox(window, of, buttons, TITLE, text).execute())
