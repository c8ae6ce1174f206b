"""One spelling for the place of a workbook, so that it is known again however it was opened.

Excel names one file in many ways: by a drive or by the share behind it, by a short or a long name,
in any case, by an address with %20 in it.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

# what comes by mail or from the web lies there until somebody puts it somewhere
NEVER = {
    "downloads", "temp", "tmp", "content.outlook", "inetcache", "temporary internet files",
    "outlook temp", "mail downloads", "appdata", "$recycle.bin", ".trash",
}  # fmt: skip
MARKED = ("ZoneId=3", "ZoneId=4")  # internet, restricted
_VIEW = {"", "web", "csf", "e"}  # in an address: how it is shown, not which workbook it is
_LONG, _LONG_SHARE = "\\\\?\\", "\\\\?\\unc\\"


def place_of(name: str) -> str:
    """Return the place of a workbook that Excel names so, "" for one that was never saved.

    Links, short names and drives of the network are followed where the file is there.
    """
    if "://" in name:
        return address(name)
    if sys.platform == "win32":
        return windows(ntpath.realpath(name)) if ntpath.isabs(name) else ""
    if not posixpath.isabs(name):
        return ""
    return posix(os.path.realpath(name), any_case=sys.platform == "darwin")


def address(name: str) -> str:
    """Return the place behind an address of OneDrive or SharePoint, which tell no case apart."""
    url = urlsplit(name)
    path = posixpath.normpath(unquote(url.path) or "/")
    host = (url.hostname or "") + (f":{url.port}" if url.port else "")
    asked = "&".join(each for each in url.query.split("&") if each.partition("=")[0] not in _VIEW)
    plain = unicodedata.normalize("NFC", _folded(f"{url.scheme}://{host}/{path.lstrip('/')}"))
    return f"{plain}?{asked}" if asked else plain


def windows(path: str) -> str:
    """Return the place of a path of Windows, which tells no case apart."""
    plain = _folded(path.replace("/", "\\"))
    if plain.startswith(_LONG_SHARE):
        plain = "\\\\" + plain.removeprefix(_LONG_SHARE)
    return ntpath.normpath(plain.removeprefix(_LONG))


def posix(path: str, *, any_case: bool = False) -> str:
    """Return the place of a path of Linux, or with `any_case` of macOS."""
    plain = posixpath.normpath(path)
    return unicodedata.normalize("NFC", _folded(plain)) if any_case else plain


def _folded(text: str) -> str:
    """Return text in small letters, but for those that no file system takes for others: ß is no ss.

    Two files would be one place otherwise, and one of them has come by mail.
    """
    return "".join(map(_small, text))


@cache
def _small(letter: str) -> str:
    small = letter.lower()
    return small if small.upper() == letter else letter


def is_within(place: str, folders: Iterable[str]) -> bool:
    """Tell whether a place is in one of these folders or below, never in one of downloads.

    Whole names of folders count: /lists2/a.xlsx is not in /lists.
    """
    parts = _parts(place)
    if not parts or NEVER & {part.casefold() for part in parts[:-1]}:
        return False
    wanted = (_parts(place_of(folder)) for folder in folders)
    return any(
        found and parts[: len(found)] == found and len(parts) > len(found) for found in wanted
    )


def _parts(place: str) -> list[str]:
    separator = "\\" if ntpath.splitdrive(place)[0] else "/"
    return [part for part in place.split(separator) if part]


def is_marked(path: Path) -> bool:
    """Tell whether Windows remembers that a file came from the internet."""
    try:
        zone = Path(f"{path}:Zone.Identifier").read_text(errors="replace")
    except (OSError, ValueError):
        return False
    return any(mark in zone for mark in MARKED)
