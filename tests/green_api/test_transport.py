"""One request and its answer over real sockets: whom it trusts, where it goes, when it ends."""

from __future__ import annotations

import gzip
import logging
import re
import socket
import ssl
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.green_api.fault_server import FaultServer, Script, answering, dripping, sending, silent
from workbook.accounts.accounts import Account
from workbook.errors import AddressRefused, AnswerTooLarge, ContactsError, WrongUsage
from workbook.green_api import transport
from workbook.green_api.contacts_stream import ContactsReader
from workbook.green_api.http import Exchange, SmallBody
from workbook.simulator.simulator import Simulator

TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558"
OK = b"HTTP/1.1 200 OK\r\n"
LIST = b'[{"id":"4915100000001@c.us"}]'
FOR_EVER = 86_400.0  # seconds; a test that waits so long is ended from outside


def account(url: str) -> Account:
    return Account("shop", url, "1101000001", TOKEN)


def call(url: str, seconds: float = 5.0, bundle: Path | None = None) -> str:
    """Call a method once; return the body, or the sentence of what went wrong."""
    exchange, small = Exchange(account(url), [], bundle), SmallBody(bytes)
    try:
        failure = exchange.call("getContacts", small, time.monotonic() + seconds)
    finally:
        exchange.close()
    return str(failure) if failure else small.body.decode()


def told(*scripts: Script, seconds: float = 5.0) -> str:
    with FaultServer(*scripts) as server:
        return call(server.url, seconds)


def given_up(script: Script, seconds: float = 0.3) -> str:
    """Return what is told of a script that never ends, where nothing but the deadline ends it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbook.green_api.http.READ_SECONDS", FOR_EVER)
        return told(script, seconds=seconds)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secured(authority: trustme.CA) -> Callable[..., FaultServer]:
    """Return a maker of TLS servers whose certificate is for a name of choice."""

    def make(*scripts: Script, name: str = "localhost") -> FaultServer:
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(trust)
        return FaultServer(*scripts, trust=trust)

    return make


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def test_the_documented_request_is_sent_and_nothing_else() -> None:
    with FaultServer(answering(LIST)) as server:
        assert call(server.url + "/v3/") == LIST.decode()
    line, *headers = server.heads[0].decode().split("\r\n")
    assert line == f"GET /v3/waInstance1101000001/getContacts/{TOKEN} HTTP/1.1"
    names = {header.partition(":")[0].lower() for header in headers if header}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_one_connection_serves_several_calls() -> None:
    with Simulator(rate=0) as sim:
        exchange = Exchange(Account("demo", sim.api_url, sim.id_instance, sim.token), [])
        bodies = [SmallBody(bytes), SmallBody(bytes)]
        for small in bodies:
            assert exchange.call("getStateInstance", small, time.monotonic() + 5) is None
        assert [small.body for small in bodies] == [b'{"stateInstance":"authorized"}'] * 2
        assert exchange.calls == 2
        exchange.close()


def test_an_address_that_is_not_theirs_is_refused_before_any_call() -> None:
    with pytest.raises(AddressRefused):
        Exchange(account("https://example.com"), [])
    exchange = Exchange(account("https://gateway.example.com"), ["gateway.example.com"])
    assert exchange.host == "gateway.example.com"
    exchange.close()


def test_a_certificate_of_an_unknown_authority_is_refused(
    secured: Callable[..., FaultServer],
) -> None:
    with secured(answering(LIST)) as server:
        said = call(server.url)
    assert "its certificate was not accepted" in said
    assert "--ca-bundle" in said
    assert server.heads == []


def test_the_bundle_that_is_named_is_trusted(
    secured: Callable[..., FaultServer], bundle: Path
) -> None:
    with secured(answering(LIST)) as server:
        assert call(server.url, bundle=bundle) == LIST.decode()


def test_certificates_are_read_once_and_again_when_their_file_has_changed(
    secured: Callable[..., FaultServer], bundle: Path, authority: trustme.CA
) -> None:
    contexts = [transport.session_for("https://localhost", bundle)[1].trust for _ in range(2)]
    assert contexts[0] is contexts[1]
    trustme.CA().cert_pem.write_to_path(str(bundle))
    with secured(answering(LIST)) as server:
        assert "its certificate was not accepted" in call(server.url, bundle=bundle)


def not_critical() -> tuple[bytes, bytes]:
    """Return key and certificate of an authority as many companies have: no part is critical."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Company")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False)
    known = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = made.add_extension(known, critical=False)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return (
        key.private_bytes(serialization.Encoding.PEM, *form),
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
    )


