"""What becomes of the account window's fields, without a window."""

from __future__ import annotations

import pytest

from addin.shared import account_form
from addin.shared.account_form import Form
from tests.accounts.keyrings import InMemory, used
from workbook.accounts import accounts
from workbook.errors import AddressRefused, CredentialsRefused, HostChanged, NoAccount, WrongUsage
from workbook.simulator.simulator import Simulator


def filled(simulator: Simulator, **changed: str | bool) -> Form:
    fields = {
        "alias": "shop",
        "api_url": simulator.api_url,
        "id_instance": simulator.id_instance,
        "token": simulator.token,
    }
    return Form(**{**fields, **changed})  # type: ignore[arg-type] # each test spells its own


def stay() -> bool:
    return False


def test_right_fields_are_checked_and_kept(simulator: Simulator) -> None:
    with used(InMemory()):
        sentence = account_form.check_and_save(filled(simulator), stay)
        assert accounts.find("shop").token == simulator.token
    assert sentence == (
        '"shop" is saved; its token is in the system\'s keyring (keyrings InMemory). '
        f"The instance is ready; contacts can be read. {account_form.NEXT}"
    )
    assert [call.method for call in simulator.calls] == ["getstateinstance"]


def test_without_a_keyring_the_sentence_names_the_file(simulator: Simulator) -> None:
    assert "credentials.json" in account_form.check_and_save(filled(simulator), stay)


def test_an_instance_that_waits_for_its_qr_code_is_kept_with_the_advice(
    simulator: Simulator,
) -> None:
    simulator.scenario = "not-authorized"
    assert "scan the QR code" in account_form.check_and_save(filled(simulator), stay)


def test_a_wrong_token_keeps_nothing(simulator: Simulator) -> None:
    with pytest.raises(CredentialsRefused):
        account_form.check_and_save(filled(simulator, token="mistyped"), stay)
    assert accounts.known() == []


def test_a_stranger_gets_no_token(simulator: Simulator) -> None:
    with pytest.raises(AddressRefused):
        account_form.check_and_save(filled(simulator, api_url="https://evil.example"), stay)
    assert simulator.calls == []


def test_an_empty_token_means_the_kept_one(simulator: Simulator) -> None:
    account_form.check_and_save(filled(simulator), stay)
    account_form.check_and_save(filled(simulator, token=" "), stay)
    assert accounts.find("shop").token == simulator.token


def test_the_kept_token_is_not_sent_for_another_instance(simulator: Simulator) -> None:
    account_form.check_and_save(filled(simulator), stay)
    with pytest.raises(WrongUsage, match="apiTokenInstance is empty"):
        account_form.check_and_save(filled(simulator, token="", id_instance="1101000999"), stay)


def test_the_kept_token_is_not_sent_to_another_host(simulator: Simulator) -> None:
    account_form.check_and_save(filled(simulator), stay)
    with Simulator() as other, pytest.raises(HostChanged, match="log in again with the token"):
        account_form.check_and_save(filled(simulator, token="", api_url=other.api_url), stay)
    assert other.calls == []


def test_who_gives_up_meanwhile_keeps_nothing(simulator: Simulator) -> None:
    assert account_form.check_and_save(filled(simulator), lambda: True) == ""
    with pytest.raises(NoAccount):
        accounts.find()


def test_the_account_can_become_the_default_one(simulator: Simulator) -> None:
    account_form.check_and_save(filled(simulator), stay)
    account_form.check_and_save(filled(simulator, alias="home", default=True), stay)
    assert accounts.find().alias == "home"


def test_an_account_of_the_environment_is_no_choice_and_said_to_go_before(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_form.check_and_save(filled(simulator), stay)
    assert not account_form.choices().overruled
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000002")
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "t")
    assert account_form.choices().overruled
    assert [each.alias for each in account_form.choices().stored] == ["shop"]


def test_a_form_never_shows_its_token(simulator: Simulator) -> None:
    assert simulator.token not in f"{filled(simulator)!r}"
