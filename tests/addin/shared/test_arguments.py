"""What users put into formulas, and how Excel hands it over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from addin.shared import arguments
from workbook.errors import WrongUsage


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("main", "main"),
        ("  main ", "main"),
        (4915100000001.0, "4915100000001"),
        (-1001234567890.0, "-1001234567890"),
        (7, "7"),
        (None, ""),
        ("", ""),
        (2.5, "2.5"),
        ("2.0", "2.0"),
        (float("nan"), "nan"),
    ],
)
def test_a_cell_is_read_as_the_text_it_shows(cell: object, read: str) -> None:
    assert arguments.text(cell) == read


@pytest.mark.parametrize("number", [1234567890123456.0, 1.2036304396806656e17, -1e15])
def test_a_number_whose_last_digits_excel_has_lost_is_nothing(number: float) -> None:
    assert arguments.text(number) == ""


@pytest.mark.parametrize("error", [-2146826246, -2146826245, -2146826243, -2146826238])
def test_an_error_in_a_cell_is_nothing(error: int) -> None:
    """Read #N/A, #GETTING_DATA, #SPILL! and #CALC! as Excel hands them over, not as phones."""
    assert arguments.text(error) == ""


def test_errors_are_the_numbers_from_null_on_and_their_neighbours_are_numbers() -> None:
    first, last = -2146826288, -2146826189
    assert arguments.text(first) == arguments.text(last) == ""
    assert arguments.text(first - 1) == str(first - 1)
    assert arguments.text(last + 1) == str(last + 1)
    assert arguments.text(float(first)) == str(first)


@pytest.mark.parametrize("error", ["#N/A", [["#REF!"]], -2146826246, -2146826238])
@pytest.mark.parametrize(
    "read", [arguments.kind, arguments.count, arguments.headers, arguments.option]
)
def test_an_error_is_not_taken_for_an_argument_left_out(
    read: Callable[[object], object], error: object
) -> None:
    with pytest.raises(WrongUsage, match="Mend the cell"):
        read(error)


@pytest.mark.parametrize(("error", "named"), [("#N/A", "#N/A"), (-2146826246, "an error")])
def test_an_error_is_called_by_its_name_where_it_has_one(error: object, named: str) -> None:
    with pytest.raises(WrongUsage, match=f"^An argument is {named}\\. Mend the cell"):
        arguments.option(error)


def test_the_longest_number_that_excel_keeps_is_read() -> None:
    assert arguments.text(999_999_999_999_999.0) == "999999999999999"


@pytest.mark.parametrize("cell", [[["group"]], ["group"], [[" group "]]])
def test_a_range_of_one_cell_is_that_cell(cell: object) -> None:
    assert arguments.text(cell) == "group"


@pytest.mark.parametrize("cells", [["user", "group"], [["user"], ["group"]], []])
def test_a_range_of_several_cells_is_refused_in_a_sentence(cells: object) -> None:
    with pytest.raises(WrongUsage, match="one cell"):
        arguments.kind(cells)


@pytest.mark.parametrize("word", ["group", "GROUP", "Groups", " group "])
def test_case_and_plural_of_a_kind_do_not_matter(word: str) -> None:
    assert arguments.kind(word) == "group"


@pytest.mark.parametrize("cell", [None, "", "all", "ALL"])
def test_no_kind_is_every_kind(cell: object) -> None:
    assert arguments.kind(cell) is None


@pytest.mark.parametrize(
    ("cell", "read"), [(100.0, 100), ("9" * 15, 10**15 - 1), (1, 1), (None, None)]
)
def test_a_count_may_be_a_number_or_its_text(cell: object, read: int | None) -> None:
    assert arguments.count(cell) == read


@pytest.mark.parametrize("cell", [0.0, -1.0, 2.5, "many", True, "1e3", "1" + "0" * 15])
def test_a_count_that_counts_nothing_is_refused_in_a_sentence(cell: object) -> None:
    with pytest.raises(WrongUsage, match="second argument"):
        arguments.count(cell)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (True, True),
        (False, False),
        (0.0, False),
        (1.0, True),
        ("false", False),
        ("Yes", True),
        ("NO", False),
        (None, True),
    ],
)
def test_headers_are_on_unless_switched_off(cell: object, read: bool) -> None:
    assert arguments.headers(cell) is read


def test_headers_that_are_neither_on_nor_off_are_refused_in_a_sentence() -> None:
    with pytest.raises(WrongUsage, match="TRUE or FALSE"):
        arguments.headers("perhaps")
