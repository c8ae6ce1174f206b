"""Tables as people have them: how many can be updated in full when somebody new comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.test_update_room import Dress, with_totals
from tests.ooxml.update_files import BOB, book, contact, updated
from tests.proof.report import tried

# Of 192 tables in public workbooks 43 had a row of totals, 31 of these with nothing beneath, and 16
# something else below, most of it with free rows between; the shares of "right below" are assumed.
SHAPES = {
    "nothing below": 133,
    "totals": 31,
    "totals, more right below": 6,
    "totals, more further down": 6,
    "more right below": 3,
    "more further down": 13,
}
NEWCOMERS = (1, 1, 1, 2, 2, 3, 5)


def below(row: int, kind: int) -> Dress:
    """Return what lays something below the table: a text, a formula, a merged cell, a table."""

    def dress(sheet: Worksheet) -> None:
        if kind == 0:
            sheet.merge_cells(f"B{row}:C{row}")
        elif kind == 1:
            sheet[f"A{row}"], sheet[f"B{row}"] = "what", "why"
            sheet.add_table(Table(displayName="Below", ref=f"A{row}:B{row + 1}"))
        else:
            sheet[f"D{row}"] = "=1+1" if kind == 2 else "mine"

    return dress


def tables(random: Random) -> Iterator[tuple[str, bytes, int]]:
    """Yield a shape, a workbook and how many people are new, in these proportions."""
    for shape, count in SHAPES.items():
        for _ in range(count):
            gap = 0 if shape.endswith("right below") else random.randint(1, 12)
            first = 4 + shape.startswith("totals") + gap
            more = below(first, random.randrange(5)) if "more" in shape else lambda _: None
            make = with_totals if shape.startswith("totals") else book
            yield shape, make(dress=more), random.choice(NEWCOMERS)


@pytest.mark.slow
def test_most_take_newcomers_and_nearly_all_the_changes_of_known_people() -> None:
    in_full: Counter[str] = Counter()
    with_changes: Counter[str] = Counter()
    for shape, there, new in tables(Random(12)):
        more = [contact(10 + n, f"New {n}") for n in range(new)]
        report = updated(there, contact(1, "Anna"), BOB, *more)[1]
        in_full[shape] += report.new == new
        with_changes[shape] += report.changed == 1
    total = sum(SHAPES.values())
    for shape, count in SHAPES.items():
        print(f"{shape}: {in_full[shape]} of {count} in full")
    print(f"{in_full.total() / total:.0%} in full, {with_changes.total() / total:.0%} with changes")
    tried("rest", total)
    assert in_full.total() / total >= 0.84
    assert with_changes.total() / total >= 0.97
