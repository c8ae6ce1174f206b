"""In which order people look for names."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.alphabet import in_order
from workbook.contacts.contact import Contact, select


def ordered(names: list[str]) -> list[str]:
    return in_order(reversed(names), str)


@pytest.mark.parametrize(
    "names",
    [
        "Adam Ärger Zoe",
        "Arger Ärger Argus",
        "Oda Ørsted Ost",
        "Lukas Łukasz Lutz",
        "Straßa Strasse Straßf",
        "Ежик Елка Ёлка Жук",
        "Зоя Иван Йод Катя",
        "Гонта Ґонта Дима Ева Єва Жук Иван Іван Їжак Йосип",
        "Қайрат Лаура",
        "Καλλιόπη Σοφία Ωρίων",
        "אבי דנה שרה",
        "أحمد سارة محمد",
        "कमल किरण",
        "कक कख क्क",
    ],
)
def test_names_are_in_the_order_of_their_alphabet(names: str) -> None:
    assert ordered(names.split()) == names.split()


def test_accents_count_behind_letters_and_case_behind_accents() -> None:
    names = ["anna", "Anna", "ANNA", "Änna", "Anne"]
    assert ordered(names) == names


def test_signs_come_before_digits_and_scripts_one_after_the_other() -> None:
    names = [
        "(Bob)",
        "~Jo",
        "🌻 Zoe",
        "10",
        "3M",
        "Zoe",
        "Ωρίων",
        "Яна",
        "שרה",
        "محمد",
        "किरण",
        "田中",
    ]
    assert ordered(names) == names


def test_a_word_that_ends_comes_before_one_that_goes_on() -> None:
    names = ["Anna", "Anna Zorn", "Anna-Maria", "Annabel"]
    assert ordered(names) == names


def test_blanks_and_digits_of_every_script_count_alike() -> None:
    names = ["2 M", "\u0663\u00a0M", "4 M", "Anna\u3000Zorn", "Annabel"]
    assert ordered(names) == names


@pytest.mark.parametrize("mark", ["\u00ad", "\u200d", "\u202e", "\ufe00", "\ufe0f", "\u0301"])
def test_what_cannot_be_seen_moves_no_name(mark: str) -> None:
    names = ["Anna", f"An{mark}nb", "Annc"]
    assert ordered(names) == names


@pytest.mark.parametrize("blank", ["\u2028", "\x85", "\t", "\ue000"])
def test_every_blank_ends_a_word(blank: str) -> None:
    names = ["Anna", f"Anna{blank}Zorn", "Anna-Maria", "Annabel"]
    assert ordered(names) == names


@pytest.mark.parametrize("name", ["Änna", "Йод", "Ñandú", "Ёлка"])
def test_it_does_not_matter_whether_accents_are_characters_of_their_own(name: str) -> None:
    names = [name[:2], normalize("NFD", name), f"{name}a"]
    assert ordered(names) == names


@pytest.mark.parametrize("nothing", ["", " ", "\u2028", "\u200d", "\u202e \ufe0f"])
def test_who_has_no_name_to_see_comes_last(nothing: str) -> None:
    contacts = [Contact("1@c.us", nothing), Contact("2@c.us", "田中"), Contact("3@c.us", "Anna")]
    assert [c.id for c in select(contacts, sort="name")] == ["3@c.us", "2@c.us", "1@c.us"]


def test_people_of_one_name_stay_in_the_order_of_the_list() -> None:
    contacts = [Contact(f"{n}@c.us", "Anna") for n in (3, 1, 2)]
    assert list(select(contacts, sort="name")) == contacts


@given(st.lists(st.text(st.characters(codec=None))))
def test_any_names_have_one_order(names: list[str]) -> None:
    once = in_order(names, str)
    assert sorted(once) == sorted(names)
    assert in_order(reversed(names), str) == once
