"""login at a terminal: what is asked, what is checked at once, what may be pasted."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.cli.command import Ran, getcontacts
from workbook.accounts import accounts
from workbook.cli import streams
from workbook.simulator.simulator import Simulator

WIPED = "\x1b[J"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Serve an account to somebody at a terminal."""
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    with Simulator(rate=0) as simulator:
        yield simulator


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str, token: str = "") -> Ran:
    def hidden(question: str) -> str:
        sys.stderr.write(question)
        return token

    monkeypatch.setattr("click.termui.hidden_prompt_func", hidden)
    return getcontacts("login", "shop", stdin="".join(f"{line}\n" for line in lines))


def test_the_fields_come_in_the_order_of_the_console(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = typed(monkeypatch, service.api_url, service.id_instance, token=service.token)
    assert ran.code == 0, ran.stderr
    assert ran.stderr.index("apiUrl (") < ran.stderr.index("idInstance:")
    assert ran.stderr.index("idInstance:") < ran.stderr.index("apiTokenInstance (not shown)")
    assert ran.stderr.endswith("Next step: getcontacts export contacts.xlsx\n")


def test_each_field_is_asked_for_again_until_it_is_right(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = ("https://green-api.com.example.org", service.id_instance, service.token)
    ran = typed(
        monkeypatch, *wrong, service.api_url, "eleven", service.id_instance, token=service.token
    )
    assert ran.code == 0, ran.stderr
    for part in ("is not a GREEN-API address", "That is the idInstance", "That is the apiToken"):
        assert part in ran.stderr
    assert "The idInstance is a number" in ran.stderr


PASTED = (
    "{url}/waInstance{id}/getContacts/{token}",
    "curl --location '{url}/waInstance{id}/getContacts/{token}'",
    'curl -X POST \\\n "{url}/waInstance{id}/sendMessage/{token}?x=1" -d x',
)


@pytest.mark.parametrize("pasted", PASTED)
def test_a_pasted_request_answers_all_questions_and_is_wiped(
    pasted: str, service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = pasted.format(url=service.api_url, id=service.id_instance, token=service.token)
    ran = typed(monkeypatch, text)
    assert (ran.code, WIPED in ran.stderr, "idInstance:" in ran.stderr) == (0, True, False)
    assert accounts.find("shop").token == service.token


def test_a_terminal_that_cannot_be_wiped_is_told(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    url = f"{service.api_url}/waInstance{service.id_instance}/getContacts/{service.token}"
    assert "clear the screen" in typed(monkeypatch, url).stderr


def test_a_request_may_come_through_stdin_too(service: Simulator) -> None:
    url = f"{service.api_url}/waInstance{service.id_instance}/getContacts/{service.token}"
    assert getcontacts("login", "--stdin", stdin=url).code == 0


def test_a_second_login_offers_what_is_kept_but_not_the_token(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, service.api_url, service.id_instance, token=service.token)
    ran = typed(monkeypatch, "", "")
    assert ran.code == 0, ran.stderr
    assert f"apiUrl [{service.api_url}]" in ran.stderr
    assert "Enter keeps the one that is kept" in ran.stderr
    assert service.token not in ran.stderr


def test_the_kept_token_is_not_offered_to_another_instance(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, service.api_url, service.id_instance, token=service.token)
    answers = iter(["", service.token])
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: next(answers))
    ran = getcontacts("login", "shop", stdin="\n1101000002\n")
    assert "Enter keeps the one" not in ran.stderr
    assert "The apiTokenInstance is empty" in ran.stderr


def test_the_next_command_names_an_account_that_is_not_the_default(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, service.api_url, service.id_instance, token=service.token)
    lines = "\n".join((service.api_url, service.id_instance, service.token))
    ran = getcontacts("login", "my office", "--stdin", stdin=lines)
    assert "getcontacts export contacts.xlsx --account 'my office'" in ran.stderr
