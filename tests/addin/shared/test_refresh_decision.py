"""A decision carried out by a host that is nothing but lists: what any spreadsheet program needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

import pytest

from addin.shared import blocks, refresh_decision, undo
from addin.shared.blocks import SheetTable, Work
from addin.shared.refresh_decision import STILL_FILTERED, NothingCame
from addin.shared.undo import Refresh
from tests.store import lists
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings, StoredAccount
from workbook.contacts.contact import Contact, ContactList
from workbook.merge.model import ExistingTable, Place, UpdateReport
from workbook.merge.refusals import SecondAccount
from workbook.store.managed_tables import ManagedTable
from workbook.store.snapshots import Snapshot
from workbook.sync.latest import Latest

MAIN = Account("main", "https://1101.api.green-api.com", lists.INSTANCE, "0" * 50)
OTHER = Account("other", "https://1101.api.green-api.com", "1101000002", "0" * 50)
ANN, BOB, EVE = (Contact(f"1202555010{at}@c.us", name, "", "user") for at, name in enumerate("ABE"))
HEADER = ("notes", "id", "name", "contactName", "type")


@dataclass
class Paper:
    """A sheet with one table, and what its host remembers."""

    rows: list[list[str]] = field(default_factory=list)
    owned: ManagedTable = field(default_factory=ManagedTable)
    past: Refresh | None = None
    filtered: bool = False

    def read(self) -> SheetTable:
        rows = [tuple(row) for row in self.rows]
        return SheetTable(ExistingTable(HEADER, rows), filtered=self.filtered)

    def refresh(self, *contacts: Contact, account: Account = MAIN) -> UpdateReport:
        got = Latest(Snapshot("main", datetime.now(UTC), ContactList.pack(contacts)))
        there = self.read()
        place = Place("Paper", "Contacts", 2, 1)
        decision = refresh_decision.decide(there, place, [(account, got)], self.owned)
        (self.owned,) = decision.owned
        if decision.past is not None:
            self.past = decision.past
            self.write(there, decision.work)
        return decision.report

    def undo(self) -> None:
        assert self.past is not None
        work, _ = undo.work_back(self.read(), self.past)
        self.write(self.read(), work)

    def write(self, there: SheetTable, work: Work) -> None:
        self.rows += [[""] * len(HEADER) for _ in work.appended]
        for block in chain(blocks.over(there, work), blocks.below(there, work)):
            for down, texts in enumerate(block.texts):
                row = self.rows[block.row + down]
                row[block.column : block.column + len(texts)] = texts
        for at in sorted(work.removed, reverse=True):
            del self.rows[at]


def row(contact: Contact, notes: str = "") -> list[str]:
    return [notes, contact.id, contact.name, contact.contact_name, contact.type]


@pytest.fixture
def paper() -> Paper:
    return Paper([row(BOB, "owes 5"), row(ANN, "tea")])


def test_a_refresh_writes_our_columns_and_leaves_the_notes(paper: Paper) -> None:
    anna = Contact(ANN.id, "Anna", "", "user")
    done = paper.refresh(anna, BOB, EVE)
    assert paper.rows == [row(BOB, "owes 5"), row(anna, "tea"), row(EVE)]
    assert (done.changed, done.new, done.sheet) == (1, 1, "Paper")


def test_an_undo_puts_it_back(paper: Paper) -> None:
    paper.refresh(Contact(ANN.id, "Anna", "", "user"), BOB, EVE)
    paper.undo()
    assert paper.rows == [row(BOB, "owes 5"), row(ANN, "tea")]


def test_where_nothing_changes_there_is_nothing_to_write_and_nothing_to_undo(paper: Paper) -> None:
    assert not paper.refresh(ANN, BOB).written
    assert paper.past is None


def test_whose_the_table_is_must_be_remembered(paper: Paper) -> None:
    paper.refresh(ANN, BOB)
    with pytest.raises(SecondAccount):
        paper.refresh(EVE, account=OTHER)


def test_rows_are_removed_where_that_was_set_but_not_under_a_filter(paper: Paper) -> None:
    for number, who in enumerate(([ANN, BOB], [ANN], [ANN], [ANN])):
        lists.came(number, *who)
    settings.save(Settings(missing="remove", remove_noted=True))
    paper.filtered = True
    assert paper.refresh(ANN).notices == (STILL_FILTERED,)
    paper.filtered = False
    assert paper.refresh(ANN).removed == 1
    assert paper.rows == [row(ANN, "tea")]


def test_under_a_filter_new_rows_may_be_hidden_and_that_is_told(paper: Paper) -> None:
    assert paper.refresh(ANN, BOB, EVE).notices == ()
    paper.filtered = True
    assert paper.refresh(ANN, BOB, EVE).notices == ()
    (notice,) = paper.refresh(ANN, BOB, EVE, Contact("12025550109@c.us", "Flo", "", "user")).notices
    assert notice.startswith("The table is filtered, so new people may be in hidden rows.")
    assert notice.endswith("clear the filter (Data, Clear).")


@pytest.mark.parametrize(
    ("columns", "added"),
    [("", ()), ("NAME, id", ()), ("phone,id,country", ("phone", "country"))],
)
def test_a_table_gets_the_columns_of_the_settings_that_it_lacks(
    columns: str, added: tuple[str, ...], paper: Paper
) -> None:
    settings.save(Settings(columns=columns))
    wide, new = refresh_decision.widened(paper.read())
    assert tuple(new) == added
    assert tuple(wide.existing.header) == (*HEADER, *added)
    assert [[*each] for each in wide.existing.rows] == [
        [*each, *("" for _ in added)] for each in paper.rows
    ]


def test_a_new_table_has_the_four_columns_those_of_the_settings_and_the_marks() -> None:
    settings.save(Settings(columns="phone,id", missing="mark"))
    made = refresh_decision.new_table(
        MAIN, Latest(Snapshot("main", datetime.now(UTC), ContactList.pack([ANN])))
    )
    assert made.header == ("id", "name", "contactName", "type", "phone", "status", "statusDate")
    assert [[*each][:5] for each in made.rows] == [[ANN.id, "A", "", "user", "+12025550100"]]


@pytest.mark.parametrize(
    ("aliases", "named", "found"),
    [
        ([], None, ["main"]),
        (["stranger"], None, ["main"]),
        (["other"], None, ["other"]),
        (["other", "main"], None, ["main", "other"]),
        (["other", "main"], "other", ["other", "main"]),
        (["main"], "other", ["other", "main"]),
        (["main"], "main", ["main"]),
    ],
)
def test_a_refresh_is_of_the_accounts_in_the_table_and_of_the_one_of_the_workbook(
    aliases: list[str], named: str | None, found: list[str]
) -> None:
    stored = {
        each.alias: StoredAccount(api_url=each.api_url, id_instance=each.id_instance)
        for each in (MAIN, OTHER)
    }
    settings.save(Settings(default="main", accounts=stored))
    whose = refresh_decision.whose(aliases, named, lambda _: True)
    assert [each.alias for each in whose] == found
    allowed = refresh_decision.whose(aliases, named, lambda instance: instance == OTHER.id_instance)
    assert [each.alias for each in allowed] == (["other"] if "other" in found else ["main"])


def test_where_every_account_failed_the_causes_are_told() -> None:
    failed = NothingCame("The service is down.")
    assert (failed.exit_code, failed.sentence()[:21]) == (6, "The service is down. ")
