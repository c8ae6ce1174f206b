"""Message boxes, questions and the choice of a file, in front of a document."""

from __future__ import annotations

from typing import Any

import uno

TITLE = "Contacts"
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


def _box(doc: Any, kind: str, buttons: int, text: str) -> int:
    controller = doc.CurrentController
    if controller is None:
        return 0
    window = controller.Frame.ContainerWindow
    of = uno.Enum("com.sun.star.awt.MessageBoxType", kind)
    return int(window.Toolkit.createMessageBox(window, of, buttons, TITLE, text).execute())
