"""The partner's list of instances, deleted and expired ones included, with all their tokens."""

from __future__ import annotations

from collections.abc import Iterable

_COMMON = {
    "messenger": "",
    "typeAccount": "",
    "partnerUserUiid": "",
    "timeCreated": "2026-01-05T10:00:00",  # without Z
    "timeDeleted": "0001-01-01T00:00:00",  # never
    "deleted": False,
    "tariff": "BUSINESS",
    "isFree": False,
    "isPartner": True,
    "expirationDate": "2036-12-31T00:00:00",
    "isExpired": False,
}
_GONE = {"deleted": True, "timeDeleted": "2026-02-01T10:00:00"}
_LAPSED = {"isExpired": True, "expirationDate": "2026-02-01T00:00:00"}


def instances(id_instance: str, token: str, others: Iterable[str] = ()) -> list[dict[str, object]]:
    """Return the instance itself and the others beside it, which have the same token.

    Behind them: one each on Telegram and MAX, one deleted (listed for three months), one expired.
    """
    first = int(id_instance)
    here = [_instance(first, "Shop 1", "whatsapp", token)]
    if beside := [int(each) for each in others]:
        shops = enumerate(beside, 2)
        here += [_instance(each, f"Shop {n}", "whatsapp", token) for n, each in shops]
        first = max(beside)
    return [
        *here,
        _instance(first + 1, "Shop 2", "telegram", "2" * 50),
        _instance(first + 2, "Shop 3", "v3", "3" * 50),
        {**_instance(first + 3, "Closed shop", "whatsapp", "4" * 50), **_GONE},
        {**_instance(first + 4, "Unpaid shop", "whatsapp", "5" * 50), **_LAPSED},
    ]


def _instance(id_instance: int, name: str, kind: str, token: str) -> dict[str, object]:
    named = {"idInstance": id_instance, "name": name, "typeInstance": kind}
    return {**named, **_COMMON, "apiTokenInstance": token}