def test_a_companys_authority_that_is_not_marked_critical_is_accepted(bundle: Path) -> None:
    key, certificate = not_critical()
    bundle.write_bytes(certificate)
    company, trust = trustme.CA.from_pem(certificate, key), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    company.issue_cert("localhost").configure_cert(trust)
    with FaultServer(answering(LIST), trust=trust) as server:
        assert call(server.url, bundle=bundle) == LIST.decode()
        strict = transport.session_for(server.url, bundle)[1].trust
        assert strict is not None
        strict.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 has it by default
        assert "its certificate was not accepted" in call(server.url, bundle=bundle)


def test_a_certificate_for_another_name_is_refused(
    secured: Callable[..., FaultServer], bundle: Path
) -> None:
    with secured(answering(LIST), name="other.example.com") as server:
        assert "its certificate was not accepted" in call(server.url, bundle=bundle)
    assert server.heads == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's store is no file")
def test_the_machines_own_store_is_trusted(
    secured: Callable[..., FaultServer], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with secured(answering(LIST)) as server:
        assert call(server.url) == LIST.decode()


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_bundle_of_the_environment_is_trusted(
    secured: Callable[..., FaultServer], bundle: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(bundle))
    with secured(answering(LIST)) as server:
        said = call(server.url)
    assert "its certificate was not accepted" in said
    assert name in said
    assert "give that file with --ca-bundle" in said


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff"])
def test_a_bundle_that_cannot_be_read_is_told_before_any_call(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "company.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(WrongUsage, match=r"company\.pem is no readable file of certificates"):
        Exchange(account("https://api.green-api.com"), [], file)


def test_a_server_without_tls_is_no_matter_of_certificates(bundle: Path) -> None:
    with FaultServer(sending(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reading=False) as server:
        said = call(server.url.replace("http:", "https:"), bundle=bundle)
    assert "the connection broke" in said


def test_no_password_is_taken_from_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("default login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(file))
    with FaultServer(answering(LIST)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        call("https://1101.api.green-api.com")
        call(proxy.url)
    assert len(proxy.heads) == 2
    assert not [head for head in proxy.heads if b"authorization" in head.lower()]


@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "all_proxy"])
def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with FaultServer(answering(b"of the proxy")) as proxy, FaultServer(answering(LIST)) as server:
        monkeypatch.setenv(name, proxy.url)
        for host in ("localhost", "127.0.0.1"):
            assert call(server.url.replace("localhost", host)) == LIST.decode()
        assert proxy.heads == []


def test_elsewhere_the_systems_proxy_is_used_and_sees_no_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusing = sending(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
    with FaultServer(refusing) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        said = call("https://1101.api.green-api.com")
    assert "the proxy refused" in said
    assert proxy.heads[0].startswith(b"CONNECT 1101.api.green-api.com:443 ")
    assert TOKEN.encode() not in b"".join(proxy.heads)


@pytest.mark.parametrize(
    "proxy",
    [
        *(
            "socks5://127.0.0.1:9",
            "http://",
            "gopher://x",
            "http://[",
            "0@",
            "me:secret@",
            "http://:80",
        ),
        "http://127.0.0.1:9",
    ],
)
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    said = call("https://1101.api.green-api.com")
    assert "the proxy did not work; check its address" in said


def test_a_proxy_that_does_not_speak_tls_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer(sending(b"HTTP/1.1 400 Bad\r\n\r\n"), reading=False) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http:", "https:"))
        assert "the proxy did not work" in call("https://1101.api.green-api.com")


def test_the_proxy_on_the_way_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    assert transport.proxy_for("https://1101.api.green-api.com") == "proxy.example:3128"
    assert transport.proxy_for("http://127.0.0.1:8080") == ""


@pytest.mark.parametrize("said", [b"", b"junk\r\n\r\n"])
def test_one_that_says_nothing_or_nonsense_is_named_as_perhaps_the_cause(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    with FaultServer(sending(said)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        assert "broke on its way through a proxy" in call("https://1101.api.green-api.com")


def test_a_redirect_is_not_followed() -> None:
    with Simulator(rate=0) as other:
        elsewhere = f"Location: {other.api_url}/waInstance1101000001/getContacts/{TOKEN}"
        with FaultServer(answering(b"", elsewhere, status="302 Found")) as server:
            assert "it redirects to another address" in call(server.url)
        assert (len(server.heads), other.calls) == (1, [])


def test_a_redirect_to_the_same_host_is_not_followed_either() -> None:
    there = answering(b"", "Location: /elsewhere", status="307 Temporary Redirect")
    with FaultServer(there) as server:
        assert "it redirects to another address" in call(server.url)
    assert len(server.heads) == 1


def test_a_closed_port_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert "no connection" in call(f"http://127.0.0.1:{port}")


def test_a_name_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "its name was not found" in call("https://1101.api.green-api.com")


@pytest.mark.parametrize(
    "script",
    [
        sending(b""),
        sending(b"\x00\x01\x02"),
        sending(b"HTTP/1.1 two hundred\r\n\r\n"),
        sending(b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000),
        sending(OK + b"A: b\r\n" * 500 + b"\r\n"),
        sending(OK + b"Content-Length: 5, 6\r\n\r\nhello"),
        sending(OK + b"Content-Length: 99\r\n\r\n[]"),
        sending(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[{"),
        sending(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n"),
    ],
)
def test_a_broken_answer_is_a_broken_connection(script: Script) -> None:
    assert "the connection broke" in told(script)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, deflate"])
def test_an_answer_that_cannot_be_unpacked_makes_no_sense(coding: str) -> None:
    said = told(answering(b"no such thing", f"Content-Encoding: {coding}"))
    assert "it is compressed in a way that cannot be read" in said


def test_a_packed_answer_is_unpacked() -> None:
    script = answering(gzip.compress(LIST), "Content-Encoding: gzip")
    assert told(script) == LIST.decode()


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_bomb_is_refused_before_it_fills_the_memory(times: int) -> None:
    bomb = b"[" + b" " * (60 * 1024 * 1024)
    for _ in range(times):
        bomb = gzip.compress(bomb, 1 if len(bomb) > 10_000_000 else 9)
    coding = f"Content-Encoding: {', '.join(['gzip'] * times)}"
    with FaultServer(answering(bomb, coding)) as server:
        exchange, reader = Exchange(account(server.url), []), ContactsReader(limit_mib=1)
        del bomb
        tracemalloc.start()
        failure = exchange.call("getContacts", reader, time.monotonic() + FOR_EVER)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        exchange.close()
    assert isinstance(failure, AnswerTooLarge)
    assert peak < 30 * 1024 * 1024


HEADS = ("HTTP/1.1 200 OK\r\n", "HTTP/1.0 200\r\n", "HTTP/1.1 400 X\r\n", "HTTP/1.1 466 X\r\n", "")
PARTS = (
    "Content-Length: 5\r\n", "Content-Length: -5\r\n", "Content-Length: 5, 6\r\n", "Retry-After: 9\r\n",
    "Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n", "Content-Encoding: deflate, gzip\r\n",
    "Connection: keep-alive\r\n", "Set-Cookie: a=b; Domain=.x\r\n", "Location: /\r\n", "HTTP/1.1 100\r\n",
    "\r\n", ": ", "5\r\n", "-5\r\n", "zz\r\n", "0\r\n\r\n", "[", "]", '{"id":"1"}', "\xff", "\x00", "\x1f\x8b\x08",
)  # fmt: skip


@given(st.sampled_from(HEADS), st.lists(st.sampled_from(PARTS), max_size=12))
def test_whatever_a_server_says_is_an_answer_or_one_of_our_errors(
    head: str, parts: list[str]
) -> None:
    with FaultServer(sending((head + "".join(parts)).encode("latin-1"))) as server:
        exchange = Exchange(account(server.url), [])
        failure = exchange.call("getContacts", SmallBody(bytes), time.monotonic() + 5)
        exchange.close()
    assert failure is None or failure.exit_code in {4, 5, 6, 7}


ENDLESS = {
    "silence": silent,
    "head": dripping(b"A: b\r\n", at_once=OK),
    "first line": dripping(b" ", at_once=b"HTTP/1.1 200 "),
    "body with a length": dripping(b" ", at_once=OK + b"Content-Length: 999999\r\n\r\n["),
    "body without a length": dripping(b" ", at_once=OK + b"Connection: close\r\n\r\n["),
    "body in chunks": dripping(
        b"1\r\n \r\n", at_once=OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"
    ),
    "packed body": dripping(
        b"x",  # of a file name in gzip's own header
        at_once=OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6),
    ),
    "400": dripping(b" ", at_once=b"HTTP/1.1 400 Bad\r\nContent-Length: 999999\r\n\r\n{"),
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_whatever_drips_or_hangs_ends_in_time(script: Script) -> None:
    assert "did not answer in time" in given_up(script)


def test_a_handshake_that_hangs_ends_in_time() -> None:
    with FaultServer(silent_for_good, reading=False) as server:
        said = call(server.url.replace("http:", "https:"), seconds=0.3)
    assert "did not answer in time" in said


def silent_for_good(connection: socket.socket) -> None:
    while connection.recv(1_000):
        pass


def test_a_connection_that_came_too_late_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    connecting = socket.getaddrinfo

    def slow(*args: object, **more: object) -> object:
        time.sleep(0.4)
        return connecting(*args, **more)  # type: ignore[arg-type] # passed on as they came

    with FaultServer(ENDLESS["body with a length"]) as server:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        assert "did not answer in time" in call(server.url, seconds=0.2)


def test_connecting_and_reading_have_patience_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workbook.green_api.http.READ_SECONDS", 0.2)
    for script in (silent, stalling):
        assert "did not answer in time" in told(script, seconds=FOR_EVER)


def stalling(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 999999\r\n\r\n[")
    connection.recv(1)


@pytest.mark.parametrize("status", [401, 403, 404, 503])
@pytest.mark.parametrize("ending", ["cut", "endless", "huge"])
def test_the_status_counts_whatever_its_body_does(status: int, ending: str) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: 9999999\r\n\r\n".encode()
    script = {
        "cut": sending(head + b"{"),
        "endless": dripping(b" ", at_once=head),
        "huge": sending(head + b" " * 9_999_999),
    }[ending]
    assert str(status) in told(script, seconds=FOR_EVER)


def test_a_quota_is_a_quota_whatever_its_body_does() -> None:
    head = b"HTTP/1.1 466 X\r\nContent-Length: 9999999\r\n\r\n"
    assert "quota" in given_up(dripping(b" ", at_once=head), seconds=2)
    assert "quota" in told(sending(head + b"{"))


def test_an_answer_that_should_be_small_is_not_read_to_its_end() -> None:
    assert "far longer than it should be" in told(answering(b" " * 3_000_000))


@pytest.fixture
def listening(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Hear everything any library logs, as a caller who has set all of them to DEBUG."""
    with caplog.at_level(logging.DEBUG):
        for name in ("urllib3", "urllib3.connectionpool", "urllib3.util.retry", "requests"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield caplog
        for name in ("urllib3", "urllib3.connectionpool", "urllib3.util.retry", "requests"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def test_the_log_tells_method_status_seconds_and_size(
    listening: pytest.LogCaptureFixture,
) -> None:
    told(answering(LIST))
    told(answering(b"secret", status="401 Unauthorized"))
    told(sending(b""))
    lines = [record.getMessage() for record in listening.records if "workbook" in record.name]
    assert re.fullmatch(r"getContacts: 200, \d+\.\d\d s, 29 bytes", lines[0])
    assert lines[1].startswith("getContacts: 401, ")
    assert lines[2].startswith("getContacts: no answer, ")
    assert "secret" not in listening.text


def test_nothing_of_an_error_leads_to_the_url() -> None:
    body = f'{{"path":"/waInstance1/getContacts/{TOKEN}"}}'.encode()
    scripts = [answering(body, status="400 X"), answering(body), sending(b""), sending(OK)]
    with FaultServer(*scripts) as server:
        for _ in scripts:
            exchange = Exchange(account(server.url), [])
            failure = exchange.call("getContacts", ContactsReader(), time.monotonic() + 5)
            exchange.close()
            assert failure is None or bare(failure)


def bare(error: ContactsError) -> bool:
    return (error.__cause__, error.__context__, error.__traceback__) == (None, None, None)
