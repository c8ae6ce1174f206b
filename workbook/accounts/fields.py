"""The four fields of an account as people type or paste them, each checked by itself; no I/O."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from workbook.errors import WrongUsage

# characters that are copied along with a value from a console, a chat or a document
_PASTED = " \t\r\n\f\v\"'`“”„‘’«»\u00a0\u200b\u200c\u200d\u2060\ufeff"
_REQUEST = (
    r"(?i)(https?://[a-z0-9.:-]+|[a-z0-9.-]+)?/waInstance([0-9]{1,20})/[a-z0-9]+"
    rf"/([^/?#\\%{re.escape(_PASTED)}]+)"
)


class Request(NamedTuple):
    """What the URL of a request to GREEN-API names; "" for an address that was left out."""

    api_url: str
    id_instance: str
    token: str

    def __repr__(self) -> str:
        return f"Request({self.api_url!r}, {self.id_instance!r})"


def tidy(text: str) -> str:
    """Return a field without the characters that were copied along."""
    return text.strip(_PASTED)


def request_in(text: str) -> Request | None:
    """Return what the first URL of a request in a text names, such as a line for curl."""
    found = re.search(_REQUEST, text)
    return Request(found[1] or "", found[2], found[3]) if found else None


def suggested_url(id_instance: str) -> str:
    """Return the apiUrl of an idInstance, whose first four digits name the host.

    Source: green-api.md, 4 (true of every pair seen).
    """
    return f"https://{id_instance[:4]}.api.green-api.com"


def alias(text: str) -> str:
    """Return an alias, tidied. Raises WrongUsage."""
    text = tidy(text)
    # not \w, which knows no vowel signs (M), as half of India's words have them
    kinds = ["L" if c in " -_." else unicodedata.category(c)[0] for c in text]
    if not (0 < len(text) <= 64 and text[0].isalnum() and all(kind in "LMN" for kind in kinds)):
        raise WrongUsage(
            "An alias begins with a letter or digit and goes on with letters, digits, "
            "blanks and - _ . only, 64 at most."
        )
    return text


def id_instance(text: str) -> str:
    """Return an idInstance, tidied. Raises WrongUsage."""
    text = tidy(text)
    if not re.fullmatch(r"[0-9]{1,20}", text):
        raise WrongUsage(
            "The idInstance is a number such as 1101000001; copy it from console.green-api.com."
        )
    return text


def token(text: str) -> str:
    """Return an apiTokenInstance, tidied. Raises WrongUsage, which never quotes it."""
    text = tidy(text)
    if not re.fullmatch(r"[!-~]{1,128}", text) or re.search(r"[/?#\\%]", text):
        raise WrongUsage(
            "The apiTokenInstance is empty or not a token; copy it from console.green-api.com."
        )
    return text


def api_url(text: str) -> str:
    """Return an apiUrl with its scheme and nothing behind it, "" for "". Raises WrongUsage.

    Whether a token may be sent there is decided elsewhere.
    """
    # whole requests are pasted too, and a token must not reach the settings that way
    address = re.split(r"/waInstance|[?#]", tidy(text), maxsplit=1, flags=re.IGNORECASE)[0]
    address = address.rstrip("/")
    if re.search(r"[^!-~]|@", address):
        raise WrongUsage(
            "The apiUrl is not an address such as https://1101.api.green-api.com; "
            "copy it from console.green-api.com."
        )
    return address if "://" in address or not address else f"https://{address}"
