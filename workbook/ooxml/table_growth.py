"""What grows with a table that gets rows: its own ranges, and rules that covered whole columns."""

from __future__ import annotations

from msgspec.structs import replace

from workbook.merge.ranges import Range, grown, parse
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

_RULES = frozenset({"conditionalFormatting", "dataValidation", "ignoredError"})


def grow_table(table: Table, new: int) -> bool:
    """Let the table's range, filter and sorting reach over so many more rows; tell if it changed.

    A table that Excel shows a blank row for, since it has none, has rows now.
    """
    waited = table.root.attrib.pop("insertRow", None) is not None
    if not new:
        return waited
    for element in table.root.iter("{*}table", "{*}autoFilter", "{*}sortState", "{*}sortCondition"):
        covered = parse(element.get("ref", ""))
        if covered is not None and covered.bottom == table.ref.bottom:
            element.set("ref", str(replace(covered, bottom=covered.bottom + new)))
    return True


def grow_rules(table: Table, grid: Grid, new: int) -> None:
    """Let formats, validations and switched-off warnings that covered whole columns grow.

    Those that newer versions of Excel keep in extensions (x14) grow as well.
    """
    for rule in grid.root.iter(*(f"{{*}}{name}" for name in _RULES)):
        extended = rule.find("{*}sqref")
        if extended is not None:
            extended.text = grown(extended.text or "", table.body, new)
        elif "sqref" in rule.attrib:
            rule.set("sqref", grown(rule.get("sqref", ""), table.body, new))


def reach_over(grid: Grid, cells: Range) -> None:
    """Let the used range that the sheet states, if it does, hold these cells."""
    stated = grid.root.find(f"{grid.ns}dimension")
    used = None if stated is None else parse(stated.get("ref", ""))
    if stated is not None and used is not None:
        stated.set("ref", str(used.around(cells)))
