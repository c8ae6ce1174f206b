"""Rows that are packed are those that were put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbook.merge.model import ExistingTable
from workbook.merge.packed_rows import PackedRows

ROWS = st.lists(st.one_of(st.none(), st.tuples(st.text(), st.text())))


@given(ROWS)
def test_rows_are_those_that_were_put_in_and_blank_elsewhere(
    wanted: list[tuple[str, str] | None],
) -> None:
    rows = PackedRows(len(wanted), 2)
    for at, row in enumerate(wanted):
        if row is not None:
            rows.put(at, row)
    there = [row or ("", "") for row in wanted]
    assert [*rows] == [*rows[:]] == there
    runs = [*ExistingTable(["a", "b"], rows).runs()]
    assert [row for row, run in runs for _ in run] == there
    assert [at for _, run in runs for at in run] == [*range(len(there))]
