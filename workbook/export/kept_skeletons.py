"""Workbooks that openpyxl made once, kept in the home folder, and filled with what a run has.

Importing openpyxl and running it took a third of all instructions of an export of 1,000 contacts.
A kept one has marks where widths, lengths and times go: there is nobody in it, and a filled one has
the same bytes as one that is made anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec.structs import replace

from workbook import __version__
from workbook.accounts import settings
from workbook.contacts.columns import NAME
from workbook.errors import ContactsError
from workbook.export.look import Look, Skeleton
from workbook.files import atomic

MOST, LARGEST = 12, 1 << 18  # files; bytes of one, which has some 25,000
DIGEST = 32  # bytes of a file's SHA-256, which come first

_FIRST_MARK = 2_000_000  # more than a sheet has rows
_MARK = re.compile(rb'2(\d{6})(?=")(?<=["A-Z]2\d{6})')  # what it begins with is found fast
_WHEN = datetime(1999, 9, 9, 9, 9, 9)  # a mark, too
_PROPERTIES = "docProps/core.xml"
_OURS = ("skeleton.py", "summary_sheet.py", "summary_lines.py", "charts.py")


def make(
    looks: Sequence[Look], charts: Sequence[tuple[str, int]] | None, when: datetime
) -> Skeleton:
    """Return a workbook that lacks only its rows, as `skeleton.make` does, from a kept one."""
    if looks[0].name != NAME:  # somebody's own word, which has no business in the home
        from workbook.export import skeleton

        return skeleton.make(looks, charts, when)
    values: list[int] = []
    marked = [_marked(look, values) for look in looks]
    path = _path((marked, charts))
    bones = _read(path)
    if bones is None:
        from workbook.export import skeleton

        bones = skeleton.make(marked, charts, _WHEN)
        _keep(path, bones)
    return _filled(bones, values, when)


def are_there() -> bool:
    """Tell whether any is kept, so that openpyxl is probably not needed."""
    try:
        return any(settings.home().glob(settings.SKELETONS))
    except (OSError, ContactsError):
        return False


def _mark(values: list[int], value: int) -> int:
    values.append(value)
    return _FIRST_MARK + len(values) - 1


def _marked(look: Look, values: list[int]) -> Look:
    # a table's last row is one more than its length
    lengths = [length and _mark(values, length + 1) - 1 for length in look.lengths]
    return replace(look, widths=[_mark(values, each) for each in look.widths], lengths=lengths)


def _path(shape: object) -> Path | None:
    """Return where a workbook of this shape is kept, made by these versions; None: nowhere."""
    try:
        folder = settings.home()
        key = repr((__version__, _maker(), shape)).encode()
    except (OSError, ContactsError):  # also where openpyxl is packed into one file with others
        return None
    return folder / settings.SKELETONS.replace("*", hashlib.sha256(key).hexdigest()[:32])


@lru_cache(1)
def _maker() -> bytes:
    """Return what tells openpyxl's version, and how we ask it, without an import of either."""
    found = find_spec("openpyxl")
    assert found
    assert found.origin
    ours = (Path(__file__).with_name(name).read_bytes() for name in _OURS)
    return b"".join((Path(found.origin).with_name("_constants.py").read_bytes(), *ours))


def _read(path: Path | None) -> Skeleton | None:
    """Return a kept one, None where there is none, or one that is not as we left it."""
    try:
        if path is None or path.stat().st_size > LARGEST:
            return None
        content = settings.read_private(path)
        if hashlib.sha256(content[DIGEST:]).digest() != content[:DIGEST]:
            return None
        return msgspec.msgpack.decode(content[DIGEST:], type=Skeleton)
    except (OSError, ContactsError, msgspec.DecodeError):
        return None


def _keep(path: Path | None, bones: Skeleton) -> None:
    """Keep one, and the youngest of the others; a home that takes none makes no difference."""
    body = msgspec.msgpack.encode(bones)
    with suppress(OSError, ContactsError):
        if path is None or not path.parent.is_dir():
            return
        atomic.write(path, hashlib.sha256(body).digest() + body, private=True)
        kept = sorted(path.parent.glob(settings.SKELETONS), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST]:
            old.unlink()


def _filled(bones: Skeleton, values: Sequence[int], when: datetime) -> Skeleton:
    def filling(found: re.Match[bytes]) -> bytes:
        return b"%d" % values[int(found[1])]

    parts = {name: _MARK.sub(filling, part) for name, part in bones.parts.items()}
    parts[_PROPERTIES] = parts[_PROPERTIES].replace(_moment(_WHEN), _moment(when))
    return replace(bones, parts=parts)


def _moment(when: datetime) -> bytes:
    return when.replace(tzinfo=None).isoformat(timespec="seconds").encode()
