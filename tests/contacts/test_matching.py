"""Which person of the list an id in a cell stands for."""

from __future__ import annotations

import pytest

from workbook.contacts.matching import Persons, loosely, successors

ANN, BOB = "12025550101@c.us", "12025550102@c.us"
MANY_DIGITS = "900000000000000"  # fifteen, as many as a spreadsheet keeps


@pytest.mark.parametrize("text", [ANN, f" {ANN}\n", ANN.upper(), f" {ANN.upper()} "])
def test_edge_blanks_and_case_are_seen_through(text: str) -> None:
    assert Persons([ANN, BOB], {}).of(text) == ANN


def test_a_stranger_is_told_without_blanks_and_otherwise_as_it_stands() -> None:
    assert Persons([ANN], {}).of(" Nobody@C.us ") == "Nobody@C.us"


def test_a_spelling_that_two_people_share_is_nobodys() -> None:
    persons = Persons(["Ann@c.us", "ANN@c.us"], {})
    assert persons.of("ann@c.us") == "ann@c.us"
    assert persons.of("Ann@c.us") == "Ann@c.us"
    assert Persons([ANN, f" {ANN}"], {}).of(f" {ANN}") == f" {ANN}"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("10000001.0", "10000001"),
        ("1.0000001E7", "10000001"),
        ("1.0000001e+07", "10000001"),
        ("-1.0000001E7", "-10000001"),
        (f"{MANY_DIGITS}.0", MANY_DIGITS),
        (f"{MANY_DIGITS}0.0", f"{MANY_DIGITS}0.0"),
        (f"-{MANY_DIGITS}0.0", f"-{MANY_DIGITS}0.0"),
        ("1.5", "1.5"),
        ("1.00000015E7", "1.00000015e7"),
        ("007", "007"),
        ("1.0@c.us", "1.0@c.us"),
    ],
)
def test_a_number_is_read_as_its_digits_as_long_as_all_are_there(text: str, plain: str) -> None:
    assert loosely(text) == plain


@pytest.mark.parametrize("exact", [10**15 - 1, 1 - 10**15])
def test_sixteen_digits_are_too_many(exact: int) -> None:
    beyond = exact + (1 if exact > 0 else -1)
    assert loosely(f"{exact}.0") == str(exact)
    assert loosely(f"{beyond}.0") == f"{beyond}.0"


def test_a_former_id_leads_to_the_last_one_that_is_in_the_list() -> None:
    same = {"1@lid": "2@lid", "2@lid": ANN}
    assert successors("1@lid", same) == ["1@lid", "2@lid", ANN]
    for former in ("1@lid", "2@lid", ANN):
        assert Persons([ANN, BOB], same).of(former) == ANN
        assert Persons(["2@lid", BOB], same).of(former) == "2@lid"
    assert ANN in Persons([ANN], same)
    assert "1@lid" not in Persons([ANN], same)


def test_ids_in_a_circle_all_come_to_the_smallest() -> None:
    same = {"b": "c", "c": "a", "a": "b", "start": "c"}
    assert {successors(known, same)[-1] for known in ("a", "b", "c", "start")} == {"a"}


def test_everybody_is_found_by_their_own_former_ids() -> None:
    persons = Persons([ANN, BOB], {"1@lid": ANN, "2@lid": BOB})
    assert [persons.of(known) for known in ("1@lid", "2@lid")] == [ANN, BOB]


def test_of_a_part_of_the_list_only_those_in_it_have_former_ids() -> None:
    same = {"1@lid": "2@lid", "2@lid": ANN, "3@lid": BOB}
    some = Persons([ANN, BOB], same).among([ANN])
    assert [some.of(known) for known in ("1@lid", "2@lid", "3@lid")] == [ANN, ANN, "3@lid"]
    assert (ANN in some, BOB in some) == (True, False)
    assert Persons([ANN, BOB], same).among(["2@lid"]).of("1@lid") == "2@lid"
