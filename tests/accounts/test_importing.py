"""Accounts in bulk: their aliases, what a file may look like, and where the tokens go."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accounts.keyrings import InMemory, used
from workbook.accounts import accounts, fields, importing, settings
from workbook.accounts.accounts import Account
from workbook.accounts.importing import Offered
from workbook.accounts.settings import StoredAccount
from workbook.errors import WrongUsage

TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558"
URL = "https://1101.api.green-api.com"


def offer(name: str, id_instance: str = "1101000001") -> Offered:
    return Offered(name, "", id_instance, TOKEN)


def aliases(*offered: Offered, stored: dict[str, StoredAccount] | None = None) -> list[str]:
    return [each.alias for each in importing.planned(offered, stored or {}).accounts]


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("Shop 1", "Shop 1"),
        (" магазин ", "магазин"),
        ("a/b:c", "a-b-c-1101000001"),
        ("=cmd|x", "cmd-x-1101000001"),
        ("💇", "1101000001"),
        ("", "1101000001"),
        ("environment", "environment-1101000001"),
    ],
)
def test_a_name_becomes_an_alias(name: str, alias: str) -> None:
    assert aliases(offer(name)) == [alias]


def test_two_instances_of_one_name_get_two_aliases() -> None:
    assert aliases(offer("Shop", "1"), offer("shop", "2")) == ["Shop", "shop-2"]


def test_a_known_instance_keeps_its_alias_and_address() -> None:
    stored = {"mine": StoredAccount(api_url="https://9999.api.green-api.com", id_instance="1")}
    found = importing.planned([offer("Shop", "1")], stored)
    assert found.new == ()
    assert found.known == (Account("mine", "https://9999.api.green-api.com", "1", TOKEN),)


@given(
    st.lists(st.tuples(st.text(max_size=12), st.integers(1, 99)), unique_by=lambda each: each[1])
)
def test_no_alias_is_ever_two_instances(offered: list[tuple[str, int]]) -> None:
    stored = {"Shop": StoredAccount(api_url=URL, id_instance="100", former=["old"])}
    names = aliases(*(offer(name, str(number)) for name, number in offered), stored=stored)
    assert len({each.casefold() for each in names} | {"shop", "old"}) == len(offered) + 2
    assert [fields.alias(each) for each in names] == names


@pytest.mark.parametrize(
    "text",
    [
        f"alias,apiUrl,idInstance,apiTokenInstance\nshop,{URL},1101000001,{TOKEN}\n",
        f"\ufeffidInstance;APITOKENINSTANCE;alias;note\n1101000001;{TOKEN};shop;x\n\n",
        f"shop\t\t1101000001\t{TOKEN}\n",
    ],
)
def test_a_file_is_read_with_and_without_titles(text: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(text, "utf-8")
    (found,) = importing.in_file(file)
    assert (found.name, found.id_instance, found.token) == ("shop", "1101000001", TOKEN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"shop,,nothing,{TOKEN}\n", "Line 1 of .*: The idInstance is a number"),
        (f"a,,1,{TOKEN}\nb,,2,two words\n", "Line 2 of .*: The apiTokenInstance is empty"),
        (f"a,,1,{TOKEN}\nb,,1,{TOKEN}\n", "names the instance 1, as another line does"),
        ("", "names no account"),
    ],
)
def test_a_wrong_line_is_named_without_its_token(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(text)
    with pytest.raises(WrongUsage, match=said) as caught:
        importing.in_file(file)
    assert TOKEN not in str(caught.value)


def test_fifty_tokens_go_into_the_keyring_and_more_into_the_file(home: Path) -> None:
    fleet = [offer("", str(number)) for number in range(1, 52)]
    with used(InMemory()) as ring:
        assert importing.keep(importing.planned(fleet[:50], {})) == "keyring"
        assert len(ring.kept) == 50
        stored = settings.load().accounts
        where = importing.keep(importing.planned(fleet, stored))
    assert where == str(home / "credentials.json")
    assert accounts.find("51").token == TOKEN


def test_another_import_renews_and_deletes_nobody() -> None:
    accounts.save(Account("mine", URL, "1101000009", TOKEN))
    importing.keep(importing.planned([offer("shop")], settings.load().accounts))
    renewed = Offered("shop", "", "1101000001", "renewed")
    importing.keep(importing.planned([renewed], settings.load().accounts))
    assert accounts.find("shop").token == "renewed"
    assert [each.alias for each in accounts.matching()] == ["mine", "shop"]
