"""Why a table is not updated, in the words that a user reads."""

from __future__ import annotations

import pytest

from workbook.merge.refusals import (
    UNTOUCHED,
    ColumnsInTheWay,
    IdTitleMissing,
    NoTable,
    NotAWorkbook,
    RowsOfPersons,
    UpdateRefused,
)

TITLES = tuple(f"t{n}" for n in range(1, 14))


@pytest.mark.parametrize("why", UpdateRefused.__subclasses__())
def test_every_refusal_has_exit_code_8(why: type[UpdateRefused]) -> None:
    assert why.exit_code == 8


@pytest.mark.parametrize("why", [RowsOfPersons(True), RowsOfPersons(False), NotAWorkbook("xls")])
def test_every_refusal_says_that_nothing_was_changed(why: UpdateRefused) -> None:
    assert str(why).endswith(f" {UNTOUCHED}")


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        ((), "(it has none)"),
        (("phone",), '(it has "phone")'),
        (TITLES[:12], '"t11", "t12")'),
        (TITLES, '"t11", "t12")'),  # more of them would only hide the sentence
    ],
)
def test_a_table_without_ids_names_its_first_titles(titles: tuple[str, ...], told: str) -> None:
    assert f"{told}. Give the column" in str(IdTitleMissing(titles))


def test_the_title_that_is_missed_is_named() -> None:
    assert str(IdTitleMissing(("id",), "group")).startswith(
        'The table has no column titled "group" (it has "id"). '
    )


def test_where_several_tables_are_alike_they_are_named() -> None:
    said = str(NoTable(("People", "Leads")))
    assert said.startswith('Several tables have the titles "id" and "name" (People, Leads)')
    assert said.endswith(f"repeat. {UNTOUCHED}")


def test_where_no_table_is_alike_the_titles_are_told() -> None:
    said = str(NoTable(name="Members", titles=("id", "group", "groupName")))
    assert said.startswith(
        'The workbook has no table called Members and none with the titles "id" and "group"'
    )


def test_a_table_of_persons_and_one_that_is_none_are_told_apart() -> None:
    assert str(RowsOfPersons(are=True)).startswith("This table has a row for each person")
    assert str(RowsOfPersons(are=False)).startswith('This table has no columns "accounts"')


def test_all_columns_without_room_are_named() -> None:
    assert "(phone, link): a picture is in the way" in str(
        ColumnsInTheWay(("phone", "link"), "a picture")
    )
