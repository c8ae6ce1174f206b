"""Who is in which group: what of a member comes from the list of contacts."""

from __future__ import annotations

from workbook.contacts.contact import Contact, phone
from workbook.contacts.members import ADMIN, Group, Member, memberships

TEAM, ANN, LID = "120363043968066561@g.us", "12025550101@c.us", "102388094480549@lid"
LISTED = {
    ANN: Contact(ANN, "Ann", "Ann Berg", "user"),
    TEAM: Contact(TEAM, "Team of the list", "", "group"),
}


def row(member: Member, subject: str = "Team", people: dict[str, Contact] = LISTED) -> list[str]:
    (found,) = memberships([Group(TEAM, subject, (member,))], people)
    names = found.group_name, found.id, found.name, found.contact_name
    return [found.group, *names, phone(found), found.role]


def test_a_member_has_the_names_of_the_list_and_his_role() -> None:
    assert row(Member(ANN, role=ADMIN)) == [
        TEAM, "Team", ANN, "Ann", "Ann Berg", "+12025550101", ADMIN
    ]  # fmt: skip


def test_who_is_listed_under_his_hidden_id_is_found_by_it() -> None:
    hidden = {LID: Contact(LID, "Ann", "Ann Berg", "user")}
    assert row(Member(ANN, LID), people=hidden)[2:6] == [ANN, "Ann", "Ann Berg", "+12025550101"]


def test_who_is_hidden_in_the_group_has_the_phone_of_the_list() -> None:
    assert row(Member(LID), people={LID: LISTED[ANN]})[2:6] == [
        LID, "Ann", "Ann Berg", "+12025550101"
    ]  # fmt: skip


def test_who_is_not_in_the_list_has_a_phone_alone() -> None:
    assert row(Member(ANN), people={})[2:6] == [ANN, "", "", "+12025550101"]


def test_a_group_without_a_subject_is_called_as_in_the_list() -> None:
    assert row(Member(ANN), subject="")[1] == "Team of the list"
    assert row(Member(ANN), subject="", people={})[1] == ""
