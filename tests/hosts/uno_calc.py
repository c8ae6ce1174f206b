"""Serve a test beside a running LibreOffice: run or evaluate what it sends, a line each.

The words of the test know `context`, `desktop`, `doc` (the document it works with) and what is
defined below.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

import uno
import unohelper
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment

from addin.calc.office.document import Document
from tests.hosts.uno_desktop import MACROS_WITHOUT_ASKING, properties_of
from tests.hosts.uno_desktop import context as office

NEW = "private:factory/scalc"
known: dict[str, Any] = {}


class Yes(unohelper.Base, XCommandEnvironment, XInteractionHandler):  # type: ignore[misc]
    """Agree to everything."""

    def getInteractionHandler(self) -> Any:
        return self

    def getProgressHandler(self) -> None:
        return None

    def handle(self, request: Any) -> None:
        approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
        next(c for c in request.getContinuations() if c.queryInterface(approve)).select()


def add(url: str) -> None:
    """Add an extension to the running office, which root may, too."""
    manager = known["context"].getValueByName(
        "/singletons/com.sun.star.deployment.ExtensionManager"
    )
    manager.addExtension(url, (), "user", None, Yes())


def load(url: str = NEW, **more: object) -> None:
    """Make or open a document, and work with it from now on."""
    wanted = properties_of({"MacroExecutionMode": MACROS_WITHOUT_ASKING, **more})
    known["doc"] = known["desktop"].loadComponentFromURL(url, "_blank", 0, wanted)
    known["operations"] = Document(known["context"], known["doc"])


def store(url: str, filter_name: str) -> None:
    """Save the document."""
    known["doc"].storeAsURL(url, properties_of({"FilterName": filter_name}))


def press(word: str) -> None:
    """Do what a button on the toolbar does."""
    dispatch(f"org.getcontacts.calc:{word}", Referer="private:user")


def dispatch(address: str, **arguments: object) -> None:
    """Dispatch an address in the window of the document."""
    name = "com.sun.star.frame.DispatchHelper"
    helper = known["context"].ServiceManager.createInstance(name)
    frame = known["doc"].CurrentController.Frame
    helper.executeDispatch(frame, address, "", 0, properties_of(arguments))


def answers(address: str) -> bool:
    """Tell whether anybody does what an address says."""
    url = uno.createUnoStruct("com.sun.star.util.URL")
    url.Complete, url.Main, (url.Protocol, _, url.Path) = address, address, address.partition(":")
    url.Protocol += ":"
    return known["doc"].CurrentController.Frame.queryDispatch(url, "", 0) is not None


def cells(sheet: str, address: str) -> Any:
    """Return cells of a sheet."""
    return known["doc"].Sheets.getByName(sheet).getCellRangeByName(address)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Run or evaluate words of the test."""
    try:
        names = {**globals(), **known, **asked["names"]}
        if "value" in asked:
            return {"value": eval(asked["value"], names)}
        exec(asked["run"], names)
    except Exception:
        return {"failed": traceback.format_exc()}
    return {"value": None}


def main() -> None:
    """Serve until the test has nothing more to say."""
    known["context"] = office()
    known["desktop"] = known["context"].ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", known["context"]
    )
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=str), flush=True)


main()
