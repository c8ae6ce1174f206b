"""Which file on this computer an address of OneDrive stands for; the file itself is not read.

Excel names a synced workbook by its address, and the command by its path.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from workbook.files.place import place_of

PERSONAL, BUSINESS = "d.docs.live.net", "-my.sharepoint.com"


def local(address: str) -> Path | None:
    """Return the synced file with this address, None where there is none.

    OneDrive itself tells in the environment where it keeps its files.
    """
    variables, within = _within(address)
    if any(part == ".." or set(part) & {"/", "\\", ":"} for part in within):
        return None
    folders = filter(None, map(os.environ.get, variables))
    files = (Path(folder, *within) for folder in folders)
    return next((file.resolve() for file in files if file.is_file()), None)


def place(name: str) -> str:
    """Return the place of a workbook that Excel names so: of the synced file, where it is one."""
    return place_of(str((local(name) if "://" in name else None) or name))


def _within(address: str) -> tuple[tuple[str, ...], list[str]]:
    """Return which variables may name the folder, and the path in it."""
    url = urlsplit(address)
    host, parts = url.hostname or "", [unquote(part) for part in url.path.split("/") if part]
    if host == PERSONAL:  # /account/path
        return ("OneDriveConsumer", "OneDrive"), parts[1:]
    if host.endswith(BUSINESS) and parts[:1] == ["personal"]:  # /personal/user/Documents/path
        return ("OneDriveCommercial", "OneDrive"), parts[3:]
    return (), []
