"""Workbooks that openpyxl made once, kept in the home folder, and filled with what a run has.

Importing openpyxl and running it took a third of all instructions of an export of 1,000 contacts.
A kept one has marks where widths, lengths, times, counts and labels go: there is nobody in it, and
a filled one has the same bytes as one that is made anew.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec.structs import replace

from workbook import __version__
from workbook.accounts import settings
from workbook.contacts import times
from workbook.contacts.columns import NAME, safe_text
from workbook.errors import ContactsError
from workbook.export.look import Look, Skeleton
from workbook.export.sheet_xml import escape, markup
from workbook.export.summary_lines import Line, Lines, Value
from workbook.files import atomic

MOST, LARGEST = 12, 1 << 18  # files; bytes of one, which has some 25,000
DIGEST = 32  # bytes of a file's SHA-256, which come first

_FIRST_MARK = 2_000_000  # below the last day that a date cell can hold
_MARK = re.compile(rb'(?:<([tv])>|(?<=["A-Z]))2(\d{6})(?:</[tv]>|(?="))')
_WHEN = datetime(1999, 9, 9, 9, 9, 9)  # a mark, too
_PROPERTIES = "docProps/core.xml"

Values = list[Value]


def make(looks: Sequence[Look], lines: Lines | None, when: datetime) -> Skeleton:
    """Return a workbook that lacks only its rows, as `skeleton.make` does, from a kept one."""
    if looks[0].name != NAME:  # somebody's own word, which has no business in the home
        from workbook.export import skeleton

        return skeleton.make(looks, lines, when)
    values: Values = []
    looks_marked = [_marked_look(look, values) for look in looks]
    lines_marked = None if lines is None else _marked_lines(lines, values)
    path = _path((looks_marked, lines_marked))
    bones = _read(path)
    if bones is None:
        from workbook.export import skeleton

        bones = skeleton.make(looks_marked, lines_marked, _WHEN)
        _keep(path, bones)
    return _filled(bones, values, when)


def are_there() -> bool:
    """Tell whether any is kept, so that openpyxl is probably not needed."""
    try:
        return any(settings.home().glob(settings.SKELETONS))
    except (OSError, ContactsError):
        return False


def _mark(values: Values, value: Value) -> int:
    values.append(value)
    return _FIRST_MARK + len(values) - 1


def _marked_look(look: Look, values: Values) -> Look:
    # a table's last row is one more than its length
    lengths = [length and _mark(values, length + 1) - 1 for length in look.lengths]
    return replace(look, widths=[_mark(values, each) for each in look.widths], lengths=lengths)


def _marked_lines(lines: Lines, values: Values) -> Lines:
    head = [_marked_line(line, values) for line in lines.head]
    blocks = [
        replace(block, lines=[_marked_line(line, values) for line in block.lines])
        for block in lines.blocks
    ]
    return Lines(head, blocks, lines.charts)


def _marked_line(line: Line, values: Values) -> Line:
    return tuple(_marked_value(value, values) for value in line)


def _marked_value(value: Value, values: Values) -> Value:
    """Return a value of the same kind, for openpyxl writes each kind in another way."""
    if value == "":
        return value
    mark = _mark(values, value)
    if isinstance(value, datetime):
        return times.DAY_0 + timedelta(days=mark)
    return str(mark) if isinstance(value, str) else mark


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
    """Return what tells openpyxl's version, without an import of it."""
    found = find_spec("openpyxl")
    assert found
    assert found.origin
    return Path(found.origin).with_name("_constants.py").read_bytes()


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


def _filled(bones: Skeleton, values: Values, when: datetime) -> Skeleton:
    def filling(found: re.Match[bytes]) -> bytes:
        tag, value = found[1], values[int(found[2])]
        if isinstance(value, str):
            return _text_element(tag, value)
        number = _number(value)
        return b"<%b>%b</%b>" % (tag, number, tag) if tag else number

    parts = {name: _MARK.sub(filling, part) for name, part in bones.parts.items()}
    parts[_PROPERTIES] = parts[_PROPERTIES].replace(_moment(_WHEN), _moment(when))
    return replace(bones, parts=parts)


def _moment(when: datetime) -> bytes:
    return when.replace(tzinfo=None).isoformat(timespec="seconds").encode()


def _number(value: int | datetime) -> bytes:
    if isinstance(value, datetime):
        return b"%.16g" % ((value - times.DAY_0) / timedelta(days=1))
    return b"%d" % value


def _text_element(tag: bytes, text: str) -> bytes:
    """Return a cell's text or a chart's label as openpyxl writes them: cells in ASCII."""
    holdable = escape(safe_text(text, Counter()).encode(), Counter())
    text = markup(holdable).decode()
    content = text.encode("ascii", "xmlcharrefreplace") if tag == b"t" else text.encode()
    stripped = text.strip()
    keeps_space = text != stripped and (stripped or tag == b"t")
    return b"<%b%b>%b</%b>" % (tag, b' xml:space="preserve"' * bool(keeps_space), content, tag)
