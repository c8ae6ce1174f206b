"""Requests, replies, and every shape of error body GREEN-API is known to send; no I/O.

The letters are those of green-api.md, 2.1. Shapes A and H repeat the token, as the service does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from workbook.simulator.delivery import Deliver, whole

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. `target` holds the token, so it is not in the repr."""

    verb: str
    target: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """Return the target without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Return the query's parameters; of repeated ones the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the simulator answers, and how; status 0 when nothing is answered at all."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    deliver: Deliver = whole

    def head(self) -> bytes:
        """Return the status line and the headers."""
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        lines += (f"{name}: {value}" for name, value in self._all_headers().items())
        return "\r\n".join((*lines, "", "")).encode("latin-1")

    def _all_headers(self) -> dict[str, str]:
        headers = {
            "Date": formatdate(usegmt=True),
            "Content-Type": self.content_type,
            "Content-Length": str(len(self.body)),
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
        }
        if self.status == HTTPStatus.OK:
            headers["ETag"] = _etag(self.body)
        return {**headers, **self.headers}


_PHRASES = {known.value: known.phrase for known in HTTPStatus}


def _phrase(status: int) -> str:
    return _PHRASES.get(status, "")


def _etag(body: bytes) -> str:
    digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    return f'W/"{len(body):x}-{digest[:27]}"'


Answer = Callable[[Request], Reply]
Step = Callable[[Request], Reply | None]  # None: the call passes


def encoded(value: object) -> bytes:
    """Return compact JSON in UTF-8; a lone surrogate becomes its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace")


def ok(value: object) -> Reply:
    """Answer 200 with a value as JSON."""
    return Reply(200, encoded(value))


def problem(status: int, message: str) -> Answer:
    """Refuse with shape A: the path in it repeats the token."""
    return lambda request: Reply(status, _shape_a(status, message, request))


def _shape_a(status: int, message: str, request: Request) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    problem = {"statusCode": status, "timestamp": f"{now}Z", "path": request.target}
    return encoded(problem | {"message": message})


def silent(status: int, **headers: str) -> Answer:
    """Refuse with shape B, an empty body; underscores in header names stand for hyphens."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Reply(status, content_type="application/json", headers=spelled)


def spent(method: str, total: int) -> Reply:
    """Refuse with 466 because the month's calls of a method are used up (shape C)."""
    status = {
        "method": method,
        "used": total,
        "total": total,
        "status": "QUOTE_EXCEEDED",  # so spelled
        "description": "Monthly quota has been exceeded. Please go to your personal account "
        "and change the tariff to business https://console.green-api.com",
    }
    return Reply(466, encoded({"invokeStatus": status}))


def status_false(reason: str) -> Reply:
    """Answer 200 with shape E."""
    return ok({"status": False, "reason": reason})


def unknown_route(request: Request) -> Reply:
    """Refuse with 404 and shape H: the token is in it twice."""
    message = f"Cannot {request.verb} {request.target}"
    return Reply(404, _shape_a(404, message, request))


def page(status: int) -> Answer:
    """Answer with shape I, the HTML page of a gateway."""
    title = f"{status} {_phrase(status)}"
    text = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>"
        "\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return lambda request: Reply(status, text.encode(), HTML)
