"""Which account is meant, and what may be pasted into its fields."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.accounts.keyrings import InMemory, used
from workbook.accounts import accounts, credentials, settings
from workbook.accounts.accounts import Account, AccountInfo
from workbook.errors import HostChanged, NoAccount, WrongUsage

URL, TOKEN = "https://1101.api.green-api.com", "d75b3a66374942c5b3c019c698abc2067e151558"
SHOP = Account("shop", URL, "1101000001", TOKEN)
HOME = Account("home", URL, "1101000002", "another-token")


@pytest.fixture
def ring() -> Iterator[InMemory]:
    with used(InMemory()) as ring:
        yield ring


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("GREEN_API_URL", "https://7103.api.greenapi.com/")
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", "7103000009")
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "from-environment")
    return monkeypatch


def test_what_is_saved_is_found() -> None:
    accounts.save(SHOP)
    assert accounts.find() == SHOP
    assert accounts.find("shop") == SHOP


def test_saving_tells_where_the_token_went(home: Path, ring: InMemory) -> None:
    assert accounts.save(SHOP) == "keyring"
    assert TOKEN not in (home / "settings.json").read_text()


def test_nothing_stored_is_no_account() -> None:
    with pytest.raises(NoAccount, match="getcontacts login"):
        accounts.find()


def test_an_unknown_alias_is_told_with_the_known_ones() -> None:
    accounts.save(SHOP)
    with pytest.raises(NoAccount, match='no account "office" here; known: shop'):
        accounts.find("office")


def test_an_alias_is_found_whatever_its_case() -> None:
    accounts.save(SHOP)
    assert accounts.find(" SHOP ").alias == "shop"
    accounts.save(Account("Shop", URL, "1101000003", TOKEN))
    assert [each.alias for each in accounts.known()] == ["shop"]


def test_an_account_whose_token_is_gone_must_log_in_again(ring: InMemory) -> None:
    accounts.save(SHOP)
    ring.kept.clear()
    with pytest.raises(NoAccount, match='no credentials for "shop" yet'):
        accounts.find()
    assert accounts.known()[0].where == ""


def test_the_first_account_is_the_default_until_another_is_chosen() -> None:
    accounts.save(SHOP)
    accounts.save(HOME)
    assert accounts.find().alias == "shop"
    accounts.make_default("HOME")
    assert accounts.find().alias == "home"


def test_several_without_a_default_must_be_named() -> None:
    for account in (SHOP, HOME, Account("third", URL, "3", "t")):
        accounts.save(account)
    accounts.forget("shop")
    with pytest.raises(WrongUsage, match="home, third"):
        accounts.find()


def test_the_only_one_left_is_used() -> None:
    accounts.save(SHOP)
    accounts.save(HOME)
    accounts.forget("shop")
    assert accounts.find().alias == "home"


def test_an_alias_nobody_knows_cannot_be_default_nor_forgotten() -> None:
    accounts.save(SHOP)
    for verb in (accounts.make_default, accounts.forget):
        with pytest.raises(NoAccount, match="known: shop"):
            verb("office")


def test_forgetting_removes_token_and_account(home: Path, ring: InMemory) -> None:
    accounts.save(SHOP)
    accounts.forget("shop")
    assert accounts.known() == []
    assert ring.kept == {}
    assert "1101000001" not in (home / "settings.json").read_text()


def test_two_aliases_of_one_instance_share_its_token() -> None:
    accounts.save(SHOP)
    accounts.save(Account("twin", URL, "1101000001", TOKEN))
    accounts.forget("shop")
    assert accounts.find("twin").token == TOKEN


def test_an_alias_given_to_another_instance_drops_the_former_token(ring: InMemory) -> None:
    accounts.save(SHOP)
    accounts.save(Account("shop", URL, "1101000007", "new-token"))
    assert ring.kept == {("getcontacts", "1101000007"): f"new-token {URL}"}


@pytest.mark.usefixtures("environment")
def test_the_environment_goes_before_what_is_stored() -> None:
    accounts.save(SHOP)
    expected = Account(
        "environment", "https://7103.api.greenapi.com", "7103000009", "from-environment"
    )
    assert accounts.find() == expected
    assert accounts.find("shop") == SHOP


def test_the_environment_needs_no_address(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("GREEN_API_URL")
    assert accounts.find().api_url == "https://7103.api.green-api.com"


@pytest.mark.parametrize("missing", ["GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"])
def test_half_an_account_in_the_environment_names_what_is_missing(
    environment: pytest.MonkeyPatch, missing: str
) -> None:
    environment.setenv(missing, " ")
    with pytest.raises(WrongUsage, match=f"{missing} must be set") as told:
        accounts.find()
    assert "from-environment" not in str(told.value)


@pytest.mark.usefixtures("environment")
def test_all_accounts_are_listed_with_where_their_token_is(home: Path) -> None:
    accounts.save(SHOP)
    accounts.save(HOME)
    file = str(home / "credentials.json")
    assert accounts.known() == [
        AccountInfo(
            "environment",
            "https://7103.api.greenapi.com",
            "7103000009",
            "environment",
            default=True,
        ),
        AccountInfo("home", URL, "1101000002", file, default=False),
        AccountInfo("shop", URL, "1101000001", file, default=False),
    ]


def test_exactly_the_one_that_is_used_is_listed_as_default() -> None:
    accounts.save(SHOP)
    accounts.save(HOME)
    assert [each.alias for each in accounts.known() if each.default] == [accounts.find().alias]


def test_patterns_choose_accounts_by_alias_whatever_its_case() -> None:
    for number, alias in enumerate(("shop-2", "Shop-1", "home")):
        accounts.save(Account(alias, URL, f"110100000{number}", TOKEN), plain_file=True)
    assert [each.alias for each in accounts.matching(["SHOP-*"])] == ["Shop-1", "shop-2"]
    assert [each.alias for each in accounts.matching()] == ["home", "Shop-1", "shop-2"]
    with pytest.raises(NoAccount, match=r'no account "office-\*" here'):
        accounts.matching(["home", "office-*"])


def test_accounts_are_in_the_order_of_their_numbers() -> None:
    for number in (11, 9, 3):
        accounts.save(Account(f"shop-{number}", URL, f"{number}", TOKEN), plain_file=True)
    assert [each.alias for each in accounts.matching()] == ["shop-3", "shop-9", "shop-11"]


def test_an_instance_with_two_aliases_is_chosen_once(environment: pytest.MonkeyPatch) -> None:
    accounts.save(SHOP)
    accounts.save(Account("again", URL, SHOP.id_instance, TOKEN))
    assert [each.alias for each in accounts.matching()] == ["again", "environment"]


def test_many_tokens_are_found_at_once_and_each_that_is_not_says_why(ring: InMemory) -> None:
    accounts.save(SHOP)
    accounts.save(HOME, plain_file=True)
    accounts.save(Account("lost", URL, "1101000003", TOKEN))
    del ring.kept["getcontacts", "1101000003"]
    home, lost, shop = accounts.with_tokens(accounts.matching())
    assert (home, shop) == (HOME, SHOP)
    assert isinstance(lost, NoAccount)


def test_no_way_of_showing_an_account_shows_its_token() -> None:
    shown = f"{SHOP} {SHOP!r} {[SHOP]} {copy.copy(SHOP)}"
    assert TOKEN not in shown
    assert "1101000001" in shown


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("https://1101.api.green-api.com", URL),
        (" https://1101.api.green-api.com/ \n", URL),
        ("“https://1101.api.green-api.com”", URL),
        ("1101.api.green-api.com", URL),
        ("", URL),
        (f"https://1101.api.green-api.com/waInstance1101000001/getContacts/{TOKEN}", URL),
        (f"https://1101.api.green-api.com/?token={TOKEN}", URL),
        ("https://3100.api.green-api.com/v3/", "https://3100.api.green-api.com/v3"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_address_is_tidied_as_it_was_pasted(given: str, tidy: str) -> None:
    assert accounts.checked("shop", given, "1101000001", TOKEN).api_url == tidy


@pytest.mark.parametrize("given", [f"https://me:{TOKEN}@1101.api.green-api.com", "https://a b"])
def test_an_address_with_more_than_an_address_in_it_is_refused(given: str) -> None:
    with pytest.raises(WrongUsage, match="apiUrl"):
        accounts.checked("shop", given, "1101000001", TOKEN)


def test_blanks_and_quotes_around_id_and_token_are_not_part_of_them() -> None:
    account = accounts.checked("shop", URL, "\u00a01101000001\n", f' "{TOKEN}"\t')
    assert account == SHOP


@pytest.mark.parametrize("alias", ["Büro 2", "магазин", "दुकान", "a", "a" * 64, "shop-1_b.c"])
def test_an_alias_may_be_words_of_any_language(alias: str) -> None:
    assert accounts.checked(alias, URL, "1", "t").alias == alias


@pytest.mark.parametrize(
    "alias", ["", " ", "a" * 65, "a\nb", "=1+1", "-x", "../x", "_a", "a\u202eb"]
)
def test_an_alias_that_could_be_something_else_is_refused(alias: str) -> None:
    with pytest.raises(WrongUsage, match="alias"):
        accounts.checked(alias, URL, "1", "t")


@pytest.mark.parametrize("id_instance", ["", "12a", "1" * 21, "-1", "1.0", "١٢٣"])
def test_an_id_is_digits_only(id_instance: str) -> None:
    with pytest.raises(WrongUsage, match="idInstance"):
        accounts.checked("shop", URL, id_instance, TOKEN)


@pytest.mark.parametrize("token", ["", "a b", "a/b", "a?b", "a#b", "tökén", "a\x00b", "a" * 129])
def test_what_cannot_be_a_token_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(WrongUsage, match="apiTokenInstance") as told:
        accounts.checked("shop", URL, "1101000001", token and f"{TOKEN}{token}")
    assert TOKEN not in "".join(traceback.format_exception(told.value))


PASTED = st.sampled_from(["", " ", "\n", "\u00a0", '"', "“", "”", "\u200b", "\ufeff"])
DIGITS = st.text("0123456789", min_size=1, max_size=20)
URLS = st.sampled_from([URL, "1101.api.green-api.com", f"{URL}/", f"{URL}/waInstance1/x/{TOKEN}"])


def pasted(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return these texts with what a copy brings along, now and then any other text."""
    around = st.tuples(PASTED, texts, PASTED).map("".join)
    return st.integers(0, 9).flatmap(lambda dice: around if dice else st.text())


