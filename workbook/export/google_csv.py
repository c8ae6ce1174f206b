"""Contacts as the csv that Google Contacts imports; only people one can call."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from workbook.contacts.columns import Table, safe_text
from workbook.contacts.contact import Contacts, can_be_called, phone
from workbook.export import csv

# titles of Google's own export since 2024; those under which we have nothing may be missing
HEADER = ("First Name", "Labels", "Phone 1 - Label", csv.GOOGLES_PHONE)
LABELS = "WhatsApp ::: * myContacts"  # the second one is that of everybody whom Google shows


def write(contacts: Contacts, out: BinaryIO) -> Counter[str]:
    """Write a row for each person with a phone; return, by reason, how many names were altered.

    The whole name is the first name: where a name is parted differs from language to language.
    Nobody gets a phone for a name: Google shows it by itself.
    """
    called = [contact for contact in contacts if can_be_called(contact)]
    table = Table(HEADER, (), len(called))
    table.rows = (
        (safe_text(each.contact_name or each.name, table.altered), LABELS, "Mobile", phone(each))
        for each in called
    )
    csv.write(table, out, mark=False)
    return +table.altered
