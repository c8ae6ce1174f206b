"""What LibreOffice calls: the buttons and the worksheet functions."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, List, Optional

import unohelper
from com.sun.star.frame import XDispatch, XDispatchProvider, XTerminateListener
from com.sun.star.lang import XInitialization, XServiceInfo
from org.getcontacts.calc import XContacts

from . import windows
from .document import Document, about
from .formulas import Formulas, Result
from .talk import STOPPED, Job, Message, Talk, soon

NAME = "org.getcontacts.calc"
HANDLER = "com.sun.star.frame.ProtocolHandler"
WORDS = ("refresh", "undo", "allow", "export", "account", "check", "help")
SOON = 1.5  # seconds after which a window offers to stop
BUSY = "Contacts are being fetched already. Wait for that to end, then press the button again."


class Office:
    """What all buttons and functions of this office share; made when the first of them is used."""

    _only: Optional[Office] = None

    def __init__(self, context: Any) -> None:
        self.context = context
        settings = Path(__file__).with_name("settings.json").read_text("utf-8")
        self.talk = Talk(context, json.loads(settings)["command"])
        self.formulas = Formulas(context, self.talk)
        self.busy = self._stopped = False
        self._waited_for: Optional[Document] = None
        self._window: Any = None
        name = "com.sun.star.frame.Desktop"
        desktop = context.ServiceManager.createInstanceWithContext(name, context)
        desktop.addTerminateListener(Ending(self.talk))

    @classmethod
    def of(cls, context: Any) -> Office:
        """Return the only one."""
        if cls._only is None:
            cls._only = cls(context)
        return cls._only

    def press(self, doc: Any, word: str) -> None:
        """Do what a button is for, in the background until the answer is there."""
        if self.busy:
            windows.tell(doc, BUSY, "critical")
            return
        self.busy = True
        document = Document(self.context, doc)
        request = {"press": word, "about": about(doc)}
        done = partial(self._done, document)
        self.talk.add(Job(request, done, document.serve, document.one_step))
        self._waited_for = document
        later = threading.Timer(SOON, soon, [self.context, partial(self._wait, document)])
        later.daemon = True
        later.start()

    def _wait(self, document: Document) -> None:
        """Offer to stop what takes longer than a moment."""
        if self._waited_for is document and not self._window:
            with suppress(Exception):  # the document was closed meanwhile
                self._window = windows.Waiting(self.context, document.doc, self._stop)

    def _stop(self) -> None:
        self._stopped = True
        self.talk.child.kill()

    def _done(self, document: Document, answer: Message) -> None:
        self.busy, self._waited_for = False, None
        if self._window is not None:
            self._window.close()
        stopped, self._stopped, self._window = self._stopped, False, None
        closed = document.is_closed()
        if not closed:
            document.let_go()
            self.formulas.wake(document.doc)
        self.formulas.ask_all()
        if closed:
            return
        if "lost" in answer:
            windows.tell(document.doc, STOPPED if stopped else answer["lost"], "critical")
        elif answer["told"]:
            windows.tell(document.doc, *answer["told"])


class Ending(unohelper.Base, XTerminateListener):  # type: ignore[misc]
    """The child ends with the office."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def queryTermination(self, _: object) -> None:
        """Have nothing against it."""

    def notifyTermination(self, _: object) -> None:
        """End the child."""
        self._talk.child.kill()

    def disposing(self, _: object) -> None:
        """Do nothing: the office has told before."""


class Buttons(unohelper.Base, XServiceInfo, XInitialization, XDispatchProvider, XDispatch):  # type: ignore[misc]
    """The buttons of one window: org.getcontacts.calc:refresh and the like, fixed words all."""

    def __init__(self, context: Any) -> None:
        self._context, self._frame = context, None

    def initialize(self, given: List[Any]) -> None:
        """Take the window."""
        self._frame = given[0] if given else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:
        """Return who does what the address says, None for anything but our own words."""
        return self if url.Protocol == f"{NAME}:" and url.Path in WORDS else None

    def queryDispatches(self, requests: List[Any]) -> List[Any]:
        """Return who does what each of some addresses says."""
        return [self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests]

    def dispatch(self, url: Any, arguments: List[Any]) -> None:
        """Do what a button is for."""
        if url.Path in WORDS and _by_hand(arguments) and self._frame is not None:
            Office.of(self._context).press(self._frame.Controller.Model, url.Path)

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """Say nothing: a button can always be pressed."""

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        """Do nothing."""

    def getImplementationName(self) -> str:
        """Return the name under which it is registered."""
        return f"{NAME}.Buttons"

    def supportsService(self, name: str) -> bool:
        """Tell whether it is of a service."""
        return name == HANDLER

    def getSupportedServiceNames(self) -> Any:
        """Return its services."""
        return (HANDLER,)


def _by_hand(arguments: List[Any]) -> bool:
    """Tell whether a toolbar or a menu says so; a document says it when it is opened, or by links.

    A toolbar adds which keys are held down, a menu says who refers to it.
    """
    given = {each.Name: each.Value for each in arguments}
    return "KeyModifier" in given or given.get("Referer") == "private:user"


class AddIn(unohelper.Base, XContacts):  # type: ignore[misc]
    """The worksheet functions; Calc adds the calling document by itself."""

    def __init__(self, context: Any) -> None:
        self._formulas = Office.of(context).formulas

    def getcontacts(self, doc: Any, kind: Any, count: Any, headers: Any, account: Any) -> Result:
        """List the contacts."""
        return self._formulas.result("GETCONTACTS", doc, kind, count, headers, account)

    def getcontact(self, doc: Any, id_or_phone: Any, field: Any, account: Any) -> Result:
        """Return one field of a contact."""
        return self._formulas.result("GETCONTACT", doc, id_or_phone, field, account)

    def getcontactsinfo(self, doc: Any, account: Any) -> Result:
        """Tell which list is shown."""
        return self._formulas.result("GETCONTACTSINFO", doc, account)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(AddIn, f"{NAME}.AddIn", ("com.sun.star.sheet.AddIn",))
g_ImplementationHelper.addImplementation(Buttons, f"{NAME}.Buttons", (HANDLER,))