@given(
    pasted(st.sampled_from(["shop", "Büro 2", "магазин"])),
    pasted(URLS),
    pasted(DIGITS),
    pasted(st.just(TOKEN)),
)
def test_any_four_texts_are_a_tidy_account_or_one_sentence(
    alias: str, url: str, id_instance: str, token: str
) -> None:
    account, said = None, ""
    try:
        account = accounts.checked(alias, url, id_instance, token)
    except WrongUsage as refused:
        said = refused.sentence()
    event("an account" if account else "refused")
    if account is None:
        assert 20 < len(said) < 200
        assert TOKEN not in said
        return
    assert account.id_instance in id_instance
    assert account.id_instance.isdecimal()
    assert account.token in token
    assert TOKEN not in account.api_url
    again = accounts.checked(account.alias, account.api_url, account.id_instance, account.token)
    assert account == again, "nothing is left to tidy"


@given(st.lists(PASTED, min_size=8, max_size=8))
def test_what_a_copy_brings_along_changes_no_account(marks: list[str]) -> None:
    texts = (SHOP.alias, SHOP.api_url, SHOP.id_instance, SHOP.token)
    pasted = [f"{marks[2 * at]}{text}{marks[2 * at + 1]}" for at, text in enumerate(texts)]
    assert accounts.checked(*pasted) == SHOP


