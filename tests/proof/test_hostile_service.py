"""Whatever the service does, the command ends in its exit code, within its time and memory.

OWASP ASVS 5.0 1.5 (parsers), 5.2 (decompression bombs), 12.3 (TLS); CWE-400 and CWE-409 (resources),
CWE-601 (redirects), CWE-295 (certificates). A failed run leaves the old file as it was.
"""

from __future__ import annotations

import gc
import gzip
import os
import ssl
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina
import trustme
from trustme import Blob

from tests.cli.command import Ran, getcontacts
from tests.green_api.fault_server import (
    FaultServer,
    Script,
    answering,
    chunked,
    dripping,
    endless,
    resetting,
    sending,
    silent,
)
from tests.proof.report import tried
from workbook.green_api import http
from workbook.simulator.people import crowd

SHORT = 0.3  # seconds until what never ends is given up; what is broken sooner is 6 as well
AMPLE = 60.0  # for what is answered, so that no busy machine makes it a timeout
TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558"
OK = b"HTTP/1.1 200 OK\r\n"
ROW = b'{"id":"4915100000001@c.us","name":"Anna","contactName":"","type":"user"}'
LIST = b"[" + ROW + b"]"
MIB = 1024 * 1024


def named(body: bytes) -> bytes:
    return b'[{"id":"4915100000001@c.us","name":' + body + b"}]"


def headed(*headers: str, status: str = "200 OK", body: bytes = LIST) -> Script:
    return answering(body, *headers, status=status)


CONNECTIONS = {
    "nothing is said": (sending(b""), 6),
    "reset at once": (resetting(), 6),
    "reset in the head": (resetting(OK), 7),
    "reset in the body": (resetting(OK + b"Content-Length: 99\r\n\r\n[{"), 6),
    "cut in the status line": (sending(b"HTTP/1."), 6),
    "cut in the head": (sending(OK + b"Content-Le"), 7),
    "cut in the body": (sending(OK + b"Content-Length: 99\r\n\r\n" + LIST), 6),
    "cut in a body without a length": (sending(OK + b"Connection: close\r\n\r\n" + LIST[:-1]), 7),
    "cut in a chunk": (sending(chunked(LIST, end=b"99\r\n[{")), 6),
    "cut between chunks": (sending(chunked(LIST, end=b"")), 6),
    "silence": (silent, 6),
    "the status line drips": (dripping(b" ", at_once=b"HTTP/1.1 200 "), 6),
    "the head drips": (dripping(b"A: b\r\n", at_once=OK), 6),
    "the body drips": (dripping(b" ", at_once=OK + b"Content-Length: 9999999\r\n\r\n["), 6),
    "one byte a second": (dripping(b" ", at_once=OK + b"\r\n[", pause=1.0), 6),
    "the chunks drip": (dripping(b"1\r\n \r\n", at_once=chunked(b"[", end=b"")), 6),
    "the size of a chunk drips": (dripping(b"0", at_once=chunked(b"[", end=b"")), 6),
    "the trailers drip": (dripping(b"A: b\r\n", at_once=chunked(LIST, end=b"0\r\n")), 6),
    "continue without end": (endless(b"HTTP/1.1 100 Continue\r\n\r\n"), 6),
    "a status line without end": (endless(b" ", at_once=b"HTTP/1.1 200"), 6),
    "a header without end": (endless(b"x", at_once=OK + b"A: "), 6),
    "headers without end": (endless(b"A: b\r\n", at_once=OK), 6),
    "a size of a chunk without end": (endless(b"0", at_once=chunked(b"[", end=b"")), 6),
    "an extension of a chunk without end": (endless(b"x", at_once=chunked(b"[", end=b"1;")), 6),
    "another protocol": (sending(b"SSH-2.0-OpenSSH_9.6\r\n"), 6),
    "HTTP/2": (sending(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 9), 6),
    "HTTP/0.9": (sending(LIST), 6),
    "HTTP/1.0": (sending(b"HTTP/1.0 200 OK\r\n\r\n" + LIST), 0),
}

