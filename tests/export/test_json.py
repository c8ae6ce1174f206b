"""The JSON that the table becomes."""

from __future__ import annotations

import json as stdlib_json
from collections.abc import Sequence
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.columns import BASIC, Table
from workbook.export import json

ROW = ("4915100000001@c.us", "Anna", "", "user")


def written(*rows: Sequence[str], header: tuple[str, ...] = BASIC) -> str:
    out = BytesIO()
    json.write(Table(header, rows, len(rows)), out)
    return out.getvalue().decode()


def test_rows_are_objects_as_the_api_spells_them() -> None:
    assert stdlib_json.loads(written(ROW)) == [
        {"id": "4915100000001@c.us", "name": "Anna", "contactName": "", "type": "user"}
    ]


def test_each_row_has_a_line_of_its_own() -> None:
    lines = written(ROW, ROW).splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 4)
    assert stdlib_json.loads(lines[1].rstrip(",")) == stdlib_json.loads(lines[2])


def test_letters_of_other_scripts_are_not_escaped() -> None:
    assert '"דנה 😀"' in written(("1@c.us", "דנה 😀", "", "user"))


def test_no_rows_make_an_empty_array() -> None:
    assert stdlib_json.loads(written()) == []


def test_rows_of_several_batches_are_joined_to_one_array() -> None:
    rows = [(f"{n}@c.us", "", "", "user") for n in range(4_001)]
    assert [row["id"] for row in stdlib_json.loads(written(*rows))] == [row[0] for row in rows]


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_text_comes_back_as_it_was(pairs: list[tuple[str, str]]) -> None:
    read = stdlib_json.loads(written(*pairs, header=("name", "contactName")))
    assert [tuple(row.values()) for row in read] == pairs
