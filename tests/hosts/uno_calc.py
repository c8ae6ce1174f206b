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

from addin.calc.office.document import Document, about
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
    known["about"] = about(known["doc"])


def close() -> None:
    """Close the document."""
    known["doc"].close(True)


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


def button(number: int) -> tuple[int, int]:
    """Return where on the screen a button of our toolbar is: its middle."""
    bar = "private:resource/toolbar/addon_org.getcontacts.calc.bar"
    element = known["doc"].CurrentController.Frame.LayoutManager.getElement(bar)
    shown = element.RealInterface.AccessibleContext.getAccessibleChild(number)
    at = shown.AccessibleContext.getLocationOnScreen()
    size = shown.AccessibleContext.getSize()
    return at.X + size.Width // 2, at.Y + size.Height // 2


def described(name: str) -> dict[str, Any]:
    """Return what the function wizard says of a function."""
    service = "com.sun.star.sheet.FunctionDescriptions"
    every = known["context"].ServiceManager.createInstance(service)
    found = ({p.Name: p.Value for p in every.getByIndex(n)} for n in range(every.Count))
    told = next(each for each in found if each["Name"] == name)
    return {
        "text": told["Description"],
        "arguments": [(each.Name, each.Description) for each in told["Arguments"]],
    }


def cells(sheet: str, address: str) -> Any:
    """Return cells of a sheet."""
    return known["doc"].Sheets.getByName(sheet).getCellRangeByName(address)


def formats(area: list[Any]) -> list[list[str]]:
    """Return the format of each cell of an area, "" for none."""
    whole = known["operations"]._cells(area)
    found = [[""] * area[4] for _ in range(area[3])]
    groups, known_formats = whole.UniqueCellFormatRanges, known["doc"].NumberFormats
    for group in map(groups.getByIndex, range(groups.Count)):
        for cells in map(group.getByIndex, range(group.Count)):
            code, at = known_formats.getByKey(cells.NumberFormat).FormatString, cells.RangeAddress
            for row in range(at.StartRow - area[1] + 1, at.EndRow - area[1] + 2):
                for column in range(at.StartColumn - area[2] + 1, at.EndColumn - area[2] + 2):
                    found[row][column] = code.lower()
    return found


def formula_places(area: list[Any]) -> list[tuple[int, int]]:
    """Return where in an area formulas are, from 0."""
    spans = known["operations"]._cells(area).queryContentCells(16).RangeAddresses
    return [
        (row - area[1] + 1, column - area[2] + 1)
        for at in spans
        for row in range(at.StartRow, at.EndRow + 1)
        for column in range(at.StartColumn, at.EndColumn + 1)
    ]


def sort(back: bool) -> None:
    """Sort the rows of the table by their ids, as its user does."""
    table = known["operations"].tables()[0]["area"]
    titles = known["operations"].values([*table[:3], 1, table[4]])[0]
    body = known["operations"]._cells([table[0], table[1] + 1, table[2], table[3] - 1, table[4]])
    field = uno.createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = titles.index("id"), not back
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    descriptor = properties_of({"SortFields": fields, "ContainsHeader": False})
    uno.invoke(body, "sort", (uno.Any("[]com.sun.star.beans.PropertyValue", descriptor),))


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
