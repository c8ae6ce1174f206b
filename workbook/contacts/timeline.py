"""Versions of contacts into the changes they tell, one person's ids taken together; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, pairwise

import msgspec

from workbook.contacts.changes import Change, Kind, values_changed
from workbook.contacts.contact import Contact, IdKind, id_kind, phone
from workbook.contacts.identity import Pair, groups, merged, replacements

_ORDER = {kind: place for place, kind in enumerate(Kind)}
_NEVER = datetime.max.replace(tzinfo=UTC)


class Version(msgspec.Struct, frozen=True, gc=False):
    """A contact as it was from one list on, until another showed it differently or not at all.

    `first_seen` is that of its id; `last_seen` the last list with this version; the last two are
    None while it stands in the list.
    """

    contact: Contact
    first_seen: datetime
    valid_from: datetime
    last_seen: datetime | None = None
    valid_to: datetime | None = None


class _Stay(msgspec.Struct, frozen=True, gc=False):
    """The time for which an id was in the list without a gap; `end` is never reached by some."""

    start: datetime
    end: datetime
    last_seen: datetime | None
    opening: Contact
    closing: Contact

    @property
    def id(self) -> str:
        return self.closing.id


def changes(
    versions: Mapping[str, Sequence[Version]], pairs: Sequence[Pair], first: datetime
) -> list[Change]:
    """Return all changes in the order of time, then of kinds.

    What the `first` list had is no change.
    `versions` by id, each id's in the order of time, and those of all ids that `pairs` name and
    that were ever in a list.
    """
    shared, same = groups(pairs), replacements(pairs)
    paired = frozenset().union(*shared)
    several = ({id_: versions.get(id_, ()) for id_ in sorted(ids)} for ids in shared)
    alone = ({id_: mine} for id_, mine in versions.items() if id_ not in paired)
    told = chain(
        chain.from_iterable(_of_one(person, same, first) for person in chain(several, alone)),
        _reveals(versions, pairs, first),
    )
    return sorted(told, key=lambda change: (change.at, _ORDER[change.kind]))


def _of_one(
    versions: Mapping[str, Sequence[Version]], same: Mapping[str, str], first: datetime
) -> Iterator[Change]:
    """Yield what happened to one person, whose versions these are, by id."""
    kept = [*chain.from_iterable(versions.values())]
    states = _states(kept, {id_: same[id_] for id_ in versions if id_ in same})
    for (_, was), (at, now) in pairwise(states):
        yield from values_changed(was, now, at)
    yield from _presence(versions.values(), first)


def _states(
    versions: Sequence[Version], same: Mapping[str, str]
) -> Iterator[tuple[datetime, Contact]]:
    """Yield how one person stood in the list, all ids together, and from when on."""
    if not same:  # one id, and most people have one
        yield from ((version.valid_from, version.contact) for version in versions)
        return
    starts, ends = {v.valid_from for v in versions}, {v.valid_to or _NEVER for v in versions}
    for at in sorted(starts | ends):
        listed = [v.contact for v in versions if v.valid_from <= at < (v.valid_to or _NEVER)]
        if listed:
            yield at, merged(listed, same)


def _presence(versions: Iterable[Sequence[Version]], first: datetime) -> Iterator[Change]:
    """Yield when one person came, went, came back, and passed on from one id to another."""
    stays = sorted(chain(*map(_stays, versions)), key=lambda stay: stay.start)
    before: _Stay | None = None
    for block in _blocks(stays):
        opening, last = block[0], max(block, key=lambda stay: stay.end)
        if before is not None:
            yield Change(opening.start, Kind.BACK, opening.opening, last_seen=before.last_seen)
        elif opening.start > first:
            yield Change(opening.start, Kind.NEW, opening.opening)
        yield from _moves(block, last)
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
    """Yield stays that overlap or touch each other, together."""
    block: list[_Stay] = []
    for stay in stays:
        if block and stay.start > max(each.end for each in block):
            yield block
            block = []
        block.append(stay)
    if block:
        yield block


def _moves(block: Sequence[_Stay], last: _Stay) -> Iterator[Change]:
    for stay in block:
        if stay is last or stay.end == _NEVER:
            continue
        to = next((s for s in block if s.start == stay.end), last)
        if id_kind(stay.id) is IdKind.PHONE or id_kind(to.id) is IdKind.HIDDEN:
            yield Change(stay.end, Kind.MOVED, to.opening, "id", stay.id, to.id)


def _reveals(
    versions: Mapping[str, Sequence[Version]], pairs: Sequence[Pair], first: datetime
) -> Iterator[Change]:
    """Yield when the phone of somebody who had been in the list without it was told."""
    for pair in pairs:
        hidden, known = versions.get(pair.former, ()), versions.get(pair.present, ())
        if not pair.reveals or not hidden or pair.found <= max(first, hidden[0].first_seen):
            continue
        if not known or known[0].first_seen >= hidden[0].first_seen:
            contact = (known or hidden)[-1].contact
            yield Change(
                pair.found, Kind.REVEALED, contact, "phone", "", phone(Contact(pair.present))
            )
