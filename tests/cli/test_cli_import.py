"""`accounts import`: a partner's list and a file, tried without a change and carried out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import getcontacts
from workbook.accounts import accounts
from workbook.simulator.simulator import Simulator

OTHERS = {"1101000002": "normal", "1101000003": "normal"}


def partner(service: Simulator, *words: str, token: str = "") -> tuple[int, str, str]:
    asked = ("accounts", "import", "--partner", "--partner-url", service.api_url, "--stdin", *words)
    ran = getcontacts(*asked, stdin=f"{token or service.partner_token}\n")
    return ran.code, ran.out, ran.stderr


def test_a_partners_instances_are_kept_without_the_dead_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(others=OTHERS, rate=0) as service:
        code, _, said = partner(service)
        assert code == 0
        assert "5 accounts kept: Shop 1, Shop 2, Shop 3, Shop 2-1101000004" in said
        assert "Left out: 1 deleted, 1 expired." in said
        assert "which only you can read" in said
        words = ("all.csv", "--accounts", "Shop ?", "--count", "1")
        assert getcontacts("export", "-q", *words).code == 0
    assert {call.instance for call in service.calls} == {"", "1101000001", *OTHERS}


def test_a_dry_run_tells_and_keeps_nothing(home: Path) -> None:
    with Simulator(others=OTHERS) as service:
        code, out, _ = partner(service, "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0
    assert (len(told["new"]), told["known"], told["where"]) == (5, [], "")
    assert told["skipped"] == {"deleted": 1, "expired": 1}
    assert not (home / "credentials.json").exists()


def test_a_refused_partner_token_is_told_and_kept_nowhere(home: Path) -> None:
    with Simulator() as service:
        code, _, said = partner(service, token="gac.wrong")
    assert code == 3
    assert "refused the partner token (401)" in said


def test_the_partner_token_is_in_no_file(home: Path) -> None:
    with Simulator(rate=0) as service:
        assert partner(service)[0] == 0
        assert partner(service)[2].startswith("3 accounts renewed")
    kept = b"".join(file.read_bytes() for file in home.iterdir())
    assert service.partner_token.encode() not in kept


def test_a_file_of_accounts_is_kept_and_named_as_holding_tokens(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("shop,,1101000001,secret-1\nhome,,1101000002,secret-2\n")
    ran = getcontacts("accounts", "import", str(file))
    assert ran.code == 0
    assert "2 accounts kept: shop, home." in ran.stderr
    assert "still holds the tokens" in ran.stderr
    assert accounts.find("home").token == "secret-2"


@pytest.mark.parametrize("words", [(), ("a.csv", "--partner")])
def test_either_a_file_or_a_partner_is_named(words: tuple[str, ...]) -> None:
    ran = getcontacts("accounts", "import", *words)
    assert ran.code == 2
    assert "not both" in ran.stderr
