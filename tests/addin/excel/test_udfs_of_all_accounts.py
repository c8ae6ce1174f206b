"""The worksheet functions over all accounts that a workbook may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from addin.excel import udfs
from addin.shared import formula_lists
from tests.cli.fleet import fleet
from tests.hosts.excel_side import FORM, restart
from workbook.accounts import accounts
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Simulator
from workbook.sync import consent

ANNA = {"id": "4915100000001@c.us", "name": "Anna", "contactName": "Anna Berg", "type": "user"}
BEN = {"id": "4915100000002@c.us", "name": "Ben", "contactName": "", "type": "user"}
HEADER = ["account", "id", "name", "contactName", "type"]


@contextmanager
def accounts_of(patch: pytest.MonkeyPatch, **scenarios: str | Scenario) -> Iterator[Simulator]:
    """Serve these accounts; the workbook may see all of them but "secret"."""
    with fleet(scenarios, patch) as service:
        restart(patch)
        for each in accounts.matching():
            if each.alias != "secret":
                consent.allow("/books/form.xlsx", each.id_instance)
        yield service


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    berlin = Scenario(description="", rows=lambda: [ANNA])
    shop = Scenario(description="", rows=lambda: [ANNA | {"name": "Ann"}, BEN])
    with accounts_of(monkeypatch, berlin=berlin, secret="normal", shop=shop) as service:
        yield service


def listed(*arguments: object) -> Any:
    kind, count, headers, account = arguments
    return udfs.GETCONTACTS(kind, count, headers, account, FORM)


def test_all_accounts_spill_with_their_column_but_those_the_workbook_may_not_see() -> None:
    anna = [ANNA["id"], "Anna", "Anna Berg", "user"]
    assert listed(None, None, None, "*") == [
        HEADER,
        ["berlin", *anna],
        ["shop", ANNA["id"], "Ann", "Anna Berg", "user"],
        ["shop", BEN["id"], "Ben", "", "user"],
    ]
    assert len(listed(None, 2, False, "*")) == 2


def test_a_field_tells_which_accounts_know_a_person() -> None:
    listed(None, None, None, "*")
    of = [[ANNA["id"]], ["+49 151 00000002"], ["nobody"], [None]]
    assert udfs.GETCONTACT(of, "accounts", workbook=FORM) == [
        ["berlin, shop"], ["shop"], [""], [""],
    ]  # fmt: skip
    assert udfs.GETCONTACT(BEN["id"], "name", "*", workbook=FORM) == "Ben"
    assert udfs.GETCONTACT(ANNA["id"], "accounts", "shop", workbook=FORM) == "shop"


def test_a_workbook_that_may_see_nothing_learns_no_account() -> None:
    mailed = "/mailed/form.xlsx\n/mailed\n78"
    [[said]] = udfs.GETCONTACTS(None, None, None, "*", workbook=mailed)
    assert "may not see" in said
    assert udfs.GETCONTACT(ANNA["id"], "accounts", workbook=mailed) == ""


def test_the_info_names_the_accounts_and_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    berlin = Scenario(description="", rows=lambda: [ANNA])
    with accounts_of(monkeypatch, berlin=berlin, secret="500", shop="renewed-token"):
        listed(None, None, None, "*")
        told = dict(udfs.GETCONTACTSINFO("*", workbook=FORM))
    assert (told["account"], told["contacts"]) == ("berlin, shop", 1)
    assert told["last error"].startswith("shop: ")
    assert "berlin: " not in told["last error"]


def test_at_most_so_many_lists_are_fetched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula_lists, "FETCHES", 1)
    assert [row[0] for row in listed(None, None, False, "*")] == ["berlin"]
    assert [row[0] for row in listed(None, None, False, "*")] == ["berlin", "shop", "shop"]
