"""A partner's list of instances: who is in it, with their tokens (green-api.md, 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from workbook.accounts import fields
from workbook.accounts.accounts import Account
from workbook.accounts.importing import Offered
from workbook.errors import CredentialsRefused, PartnerRefused, SenselessAnswer
from workbook.green_api import protocol

PARTNER_URL = "https://api.green-api.com"
NOT_ONE = "not an instance"


class _Row(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of a row; its times are not (without Z, 0001-01-01 for "never")."""

    id_instance: int | str
    api_token_instance: str
    name: str | None = None
    deleted: bool | None = None
    is_expired: bool | None = None


def instances(
    token: str, api_url: str = "", *, ca_bundle: Path | None = None
) -> tuple[list[Offered], Counter[str]]:
    """Ask for a partner's instances; return those that work, and how many do not, by reason.

    `api_url`: the partnerApiUrl of the console. Raises PartnerRefused, WrongUsage, and the errors
    of exit codes 5 to 7.
    """
    from workbook.green_api.client import Client

    asked = Account("partner", fields.api_url(api_url) or PARTNER_URL, "0", fields.token(token))
    refused = 0
    try:
        with Client(asked, ca_bundle=ca_bundle) as client:
            # GREEN-API gives each instance its own address; who stands in between has one for all
            own = "" if protocol.is_service(asked.api_url) else asked.api_url
            return offered(client.partner_instances(), own)
    except CredentialsRefused as error:
        refused = error.status
    raise PartnerRefused(refused)


def offered(body: bytes, api_url: str) -> tuple[list[Offered], Counter[str]]:
    """Read a partner's list. Raises PartnerRefused, SenselessAnswer."""
    found: list[Offered] = []
    skipped: Counter[str] = Counter()
    for row in _rows(body):
        if row is None:
            skipped[NOT_ONE] += 1
        elif row.deleted:
            skipped["deleted"] += 1
        elif row.is_expired:
            skipped["expired"] += 1
        else:
            id_instance = str(row.id_instance)
            found.append(Offered(row.name or "", api_url, id_instance, row.api_token_instance))
    return found, skipped


def _rows(body: bytes) -> Iterator[_Row | None]:
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        decoded = None
    if isinstance(decoded, dict) and decoded.get("code") in (401, 403):
        raise PartnerRefused(int(decoded["code"]))
    if not isinstance(decoded, list):
        raise SenselessAnswer("it is not a list of instances")
    yield from map(_row, decoded)


def _row(decoded: object) -> _Row | None:
    try:
        row = msgspec.convert(decoded, _Row)
    except msgspec.ValidationError:
        return None
    return row if str(row.id_instance).isdecimal() and row.api_token_instance else None
