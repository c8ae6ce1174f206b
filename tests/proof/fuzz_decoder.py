"""Feed the decoder what libFuzzer makes up: it gives contacts or one of our errors, no more.

python -m tests.proof.fuzz_decoder -max_total_time=60 FOLDER    (what is found worth keeping goes there)
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["workbook"]):
    from workbook.errors import ContactsError
    from workbook.green_api import contacts_stream, other_methods, protocol

SEEDS = (
    b'[{"id":"4915100000001@c.us","name":"Anna","contactName":"","type":"user"},{"id":"-7@g.us"}]',
    b'[{"chatId":10,"phoneNumber":4915100000001,"name":"\\ud83d\\u00e9"},{"id":"1:2@c.us","x":[{},{}]}]',
    b'{"status":false,"reason":"instance account not authorized"}',
    b'{"stateInstance":"authorized"}',
    b'\xef\xbb\xbf[ { "id" : "1" } , { "id" : "\xe9" } ]',
)


def attack(data: bytes) -> None:
    """Read bytes as every kind of answer; the first one says into how many pieces a list comes."""
    chunk, body = 1 + data[:1][0] if data else 1, data[1:]
    taken = contacts_stream.ContactsReader(limit_mib=1, _enough=1 + chunk // 2)
    with suppress(ContactsError):
        for start in range(0, len(body), chunk):
            taken.feed(body[start : start + chunk])
        answer = taken.finish()
        assert len(list(answer.contacts)) + answer.dropped.total() <= body.count(b"{")
    for status in (400, 403, 429, 466):
        str(protocol.error_for(status, {"Retry-After": body[:40].decode("latin-1")}, body))
    for read in (protocol.state_from, _group):
        with suppress(ContactsError):
            read(body)


def _group(body: bytes) -> object:
    return other_methods.decode(body, other_methods.GroupData)


if __name__ == "__main__":
    for number, seed in enumerate(SEEDS):
        for size in b"\x00\x0f\xff":
            Path(sys.argv[-1], f"seed{number}-{size}").write_bytes(bytes((size,)) + seed)
    atheris.Setup(sys.argv, attack)
    atheris.Fuzz()
