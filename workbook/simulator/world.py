"""What a method may look at while it answers: the instance at this moment, and the parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import msgspec

from workbook.simulator.behaviour import Condition, Data, Scenario, Served
from workbook.simulator.people import Row
from workbook.simulator.replies import Request


class BadParameters(Exception):
    """Parameters the service refuses with 400 and these words."""


class World(msgspec.Struct, frozen=True):
    """What an instance knows at the moment of a call; `data` is this call's step."""

    scenario: Scenario
    served: Served
    condition: Condition
    data: Data

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are objects; a body given as bytes has none."""
        if not isinstance(self.served, bytes):
            yield from (row for row in self.served if isinstance(row, Mapping))

    def row(self, contact_id: str) -> Row | None:
        """Return the first row of an id."""
        return next((row for row in self.rows() if id_of(row) == contact_id), None)


def id_of(row: Row) -> str:
    """Return the id of a row of any messenger."""
    return str(row.get("id") or row.get("chatId") or "")


def fields(request: Request) -> Mapping[str, object]:
    """Return the fields of a body, which has to be a JSON object."""
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise BadParameters("Unexpected token _ in JSON at position 0")
    return sent


def text_of(request: Request, name: str) -> str:
    """Return one field of a body, which has to be there and a text."""
    value = fields(request).get(name)
    if not isinstance(value, str) or not value:
        raise BadParameters(f"Validation failed. Details: '{name}' is required")
    return value


def count_of(request: Request) -> int | None:
    """Return the parameter `count`, None where it is not given."""
    count = request.query.get("count")
    if count is None:
        return None
    if not count.isdecimal() or int(count) < 1:
        raise BadParameters("Validation failed. Details: 'count' must be a positive number")
    return int(count)
