"""Which formulas of a workbook reach cells that were changed, directly or by others; pure.

Followed are plain cells and ranges, whole rows and columns, defined names and columns of tables. A
formula that finds its cells while it is computed (INDIRECT, OFFSET) can not be followed for sure.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from workbook.merge.formulas import Kind, Token, tokens
from workbook.merge.ranges import Range
from workbook.merge.references import references

PASSES = 100  # a chain of formulas in one direction takes two
DEEPEST = 50  # names that lead to names
WIDE = 10_000  # cells of an area that is not kept cell by cell
LONGEST = 16_384  # characters of a formula; Excel takes half of it
STEPS, STEPS_A_FORMULA = 1_000_000, 32  # of the closure; after them the rest is not sure
_FOUND_LATE = frozenset({"INDIRECT", "OFFSET", "EVALUATE", "FORMULATEXT"})
_THIS_ROW = re.compile(r"#This Row|^\[@", re.IGNORECASE)
_ALL_ROWS = re.compile(r"#(?:All|Totals|Headers)", re.IGNORECASE)
_TITLE = re.compile(r"\[@?((?:[^\[\]'#@]|'.)+)\]")

Area = tuple[str, Range]  # name of a sheet without case, cells


class NamedTable(msgspec.Struct, frozen=True):
    """A table that formulas know by its name; `body` is `whole` without titles and totals."""

    sheet: str
    whole: Range
    body: Range
    titles: tuple[str, ...]


class Node(msgspec.Struct, frozen=True):
    """A formula: its sheet, its row, the cells that show its result, and its text if known."""

    sheet: str
    row: int
    shown: Range
    text: str | None
    has_result: bool = True


class Sources(msgspec.Struct, frozen=True):
    """What a formula reads: areas, and columns of which it reads its own row."""

    areas: tuple[Area, ...] = ()
    own_row: tuple[Area, ...] = ()
    is_sure: bool = True

    def joined(self, other: Sources) -> Sources:
        """Return both, each area once: names of names would double them at every step."""
        return Sources(
            tuple(dict.fromkeys(self.areas + other.areas)),
            tuple(dict.fromkeys(self.own_row + other.own_row)),
            self.is_sure and other.is_sure,
        )


UNSURE = Sources(is_sure=False)


class Sheets:
    """What formulas can name: the tables and the defined names of a workbook.

    `spend` takes characters and areas that are gone through; where it says no, nothing is sure.
    """

    def __init__(
        self,
        tables: Mapping[str, NamedTable],
        names: Mapping[str, Sequence[str]],
        spend: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._spend = spend
        self._tables = {name.casefold(): table for name, table in tables.items()}
        self._names = {name.casefold(): texts for name, texts in names.items()}
        self._known: dict[tuple[str | None, str, bool], Sources] = {}

    def sources(self, text: str | None, home: str, within: Collection[str] = ()) -> Sources:
        """Return what a formula on the sheet `home` reads; `within` are names being looked up."""
        key = (text, home.casefold(), bool(within))
        if key not in self._known:
            found = (
                tokens(text) if text and len(text) <= LONGEST and self._spend(len(text)) else None
            )
            self._known[key] = UNSURE if found is None else self._of(found, key[1], within)
        return self._known[key]

    def _of(self, found: Sequence[Token], home: str, within: Collection[str]) -> Sources:
        areas: list[Area] = []
        pairs: set[int] = set()
        is_sure = True
        for each in references(found):
            pairs.update(range(each.first, each.last))
            sheet = each.sheet.casefold() or home
            is_sure &= ":" not in sheet and (each.fixed == 2 or not within)
            areas.append((sheet, each.cells))
        total = Sources(tuple(areas), (), is_sure)
        for at, token in enumerate(found):
            if token.text == ":" and at not in pairs:
                total = total.joined(UNSURE)  # the end of a range that a function finds
            elif token.kind in (Kind.NAME, Kind.BRACKETS):
                more = self._named(found, at, home, within)
                cost = len(more.areas) + len(more.own_row)
                total = total.joined(more) if cost == 0 or self._affords(total, cost) else UNSURE
        return total

    def _affords(self, total: Sources, more: int) -> bool:
        """Spend what joining these costs, for each area is gone through again."""
        return self._spend((len(total.areas) + len(total.own_row) + more) // 8)

    def _named(
        self, found: Sequence[Token], at: int, home: str, within: Collection[str]
    ) -> Sources:
        token, following = found[at], found[at + 1] if at + 1 < len(found) else None
        before = found[at - 1] if at else None
        if token.kind is Kind.BRACKETS:
            belongs = before is not None and before.kind is Kind.NAME
            elsewhere = following is not None and following.kind is Kind.SHEET
            return Sources() if belongs or elsewhere else self._of_own_table(token.text, home)
        name = token.text.casefold()
        if following is not None and following.text == "(":
            return UNSURE if token.text.upper() in _FOUND_LATE else Sources()
        if name in self._tables:
            columns = following.text if following and following.kind is Kind.BRACKETS else "[#All]"
            if not self._spend(len(self._tables[name].titles) // 8):
                return UNSURE
            return _columns(self._tables[name], columns)
        if following is not None and following.kind is Kind.BRACKETS:
            return UNSURE
        if len(within) >= DEEPEST:
            return UNSURE
        looked_up = {*within, name}
        texts = self._names.get(name, ()) if name not in within else ()
        total = Sources()
        for text in texts:
            more = self.sources(text, home, looked_up)
            total = total.joined(more) if self._affords(total, len(more.areas)) else UNSURE
        return total

    def _of_own_table(self, brackets: str, home: str) -> Sources:
        """Return columns that name no table: of the one around the formula, on its sheet."""
        near = [table for table in self._tables.values() if table.sheet.casefold() == home]
        if not self._spend(sum(len(table.titles) for table in near) // 8):
            return UNSURE
        named = {*_named_titles(brackets)}
        meant = [table for table in near if named <= {title.casefold() for title in table.titles}]
        total = Sources(is_sure=bool(meant))
        for table in meant:
            total = total.joined(_columns(table, brackets))
        return total


def reached(
    nodes: Sequence[Node], sources: Sequence[Sources], changed: Iterable[Area]
) -> tuple[frozenset[int], bool]:
    """Return the places of the formulas that read changed cells, and whether these are all.

    What shows a result of such a formula counts as changed, too.
    """
    cells = _Cells()
    for sheet, area in changed:
        cells.add(sheet.casefold(), area)
    cells.steps = STEPS + STEPS_A_FORMULA * len(nodes)
    found: set[int] = set()
    waiting = list(range(len(nodes)))
    for _ in range(PASSES):
        still = [at for at in waiting if not _reads(nodes[at], sources[at], cells)]
        if len(still) == len(waiting):
            return frozenset(found), cells.has_steps
        found.update({*waiting} - {*still})
        waiting = still[::-1]  # the other way round, for chains that run upwards
    return frozenset(found), False


def _reads(node: Node, sources: Sources, cells: _Cells) -> bool:
    own = ((sheet, replace(at, top=node.row, bottom=node.row)) for sheet, at in sources.own_row)
    if any(cells.meet(*area) for area in (*sources.areas, *own)):
        cells.add(node.sheet.casefold(), node.shown)
        return True
    return False


class _Cells:
    """Cells that were changed, found by area, until the steps for it are spent."""

    def __init__(self) -> None:
        self.steps = sys.maxsize
        self._wide: dict[str, list[Range]] = defaultdict(list)
        self._rows: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))

    def add(self, sheet: str, area: Range) -> None:
        if not self._spend(min(area.size, WIDE)):
            return
        if area.size > WIDE:
            self._wide[sheet].append(area)
            return
        for column in range(area.left, area.right + 1):
            rows = self._rows[sheet][column]
            for row in range(area.top, area.bottom + 1):
                insort(rows, row)

    def meet(self, sheet: str, area: Range) -> bool:
        columns, wide = self._rows.get(sheet, {}), self._wide.get(sheet, ())
        if not self._spend(1 + len(columns) + len(wide)):
            return False
        return any(map(area.meets, wide)) or any(
            area.left <= column <= area.right and _has_one(rows, area.top, area.bottom)
            for column, rows in columns.items()
        )

    @property
    def has_steps(self) -> bool:
        return self.steps > 0

    def _spend(self, steps: int) -> bool:
        self.steps -= steps
        return self.has_steps


def _has_one(rows: Sequence[int], top: int, bottom: int) -> bool:
    at = bisect_left(rows, top)
    return at < len(rows) and rows[at] <= bottom


def _columns(table: NamedTable, brackets: str) -> Sources:
    """Return the cells that brackets behind a table's name stand for, or more."""
    titles = [title.casefold() for title in table.titles]
    named = _named_titles(brackets)
    places = [titles.index(title) for title in named if title in titles]
    cells = table.whole if _ALL_ROWS.search(brackets) else table.body
    if named and len(places) == len(named):
        left = table.whole.left
        cells = replace(cells, left=left + min(places), right=left + max(places))
    area = (table.sheet.casefold(), cells)
    return Sources((), (area,)) if _THIS_ROW.search(brackets) else Sources((area,))


def _named_titles(brackets: str) -> list[str]:
    return [re.sub("'(.)", r"\1", title).strip().casefold() for title in _TITLE.findall(brackets)]
