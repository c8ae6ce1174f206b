"""The csv for Google Contacts, read back as its own export is read."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest

from workbook.contacts.contact import Contact
from workbook.export import google_csv

ANNA = Contact("4915100000001@c.us", "Anna", "Anna, Berg", "user")
CLUB = Contact("120363043968066561@g.us", "Football", "", "group")
# the first line of exports of Google Contacts since 2024, as people keep them in public
GOOGLES = [
    "First Name",
    "Middle Name",
    "Last Name",
    "Phonetic First Name",
    "Phonetic Middle Name",
    "Phonetic Last Name",
    "Name Prefix",
    "Name Suffix",
    "Nickname",
    "File As",
    "Organization Name",
    "Organization Title",
    "Organization Department",
    "Birthday",
    "Notes",
    "Photo",
    "Labels",
    "E-mail 1 - Label",
    "E-mail 1 - Value",
    "Phone 1 - Label",
    "Phone 1 - Value",
]


def read(*contacts: Contact) -> list[dict[str, str]]:
    out = BytesIO()
    google_csv.write(contacts, out)
    return [*csv.DictReader(StringIO(out.getvalue().decode(), newline=""))]


def test_a_person_has_name_phone_and_labels_under_googles_titles() -> None:
    [row] = read(ANNA, CLUB)
    assert row == {
        "First Name": "Anna, Berg",
        "Labels": "WhatsApp ::: * myContacts",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+4915100000001",
    }


def test_a_person_without_a_name_has_a_phone_alone() -> None:
    [row] = read(Contact(ANNA.id, "", "", "user"))
    assert row["First Name"] == ""
    assert row["Phone 1 - Value"] == "+4915100000001"


def test_the_titles_are_googles_in_their_order() -> None:
    places = [GOOGLES.index(title) for title in google_csv.HEADER]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["=1+1", "+49 call me", "@SUM(A1)"])
def test_a_name_that_begins_like_a_formula_is_no_formula(name: str) -> None:
    [row] = read(Contact(ANNA.id, name, "", "user"))
    assert row["First Name"] == f"'{name}"
