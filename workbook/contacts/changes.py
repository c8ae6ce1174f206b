"""What changed about contacts: kept versions become changes, changes a sentence or a table. No I/O.

All ids of a person count as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, pairwise

import msgspec

from workbook.contacts import times
from workbook.contacts.columns import Row, Table, safe_text
from workbook.contacts.contact import Contact, IdKind, id_kind, label, phone
from workbook.contacts.identity import Pair, groups, merged, replacements

SHEET = "Changes"  # its name in a workbook
HEADER = ("time", "change", "id", "label", "column", "before", "after", "lastSeen", "account")

_NEVER = datetime.max.replace(tzinfo=UTC)


class Kind(StrEnum):
    """The words for changes, in the order of a sentence."""

    NEW = "new"
    BACK = "back"
    RENAMED = "renamed"
    SAVED = "saved"
    UNSAVED = "unsaved"
    REVEALED = "number revealed"
    MOVED = "id changed"
    GONE = "not seen"


_PLACE = {kind: place for place, kind in enumerate(Kind)}


class Version(msgspec.Struct, frozen=True, gc=False):
    """A contact as it was from one list until a later list showed it differently or not at all.

    `first_seen` belongs to the id, not to this version. `last_seen` is the last list with this
    version; it and `valid_to` are None while the version is in the list.
    """

    contact: Contact
    first_seen: datetime
    valid_from: datetime
    last_seen: datetime | None = None
    valid_to: datetime | None = None


class _Stay(msgspec.Struct, frozen=True, gc=False):
    """A time for which an id was in the list without a gap; `end` is _NEVER if it still is."""

    start: datetime
    end: datetime
    last_seen: datetime | None
    opening: Contact
    closing: Contact

    @property
    def id(self) -> str:
        return self.closing.id


class Change(msgspec.Struct, frozen=True, gc=False):
    """One change; `at` is the time of the list that showed it first (aware).

    `contact`: after the change, or as it was last if it is gone. `column`, `before`, `after`: the
    value that changed, if one did. `last_seen`: for contacts that are gone or came back.
    """

    at: datetime
    kind: Kind
    contact: Contact
    column: str = ""
    before: str = ""
    after: str = ""
    last_seen: datetime | None = None

    @property
    def words(self) -> str:
        """Return what happened in words, "not seen since 2026-11-20" for instance."""
        if self.kind is Kind.GONE and self.last_seen is not None:
            return f"{self.kind} since {day(self.last_seen)}"
        return str(self.kind)


def from_versions(
    versions: Mapping[str, Sequence[Version]], pairs: Sequence[Pair], first: datetime
) -> list[Change]:
    """Return all changes, sorted by time, then by kind; the `first` list is no change.

    `versions`: by id, in the order of time. Every id that `pairs` name and that was ever in a list
    must be in it.
    """
    shared, same = groups(pairs), replacements(pairs)
    paired = frozenset().union(*shared)
    several = ({id_: versions.get(id_, ()) for id_ in sorted(ids)} for ids in shared)
    alone = ({id_: mine} for id_, mine in versions.items() if id_ not in paired)
    told = chain(
        chain.from_iterable(_of_one(person, same, first) for person in chain(several, alone)),
        _reveals(versions, pairs, first),
    )
    return sorted(told, key=lambda change: (change.at, _PLACE[change.kind]))


def _of_one(
    versions: Mapping[str, Sequence[Version]], same: Mapping[str, str], first: datetime
) -> Iterator[Change]:
    """Yield the changes of one person; `versions` are those of all ids of the person."""
    kept = [*chain.from_iterable(versions.values())]
    states = _states(kept, {id_: same[id_] for id_ in versions if id_ in same})
    for (_, was), (at, now) in pairwise(states):
        told = values_changed(was, now, at)
        # whose phone is told by a pair, _reveals tells
        yield from (c for c in told if c.kind is not Kind.REVEALED or len(versions) == 1)
    yield from _presence(versions.values(), first)


def _states(
    versions: Sequence[Version], same: Mapping[str, str]
) -> Iterator[tuple[datetime, Contact]]:
    """Yield each state of one person, all ids together, and since when."""
    if not same:  # one id, and most people have one
        yield from ((version.valid_from, version.contact) for version in versions)
        return
    starts, ends = {v.valid_from for v in versions}, {v.valid_to or _NEVER for v in versions}
    for at in sorted(starts | ends):
        listed = [v.contact for v in versions if v.valid_from <= at < (v.valid_to or _NEVER)]
        if listed:
            yield at, merged(listed, same)


def _presence(versions: Iterable[Sequence[Version]], first: datetime) -> Iterator[Change]:
    """Yield when one person came, went, came back and changed the id."""
    stays = sorted(chain(*map(_stays, versions)), key=lambda stay: stay.start)
    before: _Stay | None = None
    for block in _blocks(stays):
        opening, last = block[0], max(block, key=lambda stay: stay.end)
        if before is not None:
            yield Change(opening.start, Kind.BACK, opening.opening, last_seen=before.last_seen)
        elif opening.start > first:
            yield Change(opening.start, Kind.NEW, opening.opening)
        yield from _moves(block)
        if last.end != _NEVER:
            yield Change(last.end, Kind.GONE, last.closing, last_seen=last.last_seen)
        before = last


def _stays(versions: Sequence[Version]) -> Iterator[_Stay]:
    opening: Version | None = None
    for now, following in pairwise([*versions, None]):
        assert now is not None
        opening = opening or now
        if following is None or following.valid_from != now.valid_to:
            # what was before is no longer kept where first_seen is earlier
            start = opening.first_seen if opening is versions[0] else opening.valid_from
            end = now.valid_to or _NEVER
            yield _Stay(start, end, now.last_seen, opening.contact, now.contact)
            opening = None


def _blocks(stays: Sequence[_Stay]) -> Iterator[list[_Stay]]:
    """Yield lists of stays that overlap or touch each other."""
    block: list[_Stay] = []
    for stay in stays:
        if block and stay.start > max(each.end for each in block):
            yield block
            block = []
        block.append(stay)
    if block:
        yield block


def _moves(block: Sequence[_Stay]) -> Iterator[Change]:
    """Yield each change from one id to another, of those that are in the list then."""
    for stay in block:
        others = [other for other in block if other.start <= stay.end < other.end]
        if not others:  # the person went
            continue
        to = max(others, key=lambda other: (other.start == stay.end, other.end))
        if id_kind(to.id) is IdKind.HIDDEN:  # the phone of a hidden number _reveals tells
            yield Change(stay.end, Kind.MOVED, to.opening, "id", stay.id, to.id)


def _reveals(
    versions: Mapping[str, Sequence[Version]], pairs: Sequence[Pair], first: datetime
) -> Iterator[Change]:
    """Yield when the phone of a hidden number that was in the list became known."""
    for pair in pairs:
        hidden, known = versions.get(pair.former, ()), versions.get(pair.present, ())
        if not pair.reveals or not hidden or pair.found <= max(first, hidden[0].first_seen):
            continue
        if not known or known[0].first_seen >= hidden[0].first_seen:
            contact = (known or hidden)[-1].contact
            yield Change(
                pair.found, Kind.REVEALED, contact, "phone", "", phone(Contact(pair.present))
            )


def values_changed(was: Contact, now: Contact, at: datetime) -> Iterator[Change]:
    """Yield the differences between two states of one contact that a user wants to know."""
    if was.contact_name != now.contact_name:
        kind = Kind.RENAMED if was.contact_name and now.contact_name else Kind.SAVED
        kind = kind if now.contact_name else Kind.UNSAVED
        yield Change(at, kind, now, "contactName", was.contact_name, now.contact_name)
    if was.name != now.name:
        yield Change(at, Kind.RENAMED, now, "name", was.name, now.name)
    if was.username != now.username:
        yield Change(at, Kind.RENAMED, now, "username", was.username, now.username)
    if now.phone_number and phone(was) != phone(now):
        yield Change(at, Kind.REVEALED, now, "phone", phone(was), phone(now))


class Tally(msgspec.Struct, frozen=True):
    """How many people had each kind of change; a person counts once per kind."""

    kinds: Counter[Kind] = msgspec.field(default_factory=Counter)
    words: Counter[str] = msgspec.field(default_factory=Counter)
    places: dict[str, int] = {}  # of the words in a sentence; equal ones are of one kind

    @classmethod
    def of(cls, parts: Iterable[Iterable[Change]]) -> Tally:
        """Count changes; all changes of one person must be in the same part."""
        tally = cls()
        for changes in parts:
            tally._add(changes)
        return tally

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        """Add up the counts of several lists, whose people are not the same."""
        total = cls()
        for each in tallies:
            total.kinds.update(each.kinds)
            total.words.update(each.words)
            total.places.update(each.places)
        return total

    def _add(self, changes: Iterable[Change]) -> None:
        kinds, words = set(), set()
        for change in changes:
            told = change.words
            kinds.add((change.kind, change.contact.id))
            words.add((told, change.contact.id))
            self.places[told] = _PLACE[change.kind]
        self.kinds.update(kind for kind, _ in kinds)
        self.words.update(told for told, _ in words)

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def sentence(self) -> str:
        """Return "4 new, 2 renamed, 1 not seen since 2026-11-20." or "Nothing changed."."""
        told = sorted(self.places, key=lambda words: (self.places[words], words))
        each = (f"{self.words[words]:,} {words}" for words in told)
        return f"{', '.join(each) or 'Nothing changed'}."

    def counted(self) -> dict[str, int]:
        """Return the number of people by the word for the change."""
        return {str(kind): self.kinds[kind] for kind in Kind if self.kinds[kind]}


def sentence(changes: Iterable[Change]) -> str:
    """Return one sentence with the number of people for each kind of change."""
    return Tally.of([changes]).sentence()


def table(
    changes: Sequence[Change],
    account: str,
    told: Callable[[datetime], datetime] = datetime.astimezone,
) -> Table:
    """Return the table of the sheet `Changes`: one row a change, in the same order.

    `told` returns a time in the zone in which it is to be told; by default that is local time.
    """
    made = Table(HEADER, (), len(changes))
    made.rows = (
        [safe_text(value, made.altered) for value in _row(change, account, told)]
        for change in changes
    )
    return made


def _row(change: Change, account: str, told: Callable[[datetime], datetime]) -> Row:
    return (
        times.text_of(told(change.at)),
        str(change.kind),
        change.contact.id,
        label(change.contact),
        change.column,
        change.before,
        change.after,
        times.text_of(told(change.last_seen)) if change.last_seen else "",
        account,
    )


def day(moment: datetime) -> str:
    """Return the local day."""
    return format(moment.astimezone(), "%Y-%m-%d")
