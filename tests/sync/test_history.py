"""What is kept of the lists that came, and what can be told of it."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.store.lists import ANNA, BEN, CLUB, INSTANCE, JO, JO_PHONE, came, crowd, day
from workbook.accounts.settings import Settings
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.difference import Difference
from workbook.contacts.identity import GROUP, Pair
from workbook.errors import NotWritable
from workbook.store import database, pairs, schema, snapshots, versions
from workbook.store.snapshots import Snapshot
from workbook.sync import history
from workbook.sync.latest import Latest
from workbook.sync.recording import Trust

NEXT_LID = "102388094480999@lid"


def told(after: float | None = None) -> list[str]:
    since = None if after is None else day(after)
    return [
        f"{change.words}: {change.contact.id}" for change in history.known_changes(INSTANCE, since)
    ]


def rows(table: str) -> int:
    with database.opened() as connection:
        (count,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        return int(count)


def absences() -> dict[str, int]:
    return {id_: times for id_, (_, times) in history.gone(INSTANCE).items()}


def listed() -> set[str]:
    snapshot = snapshots.last_good(INSTANCE)
    assert snapshot is not None
    return {contact.id for contact in snapshot.contacts}


def test_a_first_list_adds_nothing_but_the_list() -> None:
    recorded = came(0, *crowd(500))
    assert recorded.before is None
    assert (rows("version"), rows("absence"), told()) == (0, 0, [])


def test_a_list_that_changed_nothing_adds_nothing() -> None:
    came(0, ANNA, BEN)
    recorded = came(1, BEN, ANNA)
    assert recorded.difference == Difference()
    assert (rows("version"), told()) == (0, [])
    assert recorded.snapshot.fetched == day(1)


def test_only_who_changed_gets_versions() -> None:
    people = crowd(500)
    came(0, *people)
    came(1, *people[1:], replace(people[0], name="Other"))
    assert rows("version") == 2
    assert told() == [f"renamed: {people[0].id}"]


def test_somebody_whom_a_list_names_twice_goes_once() -> None:
    came(0, BEN, ANNA, replace(ANNA, name="Anne"))
    came(1, BEN)
    assert [change.kind for change in history.known_changes(INSTANCE)] == ["not seen"]


def test_changes_are_told_from_a_time_on() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA)
    came(2, ANNA, BEN, CLUB)
    assert told(1) == [f"new: {CLUB.id}", f"back: {BEN.id}"]
    assert told(2) == []


def test_an_earlier_list_never_replaces_a_later_one() -> None:
    came(2, ANNA)
    assert came(1, BEN).snapshot.fetched == day(2)
    assert listed() == {ANNA.id}


names = st.sampled_from(["", "Anna", "Аня"])
one_list = st.dictionaries(st.sampled_from("abcde"), names, min_size=1).map(
    lambda people: [Contact(f"49151000000{id_}", name, "", "user") for id_, name in people.items()]
)


@given(lists=st.lists(one_list, min_size=1, max_size=7))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_list_can_be_told_from_what_is_kept(lists: list[list[Contact]]) -> None:
    with database.opened() as connection:
        for table in ("snapshot", "piece", "version", "absence"):
            connection.execute(f"DELETE FROM {table}")
    for number, people in enumerate(lists):
        came(number, *people)
    with database.opened() as connection:
        kept = versions.versions_of(connection, INSTANCE)
    unchanged = [contact for contact in lists[-1] if contact.id not in kept]
    for number, people in enumerate(lists):
        then = [
            each.contact
            for mine in kept.values()
            for each in mine
            if each.valid_from <= day(number) and (not each.valid_to or day(number) < each.valid_to)
        ]
        assert {c.id: c for c in [*then, *unchanged]} == {c.id: c for c in people}


def test_first_and_last_seen_outlive_every_change() -> None:
    came(0, ANNA)
    came(1, ANNA, BEN)
    came(2, ANNA, replace(BEN, name="Benny"))
    seen = history.seen(INSTANCE, day(2))
    assert seen(ANNA.id).first.startswith("2026-09-01")
    assert seen(BEN.id).first.startswith("2026-09-02")
    assert seen(BEN.id).last.startswith("2026-09-03")
    assert (seen(ANNA.id).status, seen(ANNA.id).changed) == ("", "")
    assert (seen(BEN.id).status, seen(BEN.id).changed[:10]) == ("renamed", "2026-09-03")


def test_an_absence_counts_once_in_five_minutes_and_until_three() -> None:
    came(0, ANNA, BEN)
    counts = []
    for later in (0.0, 1.0, 6.0, 12.0, 60.0):
        came(1 + later / 24 / 60, ANNA)
        counts.append(absences().get(BEN.id))
    assert counts == [1, 1, 2, 3, 3]
    assert history.gone(INSTANCE)[BEN.id] == (day(0), 3)


def test_who_is_back_was_never_absent() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA)
    came(2, ANNA, BEN)
    assert absences() == {}


PEOPLE = crowd(60)
SHRUNKEN = [*PEOPLE[:20], CLUB]


def test_a_list_that_lost_too_much_is_refused_first() -> None:
    came(0, *PEOPLE)
    recorded = came(1, *SHRUNKEN, trust=Trust.REFUSE)
    assert recorded.loss is not None
    assert (recorded.loss.missing, recorded.loss.before) == (40, 60)
    assert len(listed()) == 60
    assert recorded.snapshot.fetched == day(0)


def test_a_doubted_list_brings_who_came_and_removes_nobody() -> None:
    came(0, *PEOPLE)
    for number in (1, 2):
        recorded = came(number, *SHRUNKEN, trust=Trust.DOUBT)
        assert recorded.loss is not None
        assert (recorded.loss.missing, len(listed())) == (40, 61)
    assert told() == [f"new: {CLUB.id}"]
    assert absences() == {}


def test_a_doubted_absence_is_seen_in_last_seen_alone() -> None:
    came(0, *PEOPLE)
    came(1, *SHRUNKEN, trust=Trust.DOUBT)
    seen = history.seen(INSTANCE, day(1))
    assert seen(PEOPLE[0].id).last.startswith("2026-09-02")
    assert seen(PEOPLE[59].id).last.startswith("2026-09-01")


def test_who_comes_again_was_not_missing_at_all() -> None:
    came(0, *PEOPLE)
    came(1, *SHRUNKEN, trust=Trust.DOUBT)
    came(2, *PEOPLE, CLUB, trust=Trust.DOUBT)
    assert rows("absence") == 0
    assert told(1) == []


def test_a_loss_that_stands_for_three_days_is_believed() -> None:
    came(0, *PEOPLE)
    sizes = []
    for number in (1, 2, 3.5, 4):
        recorded = came(number, *SHRUNKEN, trust=Trust.DOUBT)
        sizes.append((len(listed()), recorded.loss is None))
    assert sizes == [(61, False), (61, False), (61, False), (21, True)]
    assert told(3.5)[0].startswith("not seen since 2026-09-01")
    assert set(absences().values()) == {1}


def test_the_last_answer_before_a_loss_is_believed_is_five_minutes_old() -> None:
    came(0, *PEOPLE)
    minute, sizes = 1 / 24 / 60, []
    for number in (1, 4 - 2 * minute, 4, 4 + 4 * minute):
        came(number, *SHRUNKEN, trust=Trust.DOUBT)
        sizes.append(len(listed()))
    assert sizes == [61, 61, 61, 21]


def test_three_answers_in_a_minute_are_not_enough_to_be_believed() -> None:
    came(0, *PEOPLE)
    for number in (1, 1.0001, 1.0002):
        came(number, *SHRUNKEN, trust=Trust.DOUBT)
    came(5, *SHRUNKEN, trust=Trust.DOUBT)
    assert len(listed()) == 61


def test_a_loss_can_be_accepted_at_once() -> None:
    came(0, *PEOPLE)
    came(1, *SHRUNKEN, trust=Trust.DOUBT)
    came(2, *SHRUNKEN, trust=Trust.BELIEVE)
    assert len(listed()) == 21
    assert len(told(1)) == 40


def test_twins_that_vanish_lose_nobody() -> None:
    hidden = [Contact(f"1023880944805{n}@lid", "", "", "user") for n in range(10, 40)]
    phones = crowd(30)
    told_by_groups = [
        Pair(lid.id, known.id, GROUP, day(0)) for lid, known in zip(hidden, phones, strict=True)
    ]
    came(0, *phones, *hidden)
    pairs.keep(INSTANCE, told_by_groups)
    assert came(1, *phones, trust=Trust.REFUSE).loss is None
    assert told() == []


def test_a_new_chat_id_joins_two_ids_and_their_history() -> None:
    came(0, ANNA)
    came(1, ANNA, JO)
    came(2, ANNA, replace(JO, new_chat_id=NEXT_LID))
    came(3, ANNA, Contact(NEXT_LID, "Jo", "", "user"))
    assert pairs.replacements_of(INSTANCE) == {JO.id: NEXT_LID}
    assert told(1) == [f"id changed: {NEXT_LID}"]
    assert history.seen(INSTANCE, day(3))(NEXT_LID).first.startswith("2026-09-02")


def test_a_phone_told_later_takes_the_history_along() -> None:
    came(0, ANNA, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    came(2, ANNA, JO_PHONE)
    assert told() == [f"number revealed: {JO_PHONE.id}"]
    seen = history.seen(INSTANCE, day(2))(JO_PHONE.id)
    assert (seen.first[:10], seen.changed[:10]) == ("2026-09-01", "2026-09-02")
    assert seen.status == "number revealed"


def test_names_that_change_together_with_the_id_are_told() -> None:
    came(0, ANNA, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    came(2, ANNA, replace(JO_PHONE, name="Johanna", contact_name="Jo Smith"))
    assert told() == [
        f"number revealed: {JO_PHONE.id}",
        f"renamed: {JO_PHONE.id}",
        f"saved: {JO_PHONE.id}",
    ]


def test_two_ids_in_one_list_differ_and_are_no_change() -> None:
    came(0, ANNA, JO, replace(JO_PHONE, name="Johanna"))
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    came(2, ANNA, replace(JO_PHONE, name="Johanna"))
    assert not any("renamed" in line for line in told())


JOHANNA = replace(JO_PHONE, name="Johanna")


def known_as_one() -> None:
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(0))])


def test_a_name_is_told_when_the_id_that_counts_comes_beside_the_former() -> None:
    came(0, ANNA, JO)
    known_as_one()
    came(1, ANNA, JO, JOHANNA)
    came(2, ANNA, JOHANNA)
    assert told() == [f"renamed: {JO_PHONE.id}"]


def test_an_id_that_no_list_had_joins_those_that_lists_had() -> None:
    came(0, ANNA, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, NEXT_LID, GROUP, day(0))])
    pairs.keep(INSTANCE, [Pair(NEXT_LID, JO_PHONE.id, GROUP, day(0))])
    came(1, ANNA, JO, JOHANNA)
    assert told() == [f"renamed: {JO_PHONE.id}"]


def test_a_name_that_only_the_former_id_bears_is_the_persons_still() -> None:
    came(0, ANNA, JO)
    known_as_one()
    came(1, ANNA, JO, replace(JO_PHONE, name=""))
    assert told() == []


def test_a_name_is_told_of_who_is_back_under_another_id() -> None:
    came(0, ANNA, JO)
    known_as_one()
    came(1, ANNA)
    came(2, ANNA, JOHANNA)
    assert told(1) == [f"back: {JO_PHONE.id}", f"renamed: {JO_PHONE.id}"]


def test_a_name_is_told_once_however_often_the_id_changes() -> None:
    came(0, ANNA, JO)
    known_as_one()
    came(1, ANNA, JOHANNA)
    came(2, ANNA, replace(JO, name="Johanna"))
    assert [line for line in told() if "renamed" in line] == [f"renamed: {JO_PHONE.id}"]


def test_what_is_older_than_the_retention_is_forgotten() -> None:
    month = Settings(history_days=30)
    came(0, ANNA, BEN)
    came(1, replace(ANNA, name="Anne"), settings=month)
    came(40, replace(ANNA, name="Anne"), CLUB, settings=month)
    assert told() == [f"new: {CLUB.id}"]
    assert absences() == {}
    assert history.seen(INSTANCE, day(40))(ANNA.id).first.startswith("2026-09-01")


def test_without_a_retention_everything_is_kept() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA)
    came(4_000 * 0.02, ANNA, CLUB)
    assert told()[0] == f"not seen since 2026-09-01: {BEN.id}"


def test_that_history_is_kept_for_ever_is_told_once() -> None:
    assert [came(number, ANNA).endless for number in range(4)] == [False, True, False, False]


def test_of_a_history_that_ends_nothing_is_told() -> None:
    limited = Settings(history_days=400)
    assert not any(came(number, ANNA, settings=limited).endless for number in range(3))


def test_a_list_and_its_changes_are_kept_together_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came(0, ANNA, BEN)

    def broken(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "put", broken)
        with pytest.raises(NotWritable):
            came(1, ANNA, CLUB)
    assert listed() == {ANNA.id, BEN.id}
    assert told() == []


def test_a_database_of_the_first_version_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with database.opened() as connection:
            row = (INSTANCE, "shop", day(0).isoformat(), 0, "{}", "{}")
            connection.execute("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?)", row)
    came(1, ANNA)
    with database.opened() as connection:
        assert snapshots.first_time(connection, INSTANCE) == day(0)
    assert told() == [f"new: {ANNA.id}"]


def test_the_clock_may_be_set_back() -> None:
    came(400, ANNA)  # fetched while the clock ran ahead
    came(1, BEN)
    assert listed() == {BEN.id}


def test_a_database_that_is_too_large_loses_the_oldest_history_and_no_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions, "OLDEST", 60)
    people, cap, cuts = crowd(60), Settings(max_database_mib=1), []
    for number in range(30):
        renamed = [replace(each, name=f"{number} " + "x" * 700) for each in people]
        cuts.append(came(number, *renamed, settings=cap).forgotten)
    assert cuts[1] is None
    assert day(1) < max(cut for cut in cuts if cut) < day(28)
    with database.reading() as connection:
        assert database.used(connection) <= 1 << 20
        kept = snapshots.snapshot_of(connection, INSTANCE)
    assert kept is not None
    assert len(kept.contacts) == 60
    assert {change.at for change in history.known_changes(INSTANCE)} >= {day(28), day(29)}


def test_history_that_was_deleted_for_room_is_told() -> None:
    told = Latest(Snapshot("shop", day(9), ContactList()), forgotten=day(3)).told()
    assert "the history until 2026-09-0" in told[1][0]
    assert "max_database_mib" in told[1][0]
