"""A refresh in place: which cells are written, which rows are added, and what is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook.contacts.columns import BASIC, Origin, Seen
from workbook.contacts.contact import Contact
from workbook.merge.model import (
    MEMBERS,
    PERSONS,
    Arrival,
    ExistingTable,
    Incoming,
    Missing,
    Plan,
    TableMemory,
    Unmarked,
    UpdateOptions,
)
from workbook.merge.plan import new_titles, own_columns, plan, plan_all
from workbook.merge.refusals import (
    AccountUnclear,
    FullOfStrangers,
    HoldsMembers,
    IdsAreFormulas,
    IdTitleMissing,
    OthersNamed,
    SecondAccount,
    TitleTwice,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN, BOB, EVE = "12025550101@c.us", "12025550102@c.us", "12025550103@c.us"
ANNS_LID = "100000000000001@lid"
WORKS = TableMemory(owner="work")


def person(id_: str, name: str = "", contact_name: str = "") -> Contact:
    return Contact(id_, name, contact_name, "user")


def fresh(
    *contacts: Contact, everyone: Sequence[str] = (), account: str = "work", at: datetime = NOON
) -> Incoming:
    return Incoming(contacts, Origin(account, at), [person(each) for each in everyone] or None)


def table(header: str, *rows: Sequence[str]) -> ExistingTable:
    return ExistingTable(header.split(), rows)


def names(rows: Sequence[Sequence[str]], *columns: int) -> list[tuple[str, ...]]:
    return [tuple(row[at] for at in columns) for row in rows]


def carried_out(existing: ExistingTable, plan: Plan) -> list[list[str]]:
    """Return the rows of text as they stand once the plan is carried out."""
    rows = [list(row) for row in existing.rows]
    for index, cells in plan.updates.items():
        for column, text in cells.items():
            rows[index][column] = text
    columns = range(len(existing.header))
    rows += [[cells.get(column, "") for column in columns] for cells in plan.appended]
    gone = frozenset(plan.removed)
    return [row for index, row in enumerate(rows) if index not in gone]


class TestUpdates:
    def test_a_known_person_is_updated_in_the_same_row(self) -> None:
        there = table("id name contactName type", (BOB, "Bob", "", "user"), (ANN, "A", "", "user"))
        decided = plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob")))
        assert decided.updates == {1: {1: "Ann"}}
        assert decided.notes.changed == [1]

    def test_a_newcomer_is_appended_below(self) -> None:
        there = table("id name contactName type", (ANN, "Ann", "", "user"))
        decided = plan(there, fresh(person(EVE, "Eve"), person(ANN, "Ann"), person(BOB)))
        assert decided.appended == [{0: EVE, 1: "Eve", 3: "user"}, {0: BOB, 3: "user"}]
        assert decided.new == 2

    def test_columns_are_found_by_their_titles_wherever_they_were_moved(self) -> None:
        there = table("notes name tick type id", ("call", "A", "x", "user", ANN))
        decided = plan(there, fresh(person(ANN, "Ann")))
        assert carried_out(there, decided) == [["call", "Ann", "x", "user", ANN]]

    def test_a_column_of_the_users_own_keeps_its_text_even_when_called_phone(self) -> None:
        there = table("id name phone status", (ANN, "Ann", "ask her", "friend"))
        decided = plan(there, fresh(person(ANN, "Anna")))
        assert carried_out(there, decided) == [[ANN, "Anna", "ask her", "friend"]]

    def test_a_column_that_this_run_names_is_ours(self) -> None:
        there = table("id name phone", (ANN, "Ann", ""))
        decided = plan(there, fresh(person(ANN, "Ann")), options=UpdateOptions((*BASIC, "phone")))
        assert decided.updates == {0: {2: "+12025550101"}}

    def test_a_column_that_we_wrote_before_stays_ours(self) -> None:
        there = table("id name phone", (ANN, "Ann", ""))
        decided = plan(there, fresh(person(ANN, "Ann")), TableMemory(written=["phone"]))
        assert decided.updates == {0: {2: "+12025550101"}}

    def test_a_column_asked_for_but_not_there_is_told(self) -> None:
        there = table("id name contactName type", (ANN, "Ann", "", "user"))
        decided = plan(there, fresh(person(ANN, "Ann")), options=UpdateOptions((*BASIC, "country")))
        assert decided.changes_nothing
        assert decided.notes.absent == ["country"]

    def test_a_formula_in_a_cell_of_ours_is_left_and_told(self) -> None:
        there = ExistingTable(["id", "name"], [(ANN, "ANN")], formulas={(0, 1)})
        decided = plan(there, fresh(person(ANN, "Ann")))
        assert decided.changes_nothing
        assert decided.notes.left == [(0, 1)]

    def test_a_column_that_a_formula_of_the_table_fills_is_the_users(self) -> None:
        there = ExistingTable(["id", "name"], [(ANN, "upper")], calculated=["name"])
        decided = plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob")))
        assert (decided.updates, decided.appended) == ({}, [{0: BOB}])

    def test_somebody_listed_twice_gets_one_row(self) -> None:
        decided = plan(table("id name"), fresh(person(ANN, "Ann"), person(ANN, "Again")))
        assert decided.appended == [{0: ANN, 1: "Ann"}]

    def test_nobody_without_an_id_is_appended(self) -> None:
        assert plan(table("id name"), fresh(person(" ", "?"))).changes_nothing


class TestNothingToDo:
    def test_an_unchanged_list_writes_nothing_time_included(self) -> None:
        there = table("id name fetched", (ANN, "Ann", "long ago"))
        decided = plan(
            there, fresh(person(ANN, "Ann")), options=UpdateOptions(("id", "name", "fetched"))
        )
        assert decided.changes_nothing

    def test_any_change_renews_the_time_of_everybody_who_was_seen(self) -> None:
        there = table("id name fetched", (ANN, "Ann", "old"), (BOB, "B", "old"), (EVE, "E", "old"))
        decided = plan(
            there,
            fresh(person(ANN, "Ann"), person(BOB, "Bob")),
            options=UpdateOptions(("id", "name", "fetched")),
        )
        assert [row in decided.updates for row in range(3)] == [True, True, False]
        assert decided.notes.changed == [1]

    @pytest.mark.parametrize(
        ("came", "added", "renewed"),
        [
            ([], [], False),
            ([BOB], [], True),  # somebody is added
            ([], ["phone"], True),  # a column is
        ],
    )
    def test_times_are_renewed_where_anything_is_written(
        self, came: list[str], added: list[str], renewed: bool
    ) -> None:
        there = table("id fetched", (ANN, "old"))
        options = UpdateOptions(("id", "fetched"), added=added)
        decided = plan(there, fresh(person(ANN), *map(person, came)), options=options)
        assert decided.updates == ({0: {1: "2026-11-23T12:00:00"}} if renewed else {})
        assert [cells[1] for cells in decided.appended] == ["2026-11-23T12:00:00"] * len(came)


class TestRowsThatAreOdd:
    def test_lines_of_the_users_are_counted_wherever_they_stand_but_not_blank_ones(self) -> None:
        mine, blank = ("  ", "", "my own line"), ("", "", "")
        there = table("id name notes", mine, blank, blank, (ANN, "", ""), mine, mine, blank)
        notes = plan(there, fresh(person(ANN))).notes
        assert (notes.nameless, notes.unseen, notes.duplicates) == ([0, 4, 5], [], [])

    def test_who_has_an_id_that_no_cell_can_hold_is_found_by_what_the_cell_holds(self) -> None:
        there = table("id notes", ("1\ufffd@x", "note"))
        for came in ([person("1\ud800@x")], []):
            decided = plan(there, fresh(*came, everyone=["1\ud800@x"]))
            assert (decided.changes_nothing, decided.notes.unseen) == (True, [])

    def test_values_that_no_cell_can_hold_are_counted(self) -> None:
        there = table("id name", (ANN, ""))
        decided = plan(there, fresh(person(ANN, "x" * 40_000), person(BOB, "\ud800")))
        assert decided.notes.altered.total() == 2

    def test_rows_without_an_id_are_the_users_and_counted(self) -> None:
        there = table("id name notes", ("", "", "my own line"), (ANN, "Ann", ""))
        decided = plan(there, fresh(person(ANN, "Ann")))
        assert decided.changes_nothing
        assert decided.notes.nameless == [0]

    def test_blank_rows_at_the_end_take_newcomers_before_rows_are_added(self) -> None:
        there = table("id name notes", (ANN, "Ann", ""), ("", "", ""))
        decided = plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob"), person(EVE, "Eve")))
        assert (decided.filled, decided.updates) == ([1], {1: {0: BOB, 1: "Bob"}})
        assert decided.appended == [{0: EVE, 1: "Eve"}]

    def test_a_blank_row_between_people_stays_blank(self) -> None:
        there = table("id name", ("", ""), (ANN, "Ann"))
        assert plan(there, fresh(person(ANN, "Ann"), person(BOB))).filled == []

    @pytest.mark.parametrize("typed", [f" {ANN}", f"{ANN}\u00a0", ANN.upper()])
    def test_edge_blanks_and_case_do_not_make_a_stranger(self, typed: str) -> None:
        there = table("id name", (typed, "Ann"))
        decided = plan(there, fresh(person(ANN, "Ann")))
        assert carried_out(there, decided) == [[ANN, "Ann"]]
        assert not decided.notes.moved

    @pytest.mark.parametrize("number", ["10000001.0", "1.0000001E7", "1.0000001e+07"])
    def test_an_id_that_became_a_number_is_still_recognised(self, number: str) -> None:
        there = table("id name", (number, "Max"))
        assert carried_out(there, plan(there, fresh(person("10000001", "Max")))) == [
            ["10000001", "Max"]
        ]

    def test_a_number_that_lost_digits_is_nobody(self) -> None:
        there = table("id name", ("1.23456789012346E+17", "Max"))
        decided = plan(there, fresh(person("123456789012345678", "Max")))
        assert (decided.new, decided.updates) == (1, {})

    def test_ids_that_differ_by_case_alone_are_never_guessed_between(self) -> None:
        there = table("id name", ("AB@x", "upper"), ("aB@x", "?"))
        decided = plan(there, fresh(person("AB@x", "upper"), person("ab@x", "lower")))
        assert decided.updates == {}
        assert decided.appended == [{0: "ab@x", 1: "lower"}]

    def test_of_two_rows_of_one_person_the_one_with_notes_is_kept_up(self) -> None:
        there = table("id name notes", (ANN, "A", ""), (ANN, "A", "met in May"))
        decided = plan(there, fresh(person(ANN, "Ann")))
        assert decided.updates == {1: {1: "Ann"}}
        assert decided.notes.duplicates == [(1, 0)]

    def test_of_two_rows_without_notes_the_first_is_kept_up(self) -> None:
        there = table("id name", (ANN, "A"), (ANN, "A"))
        assert plan(there, fresh(person(ANN, "Ann"))).updates == {0: {1: "Ann"}}


class TestAccounts:
    HEADER = "account id name"

    def test_rows_of_another_account_are_neither_updated_nor_missed(self) -> None:
        there = table(self.HEADER, ("home", ANN, "Mum"), ("home", BOB, "Dad"))
        decided = plan(there, fresh(person(ANN, "Ann")), options=UpdateOptions((*BASIC, "account")))
        assert (decided.updates, decided.notes.unseen) == ({}, [])
        assert decided.appended == [{0: "work", 1: ANN, 2: "Ann"}]

    def test_a_row_that_names_no_account_is_claimed(self) -> None:
        there = table(self.HEADER, ("", ANN, "Ann"))
        decided = plan(there, fresh(person(ANN, "Ann")), options=UpdateOptions((*BASIC, "account")))
        assert decided.updates == {0: {0: "work"}}

    def test_a_row_that_names_no_account_belongs_to_the_tables_owner(self) -> None:
        there = table(self.HEADER, ("", ANN, "Ann"))
        memory = TableMemory(owner="home", written=["account"])
        assert plan(there, fresh(person(ANN, "Ann")), memory).appended == [
            {0: "work", 1: ANN, 2: "Ann"}
        ]

    def test_a_second_account_in_a_table_without_accounts_is_refused(self) -> None:
        with pytest.raises(SecondAccount, match='belongs to "home"'):
            plan(table("id name"), fresh(person(ANN)), TableMemory(owner="home"))

    def test_the_rows_of_a_former_alias_are_this_accounts(self) -> None:
        there = table(self.HEADER, ("shop", ANN, "Ann"), ("home", BOB, "Bob"))
        memory = TableMemory("work", aliases={"shop"}, written=["account"])
        decided = plan(there, fresh(person(ANN, "Anna"), person(BOB, "B.")), memory)
        assert decided.updates == {0: {0: "work", 2: "Anna"}}
        assert decided.appended == [{0: "work", 1: BOB, 2: "B."}]

    def test_an_instance_that_was_renewed_under_its_alias_goes_on(self) -> None:
        memory = TableMemory(contested=True, written=["account"])
        there = table(self.HEADER, ("work", ANN, "Ann"))
        assert plan(there, fresh(person(ANN, "Anna")), memory).updates == {0: {2: "Anna"}}

    def test_another_accounts_alias_does_not_make_its_rows_ours(self) -> None:
        memory = TableMemory(contested=True, written=["account"])
        with pytest.raises(FullOfStrangers, match="1 of the 1 people"):
            plan(table(self.HEADER, ("work", EVE, "Eve")), fresh(person(ANN)), memory)

    def test_a_table_of_strangers_is_refused_until_it_is_believed(self) -> None:
        strangers = [(f"1202555020{n}@c.us", "Eve") for n in range(3)]
        there, came = table("id name", (ANN, "Ann"), *strangers), fresh(person(ANN, "Ann"))
        with pytest.raises(FullOfStrangers, match=r"3 of the 4 people .* --adopt"):
            plan(there, came)
        assert plan(there, came, options=UpdateOptions(adopt=True)).changes_nothing
        assert plan(there, came, WORKS).changes_nothing
        assert plan(
            there, came, TableMemory(last_seen={strangers[0][0]: "2026-11-02"})
        ).changes_nothing

    def test_a_table_of_which_half_is_known_may_have_as_many_strangers(self) -> None:
        strangers = [(f"1202555020{n}@c.us", "Eve") for n in range(3)]
        there = table("id name", (ANN, ""), (BOB, ""), (EVE, ""), *strangers)
        assert plan(there, fresh(person(ANN), person(BOB), person(EVE))).changes_nothing
        with pytest.raises(FullOfStrangers, match="4 of the 6 people"):
            plan(there, fresh(person(ANN), person(BOB)))

    def test_a_known_owner_does_not_speak_for_a_table_that_another_instance_wrote(self) -> None:
        memory = TableMemory(owner="work", contested=True)
        with pytest.raises(FullOfStrangers):
            plan(table("id name", (EVE, "Eve")), fresh(person(ANN)), memory)

    def test_an_account_column_that_may_be_ours_is_refused_until_it_is_named(self) -> None:
        there = table(self.HEADER, ("work", ANN, "Ann"), ("home", ANN, "Mum"))
        with pytest.raises(AccountUnclear, match="--columns basic,account"):
            plan(there, fresh(person(ANN, "Ann")))

    @pytest.mark.parametrize("added_by_hand", [[], [("", EVE, "Eve")]])
    def test_a_column_that_names_others_in_most_rows_is_refused(
        self, added_by_hand: list[tuple[str, ...]]
    ) -> None:
        there = table(self.HEADER, ("home", ANN, "Mum"), ("home", BOB, "Dad"), *added_by_hand)
        with pytest.raises(OthersNamed, match=r'"home" and not "work".*--columns basic,account'):
            plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob"), person(EVE, "Eve")))

    @pytest.mark.parametrize(
        ("memory", "options"),
        [
            (WORKS, UpdateOptions()),
            (TableMemory(written=["id"]), UpdateOptions()),
            (TableMemory(), UpdateOptions(adopt=True)),
        ],
    )
    def test_a_column_of_others_is_the_users_own_where_we_know_or_he_says_so(
        self, memory: TableMemory, options: UpdateOptions
    ) -> None:
        there = table(self.HEADER, ("gold", ANN, "A"), ("silver", BOB, "Bob"))
        decided = plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob")), memory, options)
        assert decided.updates == {0: {2: "Ann"}}

    @pytest.mark.parametrize(
        ("names", "refused"),
        [
            (("home", "home", "", ""), False),
            (("home", "home", "home", " "), True),
            (("home", "far", "far", ""), True),
            ((" ", "", "", ""), False),
        ],
    )
    def test_a_column_names_others_where_more_than_half_of_the_people_have_one(
        self, names: tuple[str, ...], refused: bool
    ) -> None:
        people = [person(f"{at}@c.us") for at in range(4)]
        rows = [(name, each.id, "") for name, each in zip(names, people, strict=True)]
        there = table(self.HEADER, *rows, ("home", " ", ""), ("home", "", "mine"))
        if not refused:
            assert plan(there, fresh(*people)).changes_nothing
            return
        with pytest.raises(OthersNamed) as why:
            plan(there, fresh(*people))
        assert why.value.other == max(names, key=names.count)

    def test_a_former_alias_in_a_column_may_be_ours_too(self) -> None:
        there = table(self.HEADER, ("far", BOB, ""), (" shop ", ANN, ""))
        with pytest.raises(AccountUnclear, match='names "shop"'):
            plan(there, fresh(person(ANN)), TableMemory(aliases=["shop"]))
        with pytest.raises(AccountUnclear, match="members FILE --update --all-accounts"):
            plan(table("account id group", ("work", ANN, "1")), fresh(),
                 options=UpdateOptions((), kind=MEMBERS))  # fmt: skip

    @pytest.mark.parametrize(
        ("strangers", "contested", "refused"),
        [(2, False, False), (3, False, True), (1, True, True)],
    )
    def test_so_many_strangers_at_least_make_a_table_suspicious(
        self, strangers: int, contested: bool, refused: bool
    ) -> None:
        there = table("id name", *((f"1202555020{n}@c.us", "Eve") for n in range(strangers)))
        memory = TableMemory(contested=contested)
        if refused:
            with pytest.raises(FullOfStrangers):
                plan(there, fresh(person(ANN)), memory)
        else:
            assert plan(there, fresh(person(ANN)), memory).new == 1

    def test_an_account_column_of_the_users_is_no_key(self) -> None:
        there = table(self.HEADER, ("key account", ANN, "A"), ("", BOB, "Bob"))
        decided = plan(there, fresh(person(ANN, "Ann"), person(BOB, "Bob")))
        assert decided.updates == {0: {2: "Ann"}}


class TestAbsence:
    THERE = table("id name notes status", (ANN, "Ann", "", ""), (BOB, "Bob", "owes me", ""))
    OURS = TableMemory(written=["status"])

    def test_nobody_is_removed_by_default_but_told(self) -> None:
        decided = plan(self.THERE, fresh(person(ANN, "Ann")))
        assert decided.changes_nothing
        assert decided.notes.unseen == [1]

    def test_absence_is_judged_on_the_whole_list_not_on_a_selection(self) -> None:
        selected = fresh(person(ANN, "Ann"), everyone=[ANN, BOB])
        assert plan(self.THERE, selected).notes.unseen == []

    def test_mark_says_since_when_in_our_own_status_column(self) -> None:
        memory = TableMemory(written=["status"], last_seen={BOB: "2026-11-02"})
        decided = plan(
            self.THERE, fresh(person(ANN, "Ann")), memory, UpdateOptions(missing=Missing.MARK)
        )
        assert decided.updates == {1: {3: "not seen since 2026-11-02"}}

    def test_a_mark_stays_as_it_is_and_goes_when_the_person_is_back(self) -> None:
        marked = table("id name status", (ANN, "Ann", "not seen since 2026-11-02"))
        options = UpdateOptions(missing=Missing.MARK)
        assert plan(marked, fresh(person(BOB), everyone=[BOB]), self.OURS, options).updates == {}
        assert plan(marked, fresh(person(ANN, "Ann")), self.OURS).updates == {0: {2: ""}}

    def test_a_mark_of_before_gives_its_date_to_the_column_that_is_new(self) -> None:
        marked = table("id status statusDate", (ANN, "not seen since 2025-05-01", ""))
        memory = TableMemory(written=["status", "statusDate"], last_seen={ANN: "2026-11-02"})
        options = UpdateOptions(missing=Missing.MARK)
        decided = plan(marked, fresh(person(BOB), everyone=[BOB]), memory, options)
        assert decided.updates == {0: {1: "not seen", 2: "2025-05-01T00:00:00"}}

    def test_without_a_remembered_date_the_history_tells_else_the_day_of_this_list(self) -> None:
        came, options = fresh(person(ANN, "Ann")), UpdateOptions(missing=Missing.MARK)
        seen = replace(came.origin, seen=lambda _: Seen(last="2026-10-31 09:00"))
        told = plan(self.THERE, replace(came, origin=seen), self.OURS, options)
        assert told.updates[1] == {3: "not seen since 2026-10-31"}
        assert plan(self.THERE, came, self.OURS, options).updates[1] == {
            3: f"not seen since {NOON.astimezone():%Y-%m-%d}"
        }

    def test_columns_of_the_past_stay_when_the_history_was_not_asked(self) -> None:
        there = table("id name firstSeen status", (ANN, "A", "2026-01-01", "renamed 2026-02-02"))
        memory = TableMemory(written=["firstSeen", "status"])
        assert plan(there, fresh(person(ANN, "Ann")), memory).updates == {0: {1: "Ann"}}

    def test_mark_never_touches_a_status_column_of_the_users(self) -> None:
        decided = plan(
            self.THERE, fresh(person(ANN, "Ann")), options=UpdateOptions(missing=Missing.MARK)
        )
        assert decided.changes_nothing
        assert decided.notes.unmarked is Unmarked.NOT_OURS

    def test_mark_without_a_column_for_it_marks_nobody(self) -> None:
        there = table("id name", (ANN, "Ann"), (BOB, "Bob"))
        decided = plan(
            there, fresh(person(ANN, "Ann")), options=UpdateOptions(missing=Missing.MARK)
        )
        assert (decided.changes_nothing, decided.notes.unmarked) == (True, Unmarked.NO_COLUMN)

    def test_where_nobody_is_missing_no_column_for_it_is_missed(self) -> None:
        there = table("id name", (ANN, "Ann"))
        options = UpdateOptions(missing=Missing.MARK)
        assert plan(there, fresh(person(ANN, "Ann")), options=options).notes.unmarked is None

    @pytest.mark.parametrize(
        ("absences", "force", "removed"),
        [(2, False, []), (3, False, [0]), (3, True, [0, 1]), (2, True, [])],
    )
    def test_only_the_confirmed_go_and_none_with_notes_unless_forced(
        self, absences: int, force: bool, removed: list[int]
    ) -> None:
        memory = TableMemory(absences={ANN: absences, BOB: absences})
        options = UpdateOptions(missing=Missing.REMOVE, force=force)
        assert plan(self.THERE, fresh(person(EVE)), memory, options).removed == removed

    def test_where_nobody_is_to_be_marked_no_column_for_it_is_missed(self) -> None:
        assert plan(self.THERE, fresh(person(ANN, "Ann"))).notes.unmarked is None

    def test_a_list_says_itself_what_happens_to_its_people(self) -> None:
        memory = TableMemory(absences={BOB: 3}, owner="work")
        arrival = Arrival(fresh(person(ANN, "Ann")), memory, Missing.REMOVE)
        options = UpdateOptions(force=True)
        assert plan_all(self.THERE, [arrival], options).removed == [1]
        kept = UpdateOptions(missing=Missing.REMOVE, force=True)
        assert plan_all(self.THERE, [replace(arrival, missing=Missing.KEEP)], kept).removed == []

    def test_who_was_never_absent_before_stays(self) -> None:
        options = UpdateOptions(missing=Missing.REMOVE, force=True)
        assert plan(self.THERE, fresh(person(EVE)), WORKS, options).removed == []

    def test_a_formula_of_the_users_counts_as_a_note(self) -> None:
        there = ExistingTable(["id", "sum"], [(ANN, "")], formulas={(0, 1)})
        options = UpdateOptions(missing=Missing.REMOVE)
        assert (
            plan(there, fresh(person(BOB)), TableMemory(absences={ANN: 9}), options).removed == []
        )

    def test_of_a_column_filled_by_formula_only_what_was_typed_over_it_is_a_note(self) -> None:
        there = ExistingTable(["id", "sum"], [(ANN, ""), (EVE, "typed over")], calculated=["sum"])
        options = UpdateOptions(missing=Missing.REMOVE)
        memory = TableMemory(absences={ANN: 9, EVE: 9})
        assert plan(there, fresh(person(BOB)), memory, options).removed == [0]

    def test_where_rows_only_go_the_others_have_the_time_of_now(self) -> None:
        there = table("id name fetched", (ANN, "Ann", "old"), (BOB, "Bob", "old"))
        options = UpdateOptions(("id", "name", "fetched"), missing=Missing.REMOVE)
        decided = plan(there, fresh(person(BOB, "Bob")), TableMemory(absences={ANN: 9}), options)
        assert decided.removed == [0]
        assert carried_out(there, decided) == [[BOB, "Bob", "2026-11-23T12:00:00"]]


class TestOnePerson:
    MEMORY = TableMemory(same={ANN: ANNS_LID})

    def test_a_row_and_its_notes_go_along_with_a_new_id(self) -> None:
        there = table("id name notes", (ANN, "Ann", "met in May"))
        decided = plan(there, fresh(person(ANNS_LID, "Ann")), self.MEMORY)
        assert carried_out(there, decided) == [[ANNS_LID, "Ann", "met in May"]]
        assert decided.notes.moved == {0: ANN}

    def test_of_both_rows_the_one_with_notes_gets_the_id_and_none_goes(self) -> None:
        there = table("id name notes", (ANNS_LID, "Ann", ""), (ANN, "Ann", "met in May"))
        decided = plan(there, fresh(person(ANNS_LID, "Ann")), self.MEMORY)
        assert names(carried_out(there, decided), 0, 2) == [
            (ANNS_LID, ""),
            (ANNS_LID, "met in May"),
        ]
        assert decided.notes.duplicates == [(1, 0)]

    def test_two_rows_with_notes_both_stay_as_they_are(self) -> None:
        there = table("id notes", (ANN, "one"), (ANNS_LID, "two"))
        decided = plan(there, fresh(person(ANNS_LID)), self.MEMORY)
        assert decided.changes_nothing
        assert decided.notes.duplicates == [(1, 0)]

    def test_somebody_listed_under_both_ids_gets_one_row(self) -> None:
        decided = plan(
            table("id name"), fresh(person(ANN, "Ann"), person(ANNS_LID, "Ann")), self.MEMORY
        )
        assert decided.appended == [{0: ANNS_LID, 1: "Ann"}]

    def test_an_id_goes_back_when_the_list_does(self) -> None:
        there = table("id name", (ANNS_LID, "Ann"))
        decided = plan(there, fresh(person(ANN, "Ann")), self.MEMORY)
        assert decided.updates == {0: {0: ANN}}

    def test_a_former_id_is_not_missing_while_the_person_is_listed(self) -> None:
        there = table("id name", (ANN, "Ann"))
        selected = fresh(person(BOB), everyone=[ANNS_LID, BOB])
        assert plan(there, selected, self.MEMORY).notes.unseen == []

    def test_pairs_that_run_in_a_circle_end(self) -> None:
        memory = TableMemory(same={ANN: ANNS_LID, ANNS_LID: ANN})
        there = table("id name", (ANN, "Ann"))
        decided = plan(there, fresh(person(ANNS_LID, "Ann")), memory)
        assert decided.updates == {0: {0: ANNS_LID}}


class TestRefusals:
    @pytest.mark.parametrize("header", ["name notes", "ID name", "id_ name"])
    def test_a_table_without_the_title_id_is_refused(self, header: str) -> None:
        with pytest.raises(IdTitleMissing, match='no column titled "id"'):
            plan(table(header), fresh(person(ANN)))

    @pytest.mark.parametrize("header", ["id name id", "id notes notes"])
    def test_a_title_that_stands_twice_is_refused(self, header: str) -> None:
        with pytest.raises(TitleTwice, match="stands twice"):
            plan(table(header), fresh(person(ANN)))

    def test_ids_that_a_formula_makes_are_refused(self) -> None:
        with pytest.raises(IdsAreFormulas, match="as values"):
            plan(ExistingTable(["id"], [], calculated=["id"]), fresh(person(ANN)))

    def test_contacts_and_persons_never_come_among_members(self) -> None:
        there = table("group groupName id name")
        for kind in (UpdateOptions().kind, PERSONS):
            with pytest.raises(HoldsMembers):
                own_columns(there, [], kind)
        assert own_columns(there, [], MEMBERS) == {"id": 2, "group": 0, "groupName": 1, "name": 3}

    def test_titles_that_are_blank_may_stand_twice(self) -> None:
        there = ExistingTable(["", "id", ""], [("", ANN, "")])
        assert plan(there, fresh(person(ANN))).changes_nothing

    def test_the_title_that_stands_twice_first_is_named(self) -> None:
        with pytest.raises(TitleTwice, match='title "b" stands'):
            plan(table("b a id a b"), fresh())

    @pytest.mark.parametrize("title", ["id", "group"])
    def test_of_members_no_key_may_be_a_formula_or_missing(self, title: str) -> None:
        header = ["id", "group", "groupName"]
        with pytest.raises(IdsAreFormulas, match=f'"{title}"'):
            own_columns(ExistingTable(header, [], calculated=[title]), [], MEMBERS)
        header.remove(title)
        with pytest.raises(IdTitleMissing, match=f'titled "{title}"'):
            own_columns(ExistingTable(header, []), [], MEMBERS)


class TestColumns:
    def test_ours_are_the_basic_ones_and_those_that_are_claimed(self) -> None:
        there = ExistingTable(["notes", "phone", "name", "link", "id"], [], calculated=["link"])
        assert own_columns(there, []) == {"id": 4, "name": 2}
        assert own_columns(there, ["phone", "link", "notes", "label"]) == {
            "id": 4, "name": 2, "phone": 1,
        }  # fmt: skip
        assert next(iter(own_columns(there, ["phone"]))) == "id"

    def test_a_title_is_new_where_no_spelling_of_it_is_there(self) -> None:
        there = ["ID", "Phone", "firstseen"]
        assert new_titles(there, ["phone", "link", "firstSeen", "id", "account"]) == [
            "link", "account",
        ]  # fmt: skip
        assert new_titles([], []) == []

    def test_what_any_of_the_accounts_wrote_is_ours(self) -> None:
        there = table("account id phone", ("shop", ANN, ""), ("home", BOB, ""))
        phones = replace(came("home", person(BOB)), memory=TableMemory(written=["phone"]))
        decided = plan_all(there, [came("shop", person(ANN)), phones])
        assert decided.updates == {0: {2: "+12025550101"}, 1: {2: "+12025550102"}}

    def test_columns_that_are_the_users_now_are_told_and_left(self) -> None:
        there = table("id status phone label", (ANN, "friend", "ask", "VIP"))
        memory = TableMemory(owner="work", written=["status", "phone"])
        decided = plan(there, fresh(person(ANN)), memory)
        assert (decided.changes_nothing, decided.notes.lost_columns) == (True, ["phone", "status"])
        named = plan(there, fresh(person(ANN)), memory, UpdateOptions(("id", "phone")))
        assert named.updates == {0: {2: "+12025550101"}}


IDS = st.sampled_from([f"1202555{n:04}@c.us" for n in range(12)] + ["1@g.us", "1@lid", "2@lid"])
TEXTS = st.text(max_size=6)
PEOPLE = st.lists(st.builds(Contact, IDS, TEXTS, TEXTS, st.sampled_from(["user", "group"])))
USERS = ("notes", "tick", "status", "Telefon")


@st.composite
def tables(draw: st.DrawFn) -> ExistingTable:
    header = draw(st.permutations([*BASIC, *draw(st.sets(st.sampled_from(USERS)))]))
    cell = dict.fromkeys(header, TEXTS) | {"id": st.one_of(IDS, st.just(""), TEXTS)}
    rows = draw(st.lists(st.tuples(*(cell[title] for title in header)), max_size=12))
    return ExistingTable(header, rows)


PAIRS = st.dictionaries(IDS, IDS, max_size=3)
MISSING = st.sampled_from([Missing.KEEP, Missing.MARK])


class TestForAnyTable:
    @given(tables(), PEOPLE, PAIRS, MISSING)
    def test_every_user_cell_stays_with_its_row(
        self, there: ExistingTable, people: list[Contact], same: dict[str, str], missing: Missing
    ) -> None:
        decided = plan(
            there,
            fresh(*people),
            TableMemory(owner="work", same=same),
            UpdateOptions(missing=missing),
        )
        after = carried_out(there, decided)
        users = [at for at, title in enumerate(there.header) if title not in BASIC]
        assert names(after, *users)[: len(there.rows)] == names(there.rows, *users)
        assert not any(any(row) for row in names(after, *users)[len(there.rows) :])

    @given(tables(), PEOPLE, PAIRS)
    def test_no_row_changes_its_person(
        self, there: ExistingTable, people: list[Contact], same: dict[str, str]
    ) -> None:
        decided = plan(there, fresh(*people), TableMemory(owner="work", same=same))
        after, ids = carried_out(there, decided), list(there.header).index("id")
        related = {frozenset(pair) for pair in same.items()}
        for before, now in zip(there.rows, after, strict=False):
            old, new = before[ids].strip(), now[ids].strip()
            assert not old or old.casefold() == new.casefold() or _connected(old, new, related)

    @given(tables(), PEOPLE, PAIRS, MISSING)
    def test_planning_twice_gives_nothing(
        self, there: ExistingTable, people: list[Contact], same: dict[str, str], missing: Missing
    ) -> None:
        memory, options = (
            TableMemory(owner="work", written=["status"], same=same),
            UpdateOptions(missing=missing),
        )
        after = carried_out(there, plan(there, fresh(*people), memory, options))
        again = plan(ExistingTable(there.header, after), fresh(*people), memory, options)
        assert again.changes_nothing

    @given(tables(), PEOPLE)
    def test_everybody_who_came_is_there_with_the_values_of_now(
        self, there: ExistingTable, people: list[Contact]
    ) -> None:
        after = carried_out(there, plan(there, fresh(*people), WORKS))
        at = [list(there.header).index(title) for title in BASIC]
        seen = set(names(after, *at))
        first = {c.id: c for c in reversed(people)}
        assert {(c.id, c.name, c.contact_name, c.type) for c in first.values()} <= seen

    @given(tables(), PEOPLE, st.randoms())
    def test_the_order_of_rows_and_columns_makes_no_difference(
        self, there: ExistingTable, people: list[Contact], shuffle: Random
    ) -> None:
        columns = shuffle.sample(range(len(there.header)), len(there.header))
        moved = ExistingTable(
            [there.header[at] for at in columns],
            [[row[at] for at in columns] for row in there.rows],
        )
        straight = carried_out(there, plan(there, fresh(*people), WORKS))
        crossed = carried_out(moved, plan(moved, fresh(*people), WORKS))
        assert [[row[at] for at in columns] for row in straight] == crossed

    @given(tables(), PEOPLE, st.randoms())
    def test_sorting_the_rows_takes_notes_along(
        self, there: ExistingTable, people: list[Contact], shuffle: Random
    ) -> None:
        ids = list(there.header).index("id")
        alone = {row[ids].strip().casefold(): row for row in there.rows if row[ids].strip()}
        sorted_there = ExistingTable(there.header, shuffle.sample([*alone.values()], len(alone)))
        straight = _by_id(ExistingTable(there.header, [*alone.values()]), people)
        assert _by_id(sorted_there, people) == straight


def _by_id(there: ExistingTable, people: list[Contact]) -> list[list[str]]:
    decided: Plan = plan(there, fresh(*people), WORKS)
    return sorted(carried_out(there, decided))


def _connected(one: str, other: str, related: set[frozenset[str]]) -> bool:
    reached = {one}
    while new := {id_ for pair in related if pair & reached for id_ in pair} - reached:
        reached |= new
    return other in reached


def came(account: str, *contacts: Contact, owner: str = "", **memory: object) -> Arrival:
    known = TableMemory(owner=owner, written=("account",), **memory)  # type: ignore[arg-type]
    return Arrival(fresh(*contacts, account=account), known)


class TestSeveralAccounts:
    def test_each_account_has_its_own_rows_of_one_person(self) -> None:
        there = table("account id name notes", ("shop", ANN, "A", "x"), ("home", ANN, "A", "y"))
        arrivals = [came("home", person(ANN, "Ann")), came("shop", person(ANN, "A"))]
        decided = plan_all(there, arrivals)
        assert carried_out(there, decided) == [
            ["shop", ANN, "A", "x"],
            ["home", ANN, "Ann", "y"],
        ]

    def test_newcomers_of_all_go_into_blank_rows_and_below_without_a_clash(self) -> None:
        there = table("account id name", ("shop", ANN, "Ann"), ("", "", ""))
        arrivals = [came("shop", person(ANN, "Ann"), person(BOB)), came("home", person(ANN))]
        decided = plan_all(there, arrivals)
        assert carried_out(there, decided) == [
            ["shop", ANN, "Ann"],
            ["shop", BOB, ""],
            ["home", ANN, ""],
        ]

    def test_a_row_without_an_account_is_of_the_one_that_lists_the_person(self) -> None:
        there = table("account id name", ("shop", ANN, "Ann"), ("", BOB, ""), ("", EVE, ""))
        arrivals = [came("shop", person(ANN, "Ann")), came("home", person(BOB, "Bob"))]
        decided = plan_all(there, arrivals)
        assert names(carried_out(there, decided), 0, 1) == [
            ("shop", ANN),
            ("home", BOB),
            ("", EVE),
        ]
        assert decided.notes.unseen == []

    def test_a_line_without_an_id_is_nobodys(self) -> None:
        there = table("id name account", (ANN, "Ann", ""), ("  ", "a line of mine", ""))
        decided = plan_all(there, [came("home", person(ANN, "Anna"), owner="shop")])
        assert names(carried_out(there, decided), 0, 2)[:2] == [(ANN, "shop"), ("  ", "")]

    def test_once_the_column_is_added_rows_of_before_name_the_first_account(self) -> None:
        there = table("id name account", (ANN, "Ann", ""), ("", "", ""), (BOB, "Bob", ""))
        decided = plan_all(there, [came("home", person(ANN, "Anna"), owner="shop")])
        assert names(carried_out(there, decided), 0, 2) == [
            (ANN, "shop"),
            ("", ""),
            (BOB, "shop"),
            (ANN, "home"),
        ]

    def test_nobody_of_an_account_that_did_not_come_is_missing(self) -> None:
        there = table("account id status", ("shop", ANN, ""), ("home", BOB, ""))
        kept = replace(came("home", person(EVE)), missing=Missing.KEEP)
        options = UpdateOptions((*BASIC, "account", "status"), missing=Missing.MARK)
        decided = plan_all(there, [came("shop", person(EVE)), kept], options)
        marks = names(carried_out(there, decided), 1, 2)
        assert [bool(mark) for _, mark in marks[:2]] == [True, False]

    def test_rows_of_all_are_told_in_the_order_of_the_table(self) -> None:
        rows = [(account, id_, "") for id_ in (ANN, ANN, BOB, EVE) for account in ("shop", "home")]
        absent = {BOB: 3, EVE: 3}
        arrivals = [
            came("home", person(ANN), absences=absent),
            came("shop", person(ANN), absences=absent),
        ]
        there = table("account id status", *rows)
        ours = (*BASIC, "account", "status")
        marked = plan_all(there, arrivals, UpdateOptions(ours, missing=Missing.MARK)).notes
        assert marked.duplicates == [(0, 2), (1, 3)]
        assert (marked.unseen, marked.marked) == ([4, 5, 6, 7], [4, 5, 6, 7])
        gone = plan_all(there, arrivals, UpdateOptions(ours, missing=Missing.REMOVE))
        assert gone.removed == [4, 5, 6, 7]

    def test_formulas_in_columns_of_ours_are_told_in_the_order_of_the_table(self) -> None:
        rows = [(f"{at}@c.us", "=", "=") for at in range(9)]
        cells = [(row, column) for row in range(9) for column in (1, 2)]
        there = ExistingTable(["id", "name", "type"], rows, formulas=frozenset(cells))
        people = [person(id_, "x") for id_, _, _ in rows]
        assert plan(there, fresh(*people[::-1])).notes.left == cells

    def test_two_accounts_need_the_column(self) -> None:
        there = table("id name", (ANN, "Ann"))
        with pytest.raises(SecondAccount, match="--columns basic,account"):
            plan_all(there, [came("shop", person(ANN)), came("home", person(ANN))])

    def test_an_alias_that_another_account_has_now_is_that_accounts(self) -> None:
        there = table("account id name", ("shop", ANN, "A"))
        renamed = came("old-shop", person(ANN, "wrong"), aliases={"shop"})
        decided = plan_all(there, [renamed, came("shop", person(ANN, "Ann"))])
        assert names(carried_out(there, decided), 0, 2) == [("shop", "Ann"), ("old-shop", "wrong")]
