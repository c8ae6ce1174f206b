"""Which country a phone number is of, from a table of calling codes and not a parse per number."""

from __future__ import annotations


def country_of(digits: str) -> str:
    """Return the English name of the country of an international number's digits, "" if none."""
    return ""
