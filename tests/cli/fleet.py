"""Several accounts of one simulated service, kept as a user keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Simulator

FIRST = 1101000100  # idInstance of the first one


@contextmanager
def fleet(
    scenarios: Mapping[str, str | Scenario], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """Serve an account of each alias with its scenario, all of them logged in."""
    monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", "3")
    ids = {alias: str(FIRST + number) for number, alias in enumerate(scenarios)}
    others = {ids[alias]: scenario for alias, scenario in scenarios.items()}
    with Simulator(others=others, rate=0) as service:
        for alias, id_instance in ids.items():
            accounts.save(Account(alias, service.api_url, id_instance, service.token))
        yield service
