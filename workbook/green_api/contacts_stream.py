"""Decode the body of getContacts into contacts, piece by piece as it arrives; no I/O."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from workbook.contacts.contact import NO_CONTACT, Contact, ContactList
from workbook.contacts.matching import plain_number
from workbook.contacts.phone_numbers import parse_phone, without_device
from workbook.contacts.repeats import Ids, each_once
from workbook.errors import AnswerTooLarge, SenselessAnswer
from workbook.green_api.protocol import not_a_list

PIECE = 256 * 1024
LONGEST_ROW = 4 * 1024 * 1024  # bytes; real rows have a hundred
ROWS_PER_MIB = 1024 * 1024 // 64  # the shortest real rows have 70 bytes
MOST_TYPES = 100  # the service knows two
LONGEST_TYPE = 100  # characters

_BOM = b"\xef\xbb\xbf"
_BETWEEN_ROWS = re.compile(rb"\}\s*,\s*(?=\{)")
# whole strings, so that brackets inside are skipped; `torn`: a string without an end
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<torn>")', re.DOTALL)
_JUNK = frozenset({"", "null", "undefined", "nan"})  # null@c.us (green-api/issues 473)
_ODD = re.compile(r"\n(?![0-9-])")  # before an id that begins as none does, as all junk ids do
_OTHER_MESSENGERS = (b'"chatId"', b'"phoneNumber"')
_NO_UTF8 = "bytes that are no UTF-8 replaced"
_DIGITS = re.compile("[1-9][0-9]{4,13}", re.ASCII)  # more are a lid's (green-api/issues 473)
_SURROGATE = "[\ud800-\udfff]"


class _Row(msgspec.Struct, rename="camel", gc=False):
    """A row as the service may send it; unknown keys are ignored."""

    id: str | None = None
    chat_id: str | None = None
    name: str | None = None
    contact_name: str | None = None
    type: str | None = None
    phone_number: str | int | None = None
    username: str | None = None
    new_chat_id: str | None = None


_decode_plain = msgspec.json.Decoder(list[Contact]).decode
_decode_rows = msgspec.json.Decoder(list[_Row]).decode
_REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_WIRE_NAMES = dict(zip(_Row.__struct_encode_fields__, _Row.__struct_fields__, strict=True))


class DecodedAnswer(msgspec.Struct, frozen=True):
    """A whole list; and by reason, how many rows were dropped and how many values altered."""

    contacts: ContactList
    dropped: Counter[str]
    altered: Counter[str]


class ContactsReader(msgspec.Struct):
    """Decode the body as it arrives; `finish` returns the list if the body was complete.

    The body is cut into pieces between two rows. That place is guessed first; if it lies inside a
    name, the piece is not valid JSON, and the brackets are counted instead. Raises AnswerTooLarge
    for more than `limit_mib` unpacked or more rows than fit into it, SenselessAnswer, and NotReady
    if the service says so with a 200.
    """

    limit_mib: int = 192
    on_bytes: Callable[[int], None] | None = None
    received: int = 0
    rows: int = 0
    contacts: ContactList = msgspec.field(default_factory=ContactList)
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    altered: Counter[str] = msgspec.field(default_factory=Counter)
    _waiting: bytearray = msgspec.field(default_factory=bytearray)
    _enough: int = PIECE
    _begun: bool = False
    _unreadable: int = 0  # rows whose name lost characters to another charset
    _ids: Ids = msgspec.field(default_factory=Ids)
    _types: set[str] = set()

    def feed(self, data: bytes) -> None:
        """Decode the next bytes of the body."""
        self.received += len(data)
        if self.received > self.limit_mib * 1024 * 1024:
            raise AnswerTooLarge(limit_mib=self.limit_mib)
        if self.on_bytes is not None:
            self.on_bytes(self.received)
        self._waiting += data
        if len(self._waiting) >= self._enough:
            self._begin()
            self._take_whole_rows()

    def finish(self) -> DecodedAnswer:
        """Return the list after the body has ended; raises as `feed` does."""
        self._begin()
        end = self._waiting.rstrip()
        if end[-1:] != b"]":
            raise SenselessAnswer("it ends in the middle")
        if end != b"]":
            self._keep(self._contacts(bytes(b"[" + end)))
        if 2 * self.dropped[NO_CONTACT] >= self.rows > 0:
            raise SenselessAnswer("most rows of the list are no contacts")
        self._waiting.clear()
        if self._unreadable and 2 * self._unreadable > sum(map(_has_name, self.contacts)):
            raise SenselessAnswer("most names are in another charset than UTF-8")
        once = each_once(self.contacts, self._ids.suspects())
        if again := len(self.contacts) - len(once):
            self.dropped["same id again"] = again
        return DecodedAnswer(once, self.dropped, self.altered)

    def _begin(self) -> None:
        if self._begun:
            return
        start = bytes(self._waiting).removeprefix(_BOM).lstrip()
        if start[:1] != b"[":
            raise not_a_list(start)
        self._waiting = bytearray(start[1:])
        self._begun = True

    def _take_whole_rows(self) -> None:
        end, batch = self._whole_rows()
        if end:
            self._keep(batch)
            del self._waiting[: self._waiting.index(b"{", end)]
            self._enough = PIECE
        elif len(self._waiting) < LONGEST_ROW:
            self._enough = min(2 * len(self._waiting), LONGEST_ROW)
        else:
            raise SenselessAnswer("a row of the list is longer than any contact")

    def _whole_rows(self) -> tuple[int, list[Contact]]:
        if guessed := _guessed_end(self._waiting):
            with suppress(_NotJson):
                return guessed, self._decoded(guessed)
        counted = _counted_end(self._waiting)
        return counted, self._decoded(counted)

    def _decoded(self, end: int) -> list[Contact]:
        return self._contacts(b"[" + self._waiting[:end] + b"]")

    def _contacts(self, piece: bytes) -> list[Contact]:
        if not any(key in piece for key in _OTHER_MESSENGERS):
            with suppress(*_REFUSALS):
                return _decode_plain(piece)  # nearly every piece of nearly every list
        try:
            rows = _decode_rows(piece)
        except _REFUSALS:
            rows = None
        replaced = self.altered[_NO_UTF8]
        sent = _odd_rows(piece, self.altered) if rows is None else rows
        rows = [row for row in sent if row is not None and (row.id, row.chat_id) != (None, None)]
        if strangers := len(sent) - len(rows):
            self.dropped[NO_CONTACT] += strangers
            self.rows += strangers
        contacts = [_contact(row, self.altered) for row in rows]
        if self.altered[_NO_UTF8] > replaced:
            self._unreadable += sum(map(_is_unreadable, contacts))
        return contacts

    def _keep(self, batch: list[Contact]) -> None:
        self.rows += len(batch)
        if self.rows > self.limit_mib * ROWS_PER_MIB:
            raise AnswerTooLarge(limit_rows=self.limit_mib * ROWS_PER_MIB)
        self._check_types({contact.type for contact in batch})
        ids = [contact.id for contact in batch]
        lines = "\n".join(["", *ids])
        if ":" in lines or _ODD.search(lines):
            batch = list(self._tidied(batch))
            ids = [contact.id for contact in batch]
        if batch:
            self._ids.add(ids)
            self.contacts.append(batch)

    def _check_types(self, types: set[str]) -> None:
        # every type gets a line in the Summary, a part of a sentence and of a chart
        self._types |= types
        if len(self._types) > MOST_TYPES or any(len(each) > LONGEST_TYPE for each in types):
            raise SenselessAnswer("it has more types of contacts than are possible")

    def _tidied(self, batch: list[Contact]) -> Iterator[Contact]:
        for contact in batch:
            if ":" in contact.id:
                contact = msgspec.structs.replace(contact, id=without_device(contact.id))
            if contact.id.partition("@")[0].strip().lower() in _JUNK:
                self.dropped["junk id"] += 1
            else:
                yield contact


def _guessed_end(waiting: bytearray) -> int:
    """Return where the last row seems to end; the place may lie inside a name."""
    end = 0
    for match in _BETWEEN_ROWS.finditer(waiting, len(waiting) * 7 // 8):
        end = match.start() + 1
    return end


def _counted_end(waiting: bytearray) -> int:
    """Return the end of the last row that is followed by another one, 0 if there is none."""
    depth, ends = 0, [0]
    for token in _TOKEN.finditer(waiting):
        match token.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth -= 1
                if depth == 0:
                    ends.append(token.end())
            case "torn":
                break
    return next((end for end in reversed(ends) if _BETWEEN_ROWS.match(waiting, end - 1)), 0)


class _NotJson(SenselessAnswer):
    """A piece is not JSON; perhaps it was only cut at the wrong place."""


def _has_name(contact: Contact) -> bool:
    return bool(contact.name or contact.contact_name)


def _is_unreadable(contact: Contact) -> bool:
    return "\ufffd" in contact.name or "\ufffd" in contact.contact_name


def _contact(row: _Row, altered: Counter[str]) -> Contact:
    return Contact(
        row.id or row.chat_id or "",
        row.name or "",
        row.contact_name or "",
        row.type or "",
        _phone_number(row.phone_number, altered) if row.phone_number else "",
        row.username or "",
        row.new_chat_id or "",
    )


def _phone_number(sent: str | int, altered: Counter[str]) -> str:
    """Return the digits of a phoneNumber, which MAX and Telegram send, too; 0 there means hidden.

    What is neither is counted in `altered`.
    """
    text = plain_number(str(sent).strip())
    if _DIGITS.fullmatch(text):
        return text
    number = None if text[:1] == "-" else parse_phone(text)
    if number is not None and _DIGITS.fullmatch(number.digits):
        return number.digits
    if text.strip("0"):
        altered["phoneNumber that is no phone left out"] += 1
    return ""


def _odd_rows(piece: bytes, altered: Counter[str]) -> Sequence[_Row | None]:
    """Decode what msgspec refuses: lone surrogates, wrong charsets, numbers instead of text.

    None stands for a row that is no object.
    """
    text = piece.decode("utf-8", errors="replace")
    decoded = None
    with suppress(ValueError, RecursionError):
        decoded = json.loads(text, strict=False, parse_int=str, parse_float=str)
    if not isinstance(decoded, list):
        raise _NotJson("it is not valid JSON")
    altered[_NO_UTF8] += text.count("\ufffd") - piece.count(b"\xef\xbf\xbd")
    return [_odd_row(row, altered) if isinstance(row, dict) else None for row in decoded]


def _odd_row(row: dict[str, Any], altered: Counter[str]) -> _Row:
    texts = {
        ours: row[wire] for wire, ours in _WIRE_NAMES.items() if isinstance(row.get(wire), str)
    }
    if not isinstance(row.get("phoneNumber", ""), str | None):
        altered["phoneNumber that is no phone left out"] += 1
    for key, text in texts.items():
        if re.search(_SURROGATE, text):
            texts[key] = re.sub(_SURROGATE, "\N{REPLACEMENT CHARACTER}", text)
            altered["lone surrogate replaced"] += 1
    return _Row(**texts)
