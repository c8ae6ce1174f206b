"""Which workbook may see whose contacts: once allowed, where it stands, for one account."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace

from workbook.accounts import settings
from workbook.store import consents, database, deletion
from workbook.sync import consent
from workbook.sync.purge import purge_everything

BOOK, INSTANCE, OTHER = "/lists/shop.xlsx", "1101000001", "1101000002"


def test_nobody_may_see_anything_unasked() -> None:
    assert not consent.may_see(BOOK, INSTANCE)


def test_a_workbook_that_was_allowed_may_see_the_contacts_of_that_account_alone() -> None:
    consent.allow(BOOK, INSTANCE)
    assert consent.may_see(BOOK, INSTANCE)
    assert not consent.may_see(BOOK, OTHER)
    assert not consent.may_see("/lists/copy of shop.xlsx", INSTANCE)


def test_a_workbook_that_was_never_saved_has_no_lasting_consent() -> None:
    consent.allow("", INSTANCE)
    assert not consent.may_see("", INSTANCE)


def test_consent_that_is_taken_back_is_gone() -> None:
    consent.allow(BOOK, INSTANCE)
    assert consents.take_back(BOOK)
    assert not consent.may_see(BOOK, INSTANCE)
    assert not consents.take_back(BOOK)


def test_only_hidden_sheets_that_were_named_may_be_filled() -> None:
    consent.allow(BOOK, INSTANCE, ["Data"])
    assert consent.may_fill(BOOK, INSTANCE, "Data")
    assert not consent.may_fill(BOOK, INSTANCE, "Other")
    assert not consent.may_fill(BOOK, OTHER, "Data")


@pytest.mark.parametrize(
    ("place", "may"),
    [("/srv/lists/a.xlsx", True), ("/srv/lists/Downloads/a.xlsx", False), ("/srv/a.xlsx", False)],
)
@pytest.mark.skipif(os.name == "nt", reason="its places begin with a drive")
def test_workbooks_in_a_folder_of_the_users_choice_need_no_asking(place: str, may: bool) -> None:
    settings.update(lambda kept: replace(kept, allowed_folders=["/srv/lists"]))
    assert consent.may_see(place, INSTANCE) is may


def test_a_purge_deletes_every_consent() -> None:
    consent.allow(BOOK, INSTANCE)
    purge_everything()
    assert not consent.may_see(BOOK, INSTANCE)


def test_a_purge_of_an_account_deletes_its_consents_alone() -> None:
    consent.allow(BOOK, INSTANCE)
    consent.allow(BOOK, OTHER)
    with database.writing() as connection:
        deletion.delete_account(connection, INSTANCE)
    assert not consent.may_see(BOOK, INSTANCE)
    assert consent.may_see(BOOK, OTHER)
