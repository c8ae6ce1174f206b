"""Contacts as vCards 3.0, which phones and mail programs import; only people one can call."""

from __future__ import annotations

import re
from collections import Counter
from typing import BinaryIO

from workbook.contacts.columns import safe_text
from workbook.contacts.contact import Contact, Contacts, can_be_called, label, phone

# line separators beside LF, which has an escape of its own, would end a line for some readers
_BLANK = re.compile("[\t\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


CATEGORY = "WhatsApp"  # a group or label in the program that imports the cards


def write(contacts: Contacts, out: BinaryIO) -> Counter[str]:
    """Write a card for each person with a phone; return, by reason, how many names were altered."""
    altered: Counter[str] = Counter()
    for contact in contacts:
        if can_be_called(contact):
            out.write(_card(contact, altered))
    return altered


def _card(contact: Contact, altered: Counter[str]) -> bytes:
    from vobject import vCard
    from vobject.vcard import Name

    name = _name(label(contact), altered) or phone(contact)
    card = vCard()
    card.add("fn").value = name
    card.add("n").value = Name(given=name)
    card.add("categories").value = [CATEGORY]
    number = card.add("tel")
    number.type_param = "CELL"
    number.value = phone(contact)
    text: str = card.serialize()
    return text.encode()


def _name(text: str, altered: Counter[str]) -> str:
    """Return the name without control characters; such as part words become blanks."""
    text = safe_text(text, altered)
    if _CONTROL.search(text):
        text = _CONTROL.sub("", _BLANK.sub(" ", text))
        altered["control character removed"] += 1
    return text if text.strip() else ""
