"""Workbooks of other programs, in their dialects: an update leaves what is the user's as it was.

The slow run takes a sample, and asks LibreOffice and Microsoft's validator, too; the long run has
every book in every dialect.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.hosts.libreoffice import needs_libreoffice, recalculated
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.ooxml.update_files import contact, updated
from tests.proof import books
from tests.proof.book_judge import READERS, formulas, judged, people
from tests.proof.books import PEOPLE, by_exceljs, by_openpyxl, by_xlsxwriter
from tests.proof.dialects import DIALECTS
from tests.proof.report import tried
from tests.proof.torture import how_much
from workbook.contacts.contact import Contact

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of readers, about what they drop

RENAMED = (contact(1, "Anna Berg"), contact(2, "=cmd|'/C calc'!A0 \x07 _x0041_"))
NEW = (contact(7, "Gus"), contact(8, " 🙂 "), contact(9, '<&">'))
UPDATES: dict[str, tuple[Contact, ...]] = {
    "the same list": PEOPLE,
    "a person gone": PEOPLE[:-1],
    "other names": (*RENAMED, *PEOPLE[2:]),
    "new people": (*PEOPLE, *NEW[:2]),
    "everything": (*RENAMED, *PEOPLE[2:-1], *NEW),
}
MAKERS = {"XlsxWriter": by_xlsxwriter, "openpyxl": by_openpyxl, "exceljs": by_exceljs}
FEATURES = ((), *((each,) for each in books.FEATURES), ("totals", "filter", "1904"))
FEW, ALL = ("XlsxWriter", "openpyxl"), tuple(MAKERS)
SPELLED_FOR_OTHERS = ("backslashes", "absolute targets")  # LibreOffice finds no sheet there

sample_or_whole = pytest.mark.parametrize(
    "every", [pytest.param(53, id="sample"), pytest.param(5, id="whole", marks=pytest.mark.long)]
)

Named = tuple[str, bytes]


def made(*makers: str) -> Iterator[Named]:
    """Yield the workbooks of these programs, with each feature."""
    for maker, features in product(makers, FEATURES):
        if maker == "XlsxWriter" or not {*features} - {"totals", "filter", "1904", "chartsheet"}:
            yield f"{maker} {' '.join(features)}", MAKERS[maker](*features)


def spelled(there: Iterator[Named], every: int) -> Iterator[Named]:
    """Yield the workbooks in so-manieth dialects each, so that all dialects have their turn."""
    pairs = product(there, DIALECTS.items())
    for at, ((name, data), (dialect, spell)) in enumerate(pairs):
        if at % every == 0:
            yield f"{name}, {dialect}", spell(data)


def readable(every: int) -> Iterator[Named]:
    """Yield those that LibreOffice can read at all."""
    there = spelled(made(*ALL), every)
    return (each for each in there if not each[0].endswith(SPELLED_FOR_OTHERS))


def news(people_now: tuple[Contact, ...]) -> int:
    return len([each for each in people_now if each not in (*PEOPLE, *RENAMED)])


def examined(name: str, data: bytes, update: str) -> tuple[bytes, int]:
    """Update a workbook, compare, update again; return it and how many checks held."""
    now = UPDATES[update]
    after, report = updated(data, *now)
    judge = judged(data, after, news(now))
    judge.check(report.new == news(now), f"{report.new} rows are new: {report.warnings}")
    if now in (UPDATES["the same list"], UPDATES["a person gone"]):
        judge.check(after == data, "something was written")
    for seen in filter(None, (people(kind, data, after) for kind in READERS)):
        for each in now:
            row = seen.get(each.id, ("nowhere",))
            judge.check(row[0] in (each.name, escaped(each.name)), f"{each.id} is {row}")
        kept = {row[3] for row in seen.values() if row[3]}
        judge.check(kept == {f"about {each.name}" for each in PEOPLE}, f"notes are {kept}")
    again, second = updated(after, *now)
    judge.check(again == after and not second.written, "a second update wrote something")
    assert not judge.wrong, f"{name}, {update}:\n" + "\n".join(judge.wrong[:9])
    return after, judge.checks


def escaped(name: str) -> str:
    """Return a name as readers that leave escapes alone show it."""
    return name.replace("_x0041_", "_x005F_x0041_").replace("\x07", "_x0007_")


def tell(files: int, checks: int) -> None:
    print(f"{files} workbooks, {checks:,} checks")
    tried("rest", checks)


@how_much("every", 13, 1)
def test_all_that_is_the_users_is_as_it_was(every: int) -> None:
    files = checks = 0
    for name, data in spelled(made(*(FEW if every == 37 else ALL)), every):
        in_turn = [*UPDATES][files % len(UPDATES)] if every < 37 else "everything"
        checks += sum(examined(name, data, update)[1] for update in {"everything", in_turn})
        files += 1
    tell(files, checks)


@needs_libreoffice
@sample_or_whole
def test_libreoffice_computes_what_was_left(every: int, tmp_path: Path) -> None:
    afters = {}
    for at, (name, data) in enumerate(readable(every)):
        afters[f"{at}.xlsx"] = name, examined(name, data, "everything")[0]
    checks = compare_results(afters, tmp_path)
    tell(len(afters), checks)


def compare_results(afters: dict[str, Named], folder: Path) -> int:
    """Let LibreOffice compute all; return how many results it agrees with."""
    for file, (_, data) in afters.items():
        (folder / file).write_bytes(data)
    done = recalculated([folder / file for file in afters], folder / "computed")
    checks = 0
    for file, (name, data) in afters.items():
        assert file in done, f"LibreOffice cannot open {name}"
        computed = formulas(done[file])
        for cell, result in formulas(data).items():
            if result:
                checks += 1
                assert is_same(result, computed.get(cell, "")), f"{name}: {cell}"
    return checks


def is_same(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return one == other


@needs_libreoffice
@sample_or_whole
def test_what_libreoffice_saved_is_kept_as_well(every: int, tmp_path: Path) -> None:
    there = {}
    for at, (name, data) in enumerate(readable(every)):
        there[f"{at}.xlsx"] = name, data
        (tmp_path / f"{at}.xlsx").write_bytes(data)
    saved = recalculated([tmp_path / file for file in there], tmp_path / "saved")
    checks, afters = 0, {}
    for file, (name, _) in there.items():
        for update in ("the same list", "everything"):
            after, held = examined(f"LibreOffice's {name}", saved[file], update)
            checks += held
        afters[file] = name, after
    checks += compare_results(afters, tmp_path)
    tell(len(there), checks)


@needs_validator
@sample_or_whole
def test_microsofts_validator_finds_nothing_new(every: int, tmp_path: Path) -> None:
    files = 0
    for name, data in spelled(made(*ALL), every):
        before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
        before.write_bytes(data)
        after.write_bytes(examined(name, data, "everything")[0])
        assert {*problems(after)} <= {*problems(before)}, name
        files += 1
    tell(files, files)