def test_the_settings_and_the_token_part_company() -> None:
    accounts.save(SHOP)
    assert settings.load().accounts["shop"].id_instance == "1101000001"
    assert credentials.token_of("shop", "1101000001", URL) == TOKEN


@pytest.mark.parametrize(
    "address",
    [
        "https://collector.example.com",
        "http://1101.api.green-api.com",
        "https://1101.api.green-api.com:8443",
        "https://1101.api.green-api.com.example.com",
        "https://example.com\\\\1101.api.green-api.com",
    ],
)
def test_settings_alone_send_no_token_to_another_host(address: str, home: Path) -> None:
    accounts.save(SHOP)
    file = home / "settings.json"
    file.write_text(file.read_text().replace(SHOP.api_url, address))
    assert address in file.read_text()
    with pytest.raises(HostChanged, match="was not sent"):
        accounts.find("shop")


@pytest.mark.parametrize("address", ["HTTPS://1101.API.green-api.com/", "1101.api.green-api.com"])
def test_another_spelling_of_the_same_host_is_the_same(address: str, home: Path) -> None:
    accounts.save(SHOP)
    file = home / "settings.json"
    file.write_text(file.read_text().replace(SHOP.api_url, address))
    assert accounts.find("shop").token == TOKEN


def test_an_account_shows_its_token_to_nobody() -> None:
    account = Account("shop", URL, "1101000001", TOKEN)
    shown = repr(account), str(account), f"{account!r}", repr(account.__rich_repr__())
    assert "shop" in shown[0]
    assert not [text for text in shown if TOKEN in text]
