"""Rows are written a hundred at a time, and are what they would be if written cell by cell."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts import times
from workbook.contacts.columns import KNOWN_BY
from workbook.export.shared_strings import SharedStrings
from workbook.export.sheet_xml import Rows, escape, markup, rows_xml

HEADER, STYLES = ("id", "name", "fetched", KNOWN_BY), (1, 2, 3, 4)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["", "%d", "%", "\0", "_x0041_", "\x07", "<v></v>", "Anna"]
)
TIME = st.sampled_from(["2026-11-23T13:05:00+01:00", "", "no time"])
ROW = st.tuples(TEXT, TEXT, TIME, st.integers(1, 99).map(str))
LENGTHS = st.lists(st.sampled_from([1, 2, 97, 98, 99, 100, 250]), max_size=4)


def plain(rows: list[tuple[str, ...]], altered: Counter[str]) -> bytes:
    """Return the rows as XML cell by cell, with strings where they belong."""
    xml = ""
    for number, row in enumerate(rows, start=2):
        xml += f'<row r="{number}">'
        for letter, style, title, text in zip("ABCD", STYLES, HEADER, row, strict=True):
            value, kind = markup(escape(text.encode(), altered)).decode(), ' t="s"'
            if title == KNOWN_BY or (title == "fetched" and times.serial(text)):
                value, kind = str(times.serial(text) or text), ""
            rest = f"{kind}><v>{value}</v></c>" if value else "/>"
            xml += f'<c r="{letter}{number}" s="{style}"{rest}'
        xml += "</row>"
    return xml.encode()


@given(st.lists(ROW, min_size=1, max_size=8), LENGTHS)
def test_they_are_what_the_plain_way_makes(some: list[tuple[str, ...]], lengths: list[int]) -> None:
    rows = [some[at % len(some)] for at in range(sum(lengths))]
    waiting = iter(rows)
    blocks = [[*zip(*(next(waiting) for _ in range(n)), strict=True)] for n in lengths]
    strings, altered, expected = SharedStrings(), Counter[str](), Counter[str]()
    numbers = range(2, 2 + len(rows))
    xml = b"".join(rows_xml(Rows(blocks), numbers, HEADER, STYLES, strings, altered))
    texts = b"".join(strings.part()).split(b'<t xml:space="preserve">')[1:]
    strings.close()
    items = [text.partition(b"</t></si>")[0] for text in texts]
    shared = re.compile(rb't="s"><v>(\d+)</v>')
    told = shared.sub(lambda found: b't="s"><v>%b</v>' % items[int(found[1])], xml)
    assert told == plain(rows, expected)
    assert altered == expected


def test_rows_are_taken_across_blocks_and_end_where_they_end() -> None:
    rows = Rows([[["a", "b"], ["1", "2"]], [["c"], ["3"]]])
    assert rows.take(1) == [["a"], ["1"]]
    assert rows.take(9) == [["b", "c"], ["2", "3"]]
    assert rows.take(1) == []