LENGTHS = {
    "longer than the body": (sending(OK + b"Content-Length: 999\r\n\r\n" + LIST), 6),
    "shorter than the body": (sending(OK + b"Content-Length: 20\r\n\r\n" + LIST), 7),
    "none": (sending(OK + b"Content-Length: 0\r\n\r\n" + LIST), 7),
    "negative": (sending(OK + b"Content-Length: -5\r\nConnection: close\r\n\r\n" + LIST), 0),
    "no number": (sending(OK + b"Content-Length: many\r\n\r\n" + LIST), 0),
    "two of them": (sending(OK + b"Content-Length: 5, 6\r\n\r\n" + LIST), 6),
    "huge": (sending(OK + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n" + LIST), 6),
    "5,000 digits": (sending(OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n" + LIST), 0),
    "beside chunks": (
        sending(chunked(LIST).replace(OK, OK + b"Content-Length: 3\r\n")),
        0,
    ),
    "chunks of garbage": (sending(chunked(LIST, end=b"zz\r\n[]\r\n")), 6),
    "a negative chunk": (sending(chunked(LIST, end=b"-5\r\n[]\r\n0\r\n\r\n")), 6),
    "a huge chunk": (sending(chunked(LIST, end=b"f" * 40 + b"\r\n[]\r\n")), 6),
    "garbage behind the last chunk": (sending(chunked(LIST) + b"garbage"), 0),
    "garbage instead of trailers": (sending(chunked(LIST, end=b"0\r\n\x00\xff\r\n\r\n")), 0),
}

HEADS = {
    "100 headers": (headed(*[f"X-{n}: y" for n in range(98)]), 0),
    "500 headers": (headed(*[f"X-{n}: y" for n in range(500)]), 6),
    "cookies": (headed(*[f"Set-Cookie: a{n}=b; Domain=.example.com" for n in range(50)]), 0),
    "a header of 60 kB": (headed("X: " + "y" * 60_000), 0),
    "a header of 70 kB": (headed("X: " + "y" * 100_000), 6),
    "bytes in a header": (headed("X: \xff\x00\x1b[31m"), 0),
    "another charset is named": (headed("Content-Type: application/json; charset=utf-16"), 0),
    "no such charset": (headed("Content-Type: text/html; charset=nonsense"), 0),
    "no content": (headed(status="204 No Content", body=b""), 7),
    "a part": (headed("Content-Range: bytes 0-9/99", status="206 Partial Content"), 7),
    "a status of its own": (headed(status="799 Odd"), 7),
    "a status of four digits": (headed(status="2000 OK"), 6),
    "wants a password": (headed('WWW-Authenticate: Basic realm="x"', status="401 No"), 3),
    "wants a proxy's password": (headed(status="407 No"), 6),
    "early hints": (sending(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), 7),
    "a quota of 4,000 digits": (
        headed(status="466 X", body=b'{"invokeStatus":{"used":1,"total":%b}}' % (b"9" * 4_000)),
        5,
    ),
    "a quota of another shape": (headed(status="466 X", body=b'{"invokeStatus":[{"used":[]}]}'), 5),
    "wait for ever": (headed("Retry-After: 99999999999999999999", status="429 X"), 5),
    "wait until nonsense": (headed("Retry-After: Foo, 99 Bar 99999", status="429 X"), 5),
    "wait less than nothing": (headed("Retry-After: -1", status="429 X"), 5),
    **{
        f"{status} to {place or 'nowhere'}": (headed(f"Location: {place}", status=f"{status} X"), 7)
        for status in (300, 301, 302, 303, 304, 307, 308)
        for place in ("https://evil.example/", "file:///etc/passwd", "/", "")
    },
}

BODIES = {
    "empty": (b"", 7),
    "a BOM": (b"\xef\xbb\xbf" + LIST, 0),
    "two BOMs": (b"\xef\xbb\xbf\xef\xbb\xbf" + LIST, 7),
    "UTF-16": (LIST.decode().encode("utf-16"), 7),
    "UTF-32": (LIST.decode().encode("utf-32"), 7),
    "Latin-1": (named(b'"K\xf6ln"'), 7),
    "UTF-7": (named(b'"+AD0-1+-1"'), 0),
    "overlong": (named(b'"\xc0\xaf\xe0\x80\xaf"'), 7),
    "10 MB of one string": (named(b'"' + b"x" * 10_000_000 + b'"'), 7),
    "1 MB of one string": (named(b'"' + b"x" * 1_000_000 + b'"'), 0),
    "deep nesting": (b"[" * 500_000, 7),
    "deep nesting in a value": (named(b"[" * 500_000 + b"]" * 500_000), 7),
    "deep objects": (named(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), 7),
    "a number of 5,000 digits": (named(b"9" * 5_000), 0),
    "an id of 5,000 digits": (b'[{"id":' + b"9" * 5_000 + b"}]", 0),
    "a phone of 5,000 digits": (b'[{"chatId":"1","phoneNumber":' + b"9" * 5_000 + b"}]", 0),
    "a huge exponent": (named(b"1e999999999"), 0),
    "an exponent of 5,000 digits": (named(b"1e" + b"9" * 5_000), 0),
    "no number": (named(b"NaN"), 0),
    "the same key 100,000 times": (b"[{" + b'"id":"1",' * 100_000 + b'"name":"x"}]', 0),
    "100,000 keys": (b"[{" + b"".join(b'"%d":1,' % n for n in range(100_000)) + b'"id":"1"}]', 0),
    "half a surrogate": (named(b'"\\ud83d"'), 0),
    "nul": (named(b'"\\u0000\x00"'), 0),
    "more behind the list": (LIST + LIST, 7),
    "many types": (b"[" + b",".join(b'{"id":"%d","type":"%d"}' % (n, n) for n in range(1, 999)) + b"]", 7),
    "a web page": (b"<html>" + b"x" * 5_000_000, 7),
}  # fmt: skip


def packed(body: bytes, times: int = 1, coding: str = "gzip") -> Script:
    for _ in range(times):
        body = gzip.compress(body, 1 if len(body) > MIB else 9)
    return headed(f"Content-Encoding: {', '.join([coding] * times)}", body=body)


PACKED = {
    "gzip": (packed(LIST), 0),
    "gzip in gzip": (packed(LIST, 3), 0),
    "deflate": (headed("Content-Encoding: deflate", body=zlib.compress(LIST)), 0),
    "not gzip": (headed("Content-Encoding: gzip"), 7),
    "half of it": (headed("Content-Encoding: gzip", body=gzip.compress(LIST)[:-20]), 7),
    "garbage behind it": (headed("Content-Encoding: gzip", body=gzip.compress(LIST) + b"xx"), 0),
    "a coding nobody knows": (headed("Content-Encoding: x-none", body=b"\x00\x01"), 7),
    "a hundred codings": (packed(LIST, 1, ", ".join(["gzip"] * 100)), 7),
}

SHAPES = {
    f"{group}: {name}": (answering(made) if isinstance(made, bytes) else made, code)
    for group, cases in (
        ("connection", CONNECTIONS), ("length", LENGTHS), ("head", HEADS), ("body", BODIES), ("packed", PACKED),
    )
    for name, (made, code) in cases.items()
}  # fmt: skip


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a file in it, for an account at an address that comes later."""
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000001")
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", TOKEN)
    for name in ("CONNECT_SECONDS", "READ_SECONDS"):  # the budget alone ends it
        monkeypatch.setattr(http, name, 86_400)
    Path("contacts.csv").write_text("mine")
    return tmp_path


def exported(url: str, *words: str, budget: float, attempts: int = 1) -> Ran:
    """Export from an address; see to it that it ends, and keeps what it has to keep."""
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=attempts):
        patch.setenv("GREEN_API_URL", url)
        patch.setenv("GETCONTACTS_RETRY_SECONDS", str(budget))
        ran = getcontacts("export", "contacts.csv", "--overwrite", *words)
    assert (Path("contacts.csv").read_bytes() == b"mine") == (ran.code != 0)
    backup = {"contacts.csv.bak1"} if ran.code == 0 else set()  # of what stood there before
    left = {each.name for each in Path.cwd().iterdir()}
    assert left <= {"home", "contacts.csv", "trusted.pem"} | backup
    assert TOKEN not in ran.stderr + ran.out
    assert 20 < len(ran.stderr) < 400, ran.stderr
    return ran


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_is_answered_ends_in_its_exit_code(shape: str) -> None:
    script, code = SHAPES[shape]
    with FaultServer(script) as server:
        ran = exported(server.url, budget=SHORT if code == 6 else AMPLE)
    assert ran.code == code, ran.stderr
    assert all(head.startswith(b"GET /waInstance1101000001/") for head in server.heads)
    for promise in ("loss", "words"):
        tried(promise, 1)


@pytest.mark.parametrize(
    "address", ["http://localhost:{}/", "//localhost:{}/x", "http://[::1]:{}/"]
)
def test_no_redirect_takes_the_token_elsewhere(address: str) -> None:
    with FaultServer(answering(LIST)) as other:
        there = f"Location: {address.format(other.port)}waInstance1101000001/getContacts/{TOKEN}"
        with FaultServer(headed(there, status="308 Permanent Redirect")) as server:
            assert exported(server.url, budget=AMPLE).code == 7
        assert other.heads == []
    tried("token", 1)


def test_no_cookie_is_kept() -> None:
    first = headed("Set-Cookie: a=b; Path=/", "Set-Cookie: c=d", status="503 X")
    with FaultServer(first, answering(LIST)) as server:
        assert exported(server.url, budget=AMPLE, attempts=2).code == 0
    assert len(server.heads) == 2
    assert not [head for head in server.heads if b"cookie" in head.lower()]
    tried("token", 2)


@pytest.fixture
def swept() -> Iterator[None]:
    """Close what CPython's ssl leaves open where a connection breaks before the handshake."""
    yield
    gc.collect()


left_open_by_ssl = pytest.mark.filterwarnings(
    "ignore:unclosed .*SSLSocket:ResourceWarning",
    "ignore:Exception ignored in. .*SSLSocket:pytest.PytestUnraisableExceptionWarning",
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
CERTIFICATES = {  # by its name and the time in which it is valid
    "good": ("localhost", NOW - DAY, NOW + DAY, 0),
    "another name": ("evil.example", NOW - DAY, NOW + DAY, 6),
    "another address": ("127.0.0.2", NOW - DAY, NOW + DAY, 6),
    "expired": ("localhost", NOW - 9 * DAY, NOW - DAY, 6),
    "not valid yet": ("localhost", NOW + DAY, NOW + 9 * DAY, 6),
}


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(trust)
    return trust


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_a_certificate_is_believed_only_if_all_of_it_is_right(
    certificate: str, authority: trustme.CA
) -> None:
    name, begins, ends, code = CERTIFICATES[certificate]
    authority.cert_pem.write_to_path("trusted.pem")
    issued = authority.issue_cert(name, not_before=begins, not_after=ends)
    with FaultServer(answering(LIST), trust=serving(issued)) as server:
        ran = exported(server.url, "--ca-bundle", "trusted.pem", budget=AMPLE)
    assert ran.code == code, ran.stderr
    refused = "certificate was not accepted" in ran.stderr
    assert (len(server.heads) == 0) == refused == (code == 6)
    tried("token", 1)


@pytest.mark.parametrize("words", [[], ["--ca-bundle", "trusted.pem"]])
def test_a_certificate_that_vouches_for_itself_is_not_believed(
    words: list[str], authority: trustme.CA
) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    alone = trustme.CA()
    with Blob(alone.private_key_pem.bytes() + alone.cert_pem.bytes()).tempfile() as both:
        trust.load_cert_chain(both)
    authority.cert_pem.write_to_path("trusted.pem")
    with FaultServer(answering(LIST), trust=trust) as server:
        ran = exported(server.url, *words, budget=AMPLE)
    assert (ran.code, "certificate" in ran.stderr) == (6, True)
    assert server.heads == []
    tried("token", 1)


@left_open_by_ssl
@pytest.mark.usefixtures("swept")
@pytest.mark.parametrize(
    "script",
    [
        silent,
        sending(b""),
        resetting(),
        sending(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        sending(b"\x15\x03\x03\x00\x02\x02\x28"),  # an alert: the handshake failed
        sending(b"\x16\x03\x03\xff\xff" + b"x" * 100_000),
        endless(b"\x16\x03\x03\x00\x01x"),
        dripping(b"\x16\x03\x03\x00\x7a\x02"),
    ],
)
def test_a_handshake_that_comes_to_nothing_is_a_broken_connection(script: Script) -> None:
    with FaultServer(script, reading=False) as server:
        assert exported(server.url.replace("http:", "https:"), budget=SHORT).code == 6
    for promise in ("loss", "words"):
        tried(promise, 1)


PROXIES = {
    "wants a password": sending(b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n'),
    "refuses": sending(b"HTTP/1.1 403 No\r\n\r\n"),
    "fails": sending(b"HTTP/1.1 502 No\r\n\r\n"),
    "says yes and leaves": sending(b"HTTP/1.1 200 OK\r\n\r\n"),
    "says yes and no more": sending(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[]"),
    "sends us elsewhere": headed("Location: https://evil.example/", status="302 X"),
    "is silent": silent,
    "drips": dripping(b"A: b\r\n", at_once=OK),
    "floods": endless(b"A: b\r\n", at_once=OK),
    "hangs up": sending(b""),
    "resets": resetting(),
    "speaks nonsense": sending(b"\x00\x01\x02\r\n\r\n"),
}


@left_open_by_ssl
@pytest.mark.usefixtures("swept")
@pytest.mark.parametrize("does", PROXIES)
def test_whatever_a_proxy_does_it_is_told_neither_the_token_nor_the_file(
    does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(PROXIES[does]) as proxy:
        monkeypatch.setenv("https_proxy", f"http://me:proxy-password@localhost:{proxy.port}")
        ran = exported("https://1101.api.green-api.com", budget=SHORT)
    assert ran.code == 6, ran.stderr
    assert "proxy-password" not in ran.stderr
    assert proxy.heads
    assert TOKEN.encode() not in b"".join(proxy.heads)
    for promise in ("token", "loss", "words"):
        tried(promise, 1)


MEASURE = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
    "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
COMMAND = "from workbook.cli import main; main()"
SMALL, LARGE = 200, 700  # MiB

Made = dict[str, tuple[Callable[[], Any], int]]


def measured(script: Script, *words: str) -> tuple[int, float]:
    """Export in a process of its own; return its exit code and how many MiB it took.

    A small process starts it: what is measured of a child includes what its parent had.
    """
    with FaultServer(script) as server:
        mine = {"GREEN_API_URL": server.url, "GETCONTACTS_RETRY_SECONDS": "100"}
        ran = subprocess.run(
            [sys.executable, "-c", MEASURE, sys.executable, "-c", COMMAND, "export", *words],
            env=os.environ | mine,
            capture_output=True,
            text=True,
        )
    code, kib = ran.stdout.split()
    return int(code), int(kib) / 1024


def filled(row: bytes, mib: float) -> bytes:
    """Return a list of this row, each with a number of its own, of so many MiB."""
    count = int(mib * MIB) // len(row % 10_000_000 + b",")
    return b"[" + b",".join(row % number for number in range(10**7, 10**7 + count)) + b"]"


MODEST: Made = {
    "a bomb": (lambda: packed(b"[" + b" " * (300 * MIB), 2), 7),
    "blanks without end": (lambda: endless(b" ", at_once=OK + b"\r\n["), 7),
    "a string without end": (lambda: endless(b"x", at_once=OK + b'\r\n[{"id":"'), 7),
    "brackets without end": (lambda: endless(b"[", at_once=OK + b"\r\n"), 7),
    "empty rows without end": (lambda: endless(b"{},", at_once=OK + b"\r\n["), 7),
    "empty lists in a row without end": (lambda: endless(b"[],", at_once=OK + b'\r\n[{"x":['), 7),
    "the same row without end": (lambda: endless(b'{"id":"1"},', at_once=OK + b"\r\n["), 7),
    "3 MiB in each of 20 rows": (
        lambda: answering(b"[" + b",".join([named(b'"%b"' % (b"},{" * MIB))[1:-1]] * 20) + b"]"),
        0,
    ),
    "half surrogates before 3 MiB of lists": (
        lambda: answering(named(b'"\\ud83d","x":[' + b"[]," * MIB + b"1]")),
        0,
    ),
    "100,000 contacts": (lambda: answering(crowd(100_000)), 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", MODEST)
def test_memory_stays_small_whatever_comes(shape: str) -> None:
    make, code = MODEST[shape]
    ended, mib = measured(make(), "new.xlsx")
    assert ended == code
    assert mib < SMALL, mib
    tried("words", 1)


HUGE: Made = {
    "ordinary contacts": (lambda: crowd(2_300_000)[: 192 * MIB - 3].rpartition(b"},")[0] + b"}]", 0),
    "the shortest rows there may be": (lambda: filled(b'{"id":"%d"}', 53), 0),
    "more rows than there may be": (lambda: filled(b'{"id":"%d"}', 70), 7),
    "names full of what ends a row": (
        lambda: filled(b'{"id":"%d","name":"' + b"},{" * 3_000 + b'"}', 191),
        0,
    ),
    "bytes that are no UTF-8": (lambda: filled(b'{"id":"%d","name":"\xe9' + b"x" * 40 + b'"}', 191), 7),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("shape", HUGE)
def test_memory_stays_within_bounds_at_the_largest_answer_there_may_be(shape: str) -> None:
    make, code = HUGE[shape]
    ended, mib = measured(answering(make()), "new.xlsx")
    assert ended == code
    assert mib < LARGE
    tried("words", 1)


def renamed(contacts: bytes) -> tuple[int, float]:
    """Export a list, then the same one with other names for all; measure the second time."""
    assert measured(answering(contacts), "new.csv")[0] == 0
    return measured(answering(contacts.replace(b'"name":"', b'"name":"x')), "new.csv")


@pytest.mark.slow
@pytest.mark.parametrize(("people", "most"), [(100_000, SMALL), (300_000, 300)])
def test_memory_stays_small_when_everybody_gets_another_name(people: int, most: int) -> None:
    ended, mib = renamed(crowd(people))
    assert ended == 0
    assert mib < most, mib
    tried("words", 1)


@pytest.mark.long
def test_memory_stays_within_bounds_when_all_of_the_largest_answer_get_other_names() -> None:
    people = crowd(2_300_000)[: 189 * MIB].rpartition(b"},")[0] + b"}]"  # and a letter for each
    ended, mib = renamed(people)
    assert ended == 0
    assert mib < LARGE, mib
    tried("words", 1)
