"""Any bytes are contacts or one of our errors, any contacts are a sound file, any text a sentence.

OWASP ASVS 5.0 1.5 (parsers), 2.2 (input), 16.5 (errors without traces); CWE-20, CWE-209, CWE-248.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cli.command import Ran, getcontacts
from tests.export.xlsx_files import SHOP, sheet_of, texts, written
from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.proof.report import tried
from tests.proof.torture import how_much
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.cli import COMMANDS
from workbook.contacts import times
from workbook.contacts.columns import COLUMNS, PRESETS, build
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.summary import summarize
from workbook.errors import ContactsError
from workbook.export import csv, vcard
from workbook.export import json as json_format
from workbook.green_api import other_methods, protocol
from workbook.green_api.contacts_stream import ContactsReader
from workbook.green_api.http import Exchange

TOKENS = (
    "[", "]", "{", "}", ",", ":", '"', "\\", "\\u", "\\ud83d", '"id"', '"chatId"', '"name"', '"1@c.us"', '"type"',
    '"phoneNumber"', "null", "true", "1", "-0", "1e9", "9" * 400, "},{", '{"id":"1@c.us"}', " ", "\n", "\x00", "\xe9",
    "\ufeff", "\ud800", '"status"', '"reason"', "instance is starting or not authorized", "<html>", "NaN",
)  # fmt: skip
BODIES = st.binary(max_size=300) | st.lists(st.sampled_from(TOKENS), max_size=40).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)
ANY = st.text(st.characters(codec=None), max_size=40)
WRITABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CONTACTS = st.lists(
    st.builds(Contact, WRITABLE, WRITABLE, WRITABLE, st.sampled_from(["user", "group", "", "x"])),
    max_size=60,
)
FEW = settings(max_examples=4, suppress_health_check=list(HealthCheck))
# as many examples as the profile has: 50 by default, more with --hypothesis-profile=thorough
EACH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=2 * EACH.max_examples)


def ours(do: Callable[[], object]) -> object | None:
    """Return what comes of it, nothing where one of our errors says a sentence."""
    try:
        return do()
    except ContactsError as told:
        said = str(told)
    assert 20 < len(said) < 500
    return None


@MANY
@given(BODIES, st.integers(1, 80), st.integers(1, 80))
@example(b"\xff", 1, 1)
def test_any_bytes_are_contacts_or_one_of_our_errors(body: bytes, chunk: int, piece: int) -> None:
    def read() -> object:
        taken = ContactsReader(limit_mib=1, _enough=piece)
        for start in range(0, len(body), chunk):
            taken.feed(body[start : start + chunk])
        return list(taken.finish().contacts)

    contacts = ours(read)
    assert contacts is None or isinstance(contacts, list)
    tried("loss", 1)


@EACH
@given(BODIES, st.sampled_from([200, 400, 401, 403, 429, 466, 469, 500, 999]), ANY)
def test_any_other_answer_is_understood_or_one_of_our_errors(
    body: bytes, status: int, header: str
) -> None:
    said = protocol.error_for(status, {"Retry-After": header, "Date": header}, body)
    assert 20 < len(str(said)) < 500
    ours(lambda: protocol.state_from(body))
    for shape in (other_methods.InstanceSettings, other_methods.GroupData, other_methods.Checked):
        ours(lambda shape=shape: other_methods.decode(body, shape))  # type: ignore[misc]  # bound at once
    tried("words", 1)


@EACH
@given(CONTACTS, st.permutations(list(COLUMNS)), st.integers(1, len(COLUMNS)))
def test_any_contacts_come_back_from_a_workbook(
    contacts: list[Contact], order: list[str], count: int
) -> None:
    header = order[:count]
    dated = [title in times.TITLES for title in header]
    made = [
        tuple(
            str(times.parsed(text) or text) if date else text
            for date, text in zip(dated, row, strict=True)
        )
        for row in build(contacts, SHOP, header).rows
    ]
    content = written(build(contacts, SHOP, header), summary=summarize(contacts, SHOP))
    assert texts(sheet_of(content)) == made
    tried("text", len(contacts))


@EACH
@given(CONTACTS)
def test_any_contacts_go_into_every_other_format(contacts: list[Contact]) -> None:
    packed = ContactList.pack(contacts)
    rows = [tuple(row) for row in build(packed, SHOP).rows]
    out = BytesIO()
    json_format.write(build(packed, SHOP), out)
    assert [tuple(row.values()) for row in json.loads(out.getvalue())] == rows
    csv.write(build(packed, SHOP), BytesIO())
    vcard.write(packed, BytesIO())
    tried("text", len(contacts))


def full(contacts: list[Contact]) -> bytes:
    table = build(contacts, SHOP, PRESETS["full"])
    return written(table, summary=summarize(contacts, SHOP))


@needs_validator
@FEW
@given(CONTACTS)
def test_microsofts_validator_accepts_any_contacts(
    tmp_path_factory: pytest.TempPathFactory, contacts: list[Contact]
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    path.write_bytes(full(contacts))
    assert problems(path) == []
    tried("text", len(contacts))


@needs_libreoffice
@FEW
@given(CONTACTS)
def test_libreoffice_opens_any_contacts(
    tmp_path_factory: pytest.TempPathFactory, contacts: list[Contact]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "any.xlsx").write_bytes(full(contacts))
    sheet = openpyxl.load_workbook(convert(folder / "any.xlsx", "xlsx", folder / "x")).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert not [cell for cell in cells if cell.data_type in "fe"]
    filled = [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)]
    assert len(filled) == len(contacts), "the country, the account and the time are in every row"
    tried("text", len(contacts))


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of this test's own, without any network but the loopback."""
    monkeypatch.chdir(tmp_path)
    finding = socket.getaddrinfo

    def found(host: str | bytes | None, *more: object, **named: object) -> object:
        if host not in ("localhost", "127.0.0.1"):
            raise socket.gaierror(socket.EAI_NONAME, "no network in this test")
        return finding(host, *more, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(socket, "getaddrinfo", found)


def a_sentence(ran: Ran) -> None:
    """See to it that a run ended in a sentence and an exit code that is no bug."""
    assert ran.code in (0, 2, 3, 4, 6, 8, 9), ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.out or 10 < len(ran.stderr) < 1_000, ran.stderr
    for promise in ("words", "loss"):
        tried(promise, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from([*Settings.__struct_fields__, "more"]), JSON, max_size=4)
KEPT = st.dictionaries(ANY, st.fixed_dictionaries({"api_url": ANY, "id_instance": ANY}), max_size=3)


def encodable(value: object) -> bytes:
    return json.dumps(value).encode()


@EACH
@given(
    st.binary(max_size=60)
    | FIELDS.map(encodable)
    | KEPT.map(lambda kept: encodable({"accounts": kept, "default": next(iter(kept), "")}))
)
def test_any_settings_file_ends_in_a_sentence(home: Path, content: bytes) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.json").write_bytes(content)
    for words in (["accounts"], ["export", "--offline"], ["logout", "x"], ["changes"]):
        a_sentence(getcontacts(*words))


TYPED = ANY.map(lambda text: text.replace("/", "_").replace("\x00", "_")).filter(
    lambda text: text not in (".", "..", "")
)


@EACH
@given(
    st.sampled_from(["GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE",
                     "GETCONTACTS_HOME", "GETCONTACTS_RETRY_SECONDS", "https_proxy", "HTTPS_PROXY", "no_proxy",
                     "SOURCE_DATE_EPOCH", "TERM", "COLUMNS", "LANG", "NETRC", "PYTHON_KEYRING_BACKEND"]),
    TYPED | TYPED.map(lambda text: f"http://{text}") | TYPED.map(lambda text: f"https://1101.api.green-api.com{text}"),
)  # fmt: skip
def test_any_environment_ends_in_a_sentence(name: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GREEN_API_ID_INSTANCE", "1101000001")
        patch.setenv("GREEN_API_TOKEN_INSTANCE", "0" * 50)
        patch.setenv("GETCONTACTS_RETRY_SECONDS", "0.5")
        with suppress(UnicodeEncodeError, ValueError):  # what no system lets into an environment
            patch.setenv(name, text)
        for words in (["export"], ["export", "--offline"], ["accounts"], ["status"]):
            a_sentence(getcontacts(*words))


OPTIONS = (
    "--account", "--format", "--type", "--count", "--columns", "--sort", "--since", "--limit", "--same", "--missing",
    "--ca-bundle", "--xlsx", "--groups", "--update", "--json", "--offline", "--overwrite", "-q", "-v", "--", "-", "--help",
)  # fmt: skip
QUIET_COMMANDS = sorted({*COMMANDS} - {"simulate", "demo", "login", "purge"})


@EACH
@given(
    st.sampled_from([*QUIET_COMMANDS, "login", "", "-v"]),
    st.lists(st.sampled_from(OPTIONS) | TYPED, max_size=5),
    ANY,
)
def test_any_arguments_end_in_a_sentence(command: str, words: list[str], typed: str) -> None:
    a_sentence(getcontacts(command, *words, stdin=typed))


@EACH
@given(ANY, ANY, ANY, st.sampled_from(["", "https://localhost:1/", "http://127.0.0.1:1"]))
def test_any_login_ends_in_a_sentence(alias: str, one: str, other: str, start: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GETCONTACTS_RETRY_SECONDS", "0.5")
        a_sentence(getcontacts("login", "--stdin", stdin=f"{start}{one}\n1101000001\n{other}\n"))
        a_sentence(getcontacts("login", f"a{alias}", "--stdin", stdin=f"{start}\n{one}\n{other}"))


@MANY
@given(
    ANY
    | st.lists(
        st.sampled_from(["https://", "http:", "green-api.com", "localhost", "@", "\\", "/", "#", "?", ":",
                         "..", "%2e", "[", "::1", "]", "evil.example", "\t", " ", "。", "v3", "0", "443"]),
        max_size=8,
    ).map("".join)
)  # fmt: skip
def test_no_address_leads_the_token_astray(address: str) -> None:
    exchange = ours(lambda: Exchange(Account("x", address, "1101000001", "t"), []))
    if isinstance(exchange, Exchange):
        host = exchange._base.partition("://")[2].partition("/")[0]
        name = host.rpartition(":")[0] if host[-1:].isdigit() and ":" in host else host
        good = ("green-api.com", "greenapi.com", "localhost", "127.0.0.1", "[::1]")
        assert any(name == known or name.endswith(f".{known}") for known in good)
        exchange.close()
    tried("token", 1)


FUZZING = [sys.executable, "-m", "tests.proof.fuzz_decoder"]


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this machine")
@how_much("runs", 20_000, 1_000_000)
def test_libfuzzer_finds_nothing_in_the_decoder(runs: int, tmp_path: Path) -> None:
    fuzzed = subprocess.run(
        [*FUZZING, f"-runs={runs}", "-max_len=4096", str(tmp_path)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
    )
    assert fuzzed.returncode == 0, fuzzed.stderr[-2_000:]
    assert int(fuzzed.stderr.rpartition("Done ")[2].partition(" runs")[0]) >= runs
    tried("loss", runs)
