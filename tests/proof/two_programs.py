"""The same random life of a table, played on the Excel in memory and on a real Calc document.

What the two do differently by nature, and is therefore not played or not compared:

- a filter: Excel writes a block past hidden rows into others, Calc writes every row
- the value of a formula: the Excel in memory cannot calculate
- how a cell without content looks: programs differ in what new cells take over
- a row that the user puts between others: Excel fills whole columns of formulas there, Calc does not
- a formula that happens to stand in every row of a column: Excel keeps whether the column has one,
  Calc looks; the Excel in memory is told what Calc will see
- a total row that holds texts: Calc knows that a table has one, and keeps nothing in it by itself
- the order of texts: rows are sorted by their ids, which are ASCII
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import msgspec
import pytest
import xlwings as xw

from addin.calc import engine
from addin.excel import areas, workbook_memory, writing
from tests.hosts.calc import Calc
from tests.hosts.excel_data import Area, Excel
from tests.hosts.excel_engine import running
from tests.hosts.excel_side import restart
from tests.hosts.excel_tables import HEADER, refresh, table, undo
from tests.store import lists
from workbook.accounts import settings
from workbook.accounts.settings import Settings
from workbook.contacts.contact import Contact
from workbook.contacts.times import FORMAT
from workbook.errors import ContactsError

WINDOW = Area(1, 1, 60, 13)  # what is compared of the sheet
NAMES = (
    "Ann", "=1+1", "007", "TRUE", "+49 151", "-x", "@y", "'z", "", "1e5", "A\nB", "\u05d0\u05d1",
    "\N{GRINNING FACE}", "x" * 300, "2026-01-02", "1/2", "12:30", "5%", "{=1}", "#REF!", "  pad",
)  # fmt: skip
OWN: dict[str, tuple[Any, ...]] = {"note": ("mine", None, "00"), "count": (3.0, 0.5, None), "calc": ("=ROW()",),
       "spot": ("=1+2", None)}  # fmt: skip

MISSING: tuple[Literal["keep", "mark", "remove"], ...] = ("keep", "mark", "remove")

Rows = Sequence[Sequence[Any]]


class Step(msgspec.Struct, frozen=True):
    """What happens to the table: a refresh by a list, an undo, or what the user does."""

    what: str
    people: Sequence[Contact] = ()
    row: int = 0
    text: str = ""


class Life(msgspec.Struct, frozen=True):
    """A table as it begins, and what happens to it."""

    header: Sequence[str]
    rows: Rows
    at: tuple[int, int]
    below: bool
    missing: Literal["keep", "mark", "remove"]
    steps: Sequence[Step]


class Program(msgspec.Struct, frozen=True):
    """A spreadsheet program: what xlwings does not do for a test in both."""

    look: Callable[[], Any]
    sort: Callable[[bool], None]
    fill: Callable[[Sequence[str]], None]
    refreshed: Callable[[Callable[[], Any]], Any]


def life(seed: int) -> Life:
    """Return a random life."""
    chance = random.Random(seed)
    pool = [_person(chance, number) for number in range(1, chance.randint(3, 25))]
    header = [*HEADER, *chance.choice([[], ["status", "statusDate"], ["lastSeen"]])]
    if chance.random() < 0.3:
        chance.shuffle(header)
    for title in chance.sample([*OWN], chance.randint(0, len(OWN))):
        header.insert(chance.randint(0, len(header)), title)
    first = chance.sample(pool, chance.randint(0, len(pool)))
    rows = [_row(chance, contact, header) for contact in first]
    steps = [_step(chance, pool) for _ in range(chance.randint(3, 8))]
    at = chance.choice([(1, 1), (3, 2)])
    return Life(header, rows, at, chance.random() < 0.4, chance.choice(MISSING), steps)


def _person(chance: random.Random, number: int) -> Contact:
    return Contact(f"1202555{number:04}@c.us", chance.choice(NAMES), chance.choice(NAMES), "user")


def _row(chance: random.Random, contact: Contact, header: Sequence[str]) -> list[Any]:
    ours = (contact.id, contact.name, contact.contact_name, contact.type)
    known = dict(zip(HEADER, ours, strict=True))
    return [known.get(title) or chance.choice(OWN.get(title, (None,))) for title in header]


def _step(chance: random.Random, pool: Sequence[Contact]) -> Step:
    what = chance.choice(["refresh"] * 4 + ["undo", "note", "name", "sort", "sort back", "delete"])
    there = chance.sample(pool, chance.randint(1, len(pool)))
    people = [
        each if chance.random() < 0.7 else _person(chance, int(each.id[7:11])) for each in there
    ]
    people += [_person(chance, number) for number in range(100, 100 + chance.randint(0, 6))]
    return Step(what, people, chance.randint(0, 40), chance.choice(["mine", "=7+7", "8"]))


def play(life: Life, program: Program, patch: pytest.MonkeyPatch) -> list[Any]:
    """Return what was told and what the sheet was after each step."""
    restart(patch)
    settings.save(Settings(missing=life.missing))
    everybody = {each.id: each for step in life.steps for each in step.people}
    for day, who in enumerate((everybody.values(), [], [], [])):
        lists.came(day, *who, lists.ANNA)
    _lay(life)
    seen = [program.look()]
    for step in life.steps:
        program.fill(_whole(seen[-1], life.header))
        seen += [step.what, _done(step, life, program), program.look()]
    return seen


def _whole(looked: Any, header: Sequence[str]) -> list[str]:
    """Return the columns with a formula in every row: Calc fills these down, and knows no others."""
    (row, column, rows, _), cells = looked
    body = cells[row : row + rows - 1]
    places = (
        (title, column - 1 + header.index(title)) for title in ("calc", "spot") if title in header
    )
    return [title for title, at in places if all(line[at][0] == OWN[title][0] for line in body)]


def _lay(life: Life) -> None:
    sheet = xw.Book.caller().sheets[0]
    head = sheet.range(life.at).resize(1, len(life.header))
    for down, values in enumerate([life.header, *life.rows]):
        for right, value in enumerate(values):
            cell = sheet.range((life.at[0] + down, life.at[1] + right))
            if isinstance(value, str) and (down == 0 or life.header[right] not in ("calc", "spot")):
                writing.put(sheet, areas.where(cell), [[value]])
            elif value is not None:
                cell.formula = value
    sheet.tables.add(source=head.resize(max(2, 1 + len(life.rows))), name="Contacts")
    if life.below:
        cell = sheet.range((life.at[0] + len(life.rows) + 3, life.at[1]))
        writing.put(sheet, areas.where(cell), [["below"]])


def _done(step: Step, life: Life, program: Program) -> Any:
    try:
        return _did(step, life, program)
    except ContactsError as refusal:
        return str(refusal)


def _did(step: Step, life: Life, program: Program) -> Any:
    if step.what == "refresh":
        return msgspec.to_builtins(program.refreshed(lambda: refresh(*step.people)))
    if step.what == "undo":
        is_there = workbook_memory.last_refresh(xw.Book.caller()) is not None
        return msgspec.to_builtins(undo()) if is_there else "nothing to undo"
    body = table().data_body_range
    if body is None:
        return "no rows"
    row = step.row % body.shape[0]
    if step.what.startswith("sort"):
        program.sort(step.what == "sort back")
    elif step.what == "delete":
        table().rows[row].range.delete("up")
    elif step.what in life.header:
        cell = body[row, life.header.index(step.what)]
        writing.put(cell.sheet, areas.where(cell), [[step.text]])
    return "done"


@contextmanager
def in_memory() -> Iterator[Program]:
    """Run the Excel in memory."""
    with running() as excel:
        yield Program(
            look=lambda: _looked_at(excel),
            sort=lambda back: excel.sheets[0].sort(excel.sheets[0].tables[0], "id", reverse=back),
            fill=lambda titles: setattr(
                excel.sheets[0].tables[0], "formulas", {each: OWN[each][0] for each in titles}
            ),
            refreshed=lambda act: act(),
        )


def _looked_at(excel: Excel) -> Any:
    data = excel.sheets[0]
    area = data.tables[0].area
    cells = [[data.cell(*place) for place in line] for line in WINDOW.lines()]
    return [area.row, area.column, area.rows, area.columns], [
        [_cell(cell.value, cell.formula, cell.format) for cell in line] for line in cells
    ]


@contextmanager
def in_calc(calc: Calc) -> Iterator[Program]:
    """Work with a new document of a real Calc."""
    calc.new()
    engine.connect(calc.call, calc.value("about"))
    try:
        yield Program(
            look=lambda: _looked_at_calc(calc),
            sort=lambda back: calc.run("sort(back)", back=back),
            fill=lambda titles: None,
            refreshed=lambda act: _back_and_forth(calc, act),
        )
    finally:
        del xw.Book._mock_caller  # type: ignore[attr-defined]  # xlwings' own
        calc.run("close()")


def _back_and_forth(calc: Calc, act: Callable[[], Any]) -> Any:
    """Refresh as one step, and let Calc's own Undo and Redo take it back and forth."""
    before = _looked_at_calc(calc)
    calc.run("doc.UndoManager.clear()")
    calc.run("doc.UndoManager.enterUndoContext('Refresh')")
    try:
        done = act()
    finally:
        calc.run("doc.UndoManager.leaveUndoContext()")
    after = _looked_at_calc(calc)
    if calc.value("doc.UndoManager.isUndoPossible()"):
        calc.run("doc.UndoManager.undo()")
        assert _looked_at_calc(calc) == before, "Calc's own Undo"
        calc.run("doc.UndoManager.redo()")
        assert _looked_at_calc(calc) == after, "Calc's own Redo"
    return done


def _looked_at_calc(calc: Calc) -> Any:
    sheet, *area = calc.call("tables")[0]["area"]
    window = [sheet, WINDOW.row, WINDOW.column, WINDOW.rows, WINDOW.columns]
    seen = calc.call("values", window), calc.call("formulas", window)
    formats = calc.value("formats(area)", area=window)
    formulas = calc.value("formula_places(area)", area=window)
    places = {tuple(place) for place in formulas}
    return area, [
        [
            _cell(value, formula if (row, column) in places else "", kind)
            for column, (value, formula, kind) in enumerate(zip(*line, strict=True))
        ]
        for row, line in enumerate(zip(*seen, formats, strict=True))
    ]


def _cell(value: Any, formula: str, kind: str) -> Any:
    """Return what is compared of a cell: its formula or value, and whether it is text or a date."""
    shows = {"@": "text", FORMAT: "date"}.get(kind, "")
    if formula:
        return formula, ""
    if isinstance(value, dict):
        value = datetime.fromisoformat(value["date"])
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M:%S}"
    return ("", "") if value in (None, "") else (value, shows)
