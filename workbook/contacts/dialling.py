"""Where the digits of a WhatsApp id are not the number that people dial: a small table.

It serves looking up and dialling only. Two ids are never one person because of it. Sources:

- GREEN-API, "Features of sending messages to numbers of different countries" (docs/faq)
- Brazil: Anatel, Resolution 553/2010 put a 9 before mobile numbers, area by area, until 2016; older
  accounts keep the id of eight digits (wwebjs/whatsapp-web.js 596). Fixed lines begin with 2 to 5.
- Mexico: since August 2019 nobody dials the 1 after 52; older accounts keep it in the id
  (google/libphonenumber 2693, WAHA "Phone Numbers: Mexico").
- Argentina: mobiles are called from abroad with a 9 after 54, which many leave out; the same digits
  without it may be a fixed line, so nothing is put in for dialling (google/libphonenumber, FAQ).
"""

from __future__ import annotations

import re

# how a number is written, and how it may be written as well
_FORMS = (
    (r"(55[1-9][1-9])([6-9][0-9]{7})", r"\g<1>9\2"),
    (r"(55[1-9][1-9])9([6-9][0-9]{7})", r"\1\2"),
    (r"(52)([2-9][0-9]{9})", r"\g<1>1\2"),
    (r"(52)1([2-9][0-9]{9})", r"\1\2"),
    (r"(54)([1-3][0-9]{9})", r"\g<1>9\2"),
    (r"(54)9([1-3][0-9]{9})", r"\1\2"),
)
# trunked radio (7...) kept its eight digits in Brazil
_NINTH_MISSING = r"(55[1-9][1-9])([689][0-9]{7})"
_MOBILE_ONE = r"521([2-9][0-9]{9})"


def other_form(digits: str) -> str:
    """Return the other way to write the same international number, "" where there is one only."""
    for form, other in _FORMS:
        if found := re.fullmatch(form, digits):
            return found.expand(other)
    return ""


def dialled(digits: str) -> str:
    """Return the digits that reach a phone, of the digits in its WhatsApp id."""
    if digits.startswith("55"):
        return re.sub(_NINTH_MISSING, r"\g<1>9\2", digits) if len(digits) == 12 else digits
    if digits.startswith("521"):
        return re.sub(_MOBILE_ONE, r"52\1", digits) if len(digits) == 13 else digits
    return digits
