"""A table of members brought up to date: a row is somebody in one group."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.merge.test_plan import ANN, ANNS_LID, BOB, EVE, NOON, WORKS, carried_out, table
from workbook.contacts.columns import Origin
from workbook.contacts.members import Membership
from workbook.merge.model import (
    MEMBERS,
    Arrival,
    ExistingTable,
    Incoming,
    Missing,
    Plan,
    TableMemory,
    UpdateOptions,
)
from workbook.merge.plan import plan, plan_all
from workbook.merge.refusals import FullOfStrangers, HoldsMembers, IdTitleMissing

TEAM, CLUB = "120363043968066561@g.us", "-1001234567"
HEADER = "group groupName id role notes"


def member(group: str, id_: str, role: str = "") -> Membership:
    return Membership(id_, type="user", group=group, group_name=group[:4], role=role)


def planned(
    there: ExistingTable, *came: Membership, memory: TableMemory = WORKS, **asked: object
) -> Plan:
    options = UpdateOptions((), kind=MEMBERS, **asked)  # type: ignore[arg-type]
    incoming = Incoming(came, Origin("work", NOON))
    return plan_all(there, [Arrival(incoming, memory)], options)


def row(group: str, id_: str, note: str = "", role: str = "") -> Sequence[str]:
    return group, group[:4], id_, role, note


def test_a_person_in_two_groups_has_a_row_and_a_note_in_each() -> None:
    there = table(HEADER, row(CLUB, ANN, "chair"), row(TEAM, ANN, "late"))
    decided = planned(there, member(TEAM, ANN, "admin"), member(CLUB, ANN))
    assert decided.updates == {1: {3: "admin"}}
    assert carried_out(there, decided)[0] == [*row(CLUB, ANN, "chair")]


def test_who_joined_a_group_gets_a_row_though_known_in_another_one() -> None:
    there = table(HEADER, row(CLUB, ANN, "chair"))
    decided = planned(there, member(CLUB, ANN), member(TEAM, ANN))
    assert carried_out(there, decided)[1] == [*row(TEAM, ANN)]
    assert decided.new == 1


def test_who_left_a_group_is_missing_there_alone() -> None:
    there = table(f"{HEADER} status", *([*row(each, ANN), ""] for each in (CLUB, TEAM)))
    came = member(CLUB, ANN), member(TEAM, BOB)
    memory = TableMemory(owner="work", written=["status"])
    decided = planned(there, *came, memory=memory, missing=Missing.MARK)
    assert decided.notes.unseen == [1]
    assert decided.updates == {1: {5: "not seen since 2026-11-23"}}
    back = planned(table(f"{HEADER} status", *carried_out(there, decided)), *came,
                   member(TEAM, ANN), memory=memory)  # fmt: skip
    assert back.updates == {1: {5: ""}}


def test_rows_of_a_group_that_did_not_come_stay_as_they_are() -> None:
    there = table(HEADER, row(CLUB, ANN, "chair"), row(CLUB, EVE))
    decided = planned(there, member(TEAM, ANN), missing=Missing.MARK)
    assert (decided.updates, decided.notes.unseen) == ({}, [])


def test_a_note_goes_along_when_the_id_changes_in_each_group() -> None:
    there = table(HEADER, row(CLUB, ANN, "chair"), row(TEAM, ANN, "late"))
    memory = TableMemory(owner="work", same={ANN: ANNS_LID})
    decided = planned(there, member(CLUB, ANNS_LID), member(TEAM, ANN), memory=memory)
    assert carried_out(there, decided) == [
        [*row(CLUB, ANNS_LID, "chair")],
        [*row(TEAM, ANN, "late")],
    ]


def test_a_group_whose_id_became_a_number_is_the_same_group() -> None:
    there = table(HEADER, row("-1001234567.0", ANN, "chair"))
    decided = planned(there, member(CLUB, ANN))
    assert carried_out(there, decided)[0] == [CLUB, CLUB[:4], ANN, "", "chair"]


def test_a_table_of_somebody_elses_groups_is_refused() -> None:
    there = table(HEADER, *(row(CLUB, f"1202555010{n}@c.us") for n in range(4)))
    with pytest.raises(FullOfStrangers, match="members FILE --update --adopt"):
        planned(there, member(TEAM, ANN), memory=TableMemory())
    assert planned(there, member(TEAM, ANN), memory=TableMemory(), adopt=True).new == 1


def test_without_a_column_for_the_group_nobody_can_be_found() -> None:
    with pytest.raises(IdTitleMissing, match='no column titled "group"'):
        planned(table("id role", (ANN, "")), member(TEAM, ANN))


def test_contacts_never_come_into_a_table_of_members() -> None:
    with pytest.raises(HoldsMembers, match="getcontacts members FILE --update"):
        plan(table(HEADER, row(TEAM, ANN)), Incoming((), Origin("work", NOON)), WORKS)


people = st.lists(
    st.tuples(st.sampled_from((TEAM, CLUB)), st.sampled_from((ANN, BOB, EVE, ANNS_LID))),
    unique=True,
)


@given(people, people, st.sampled_from([{}, {ANN: ANNS_LID}]))
def test_every_note_stays_with_its_group_and_person(
    before: list[tuple[str, str]], now: list[tuple[str, str]], same: dict[str, str]
) -> None:
    there = table(HEADER, *(row(*each, note="/".join(each)) for each in before))
    memory = TableMemory(owner="work", same=same)
    after = carried_out(there, planned(there, *(member(*each) for each in now), memory=memory))
    noted = {line[4]: (line[0], same.get(line[2], line[2])) for line in after if line[4]}
    assert noted == {"/".join(each): (each[0], same.get(each[1], each[1])) for each in before}
    assert {(line[0], same.get(line[2], line[2])) for line in after} >= {
        (group, same.get(id_, id_)) for group, id_ in now
    }
    assert not planned(table(HEADER, *after), *(member(*each) for each in now), memory=memory).new
