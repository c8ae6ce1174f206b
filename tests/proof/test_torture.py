"""Nothing is lost and nothing is told, whichever call fails: every one of a run is made to.

The slow run has each call fail once, with one of its errors; the long run has all of them.
"""

from __future__ import annotations

import copy
import io
import logging
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stamina

from addin.excel import ribbon, workbook_memory
from addin.shared import formula_lists
from tests.accounts import keyrings
from tests.cli.command import Ran, getcontacts, use
from tests.hosts.excel_data import SheetData
from tests.hosts.excel_engine import running
from tests.hosts.excel_side import GETCONTACT, GETCONTACTS, GETCONTACTSINFO, may_see, restart
from tests.hosts.excel_tables import contents, lay
from tests.ooxml.update_files import book as book_of
from tests.ooxml.update_files import read
from tests.proof.report import tried
from tests.proof.torture import ExcelCalls, Failure, Torture, how_much, suffer
from workbook.accounts import accounts, settings, system_keyring
from workbook.contacts.columns import BASIC
from workbook.contacts.contact import Contact, ContactList
from workbook.files.atomic import SUFFIX
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator
from workbook.store import database, snapshots
from workbook.store.snapshots import Snapshot
from workbook.sync import latest
from workbook.sync.recording import record

ANNA, BEN = person("4915100000001@c.us", "Anna"), person("4915100000002@c.us", "Ben")
NEW = person("4915100000003@c.us", "Newcomer")
CODES = {0, 2, 3, 4, 5, 6, 7, 8, 9}  # the README's, without "a bug" and "stopped"
NO_CLEANING = ("unlink", "list", "lock")  # where these fail, what is left waits for the next run

# 13 shares no factor with any number of errors, so that all of them have their turn
every_call = how_much("every", 1, None)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of files, with a kept list below `home`."""
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Answer at once, and let nobody wait between attempts."""
    monkeypatch.setattr(system_keyring, "PATIENCE", 1.0)
    for room, name in ((database, "BUSY_SECONDS"), (settings, "PATIENCE")):
        monkeypatch.setattr(room, name, 0.3)
    with (
        Simulator(contacts=[ANNA, BEN], rate=0) as service,
        stamina.set_testing(True, attempts=100, cap=True),
    ):
        use(service, monkeypatch, 5)
        yield service


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log at DEBUG whatever any library has to say."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(handler)
    root.setLevel(before)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A folder as it was before a run, to be put back."""

    folder: Path
    kept: Path

    @classmethod
    def of(cls, folder: Path) -> Baseline:
        """Keep a copy of the folder."""
        kept = folder.with_name(f"{folder.name}-before")
        shutil.copytree(folder, kept)
        return cls(folder, kept)

    def restore(self) -> None:
        """Put everything back, in the same folders: the working directory is one of them."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_sound(home: Path) -> None:
    """Let SQLite look at its own file."""
    with closing(sqlite3.connect(home / database.NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def kept_names(instance: str) -> set[str]:
    kept = snapshots.last_good(instance)
    return {contact.name for contact in kept.contacts} if kept else set()


def holds(book: Path, name: str) -> bool:
    with zipfile.ZipFile(book) as parts:
        assert parts.testzip() is None
        return any(name.encode() in parts.read(part) for part in parts.namelist())


def assert_untold(secret: str, ran: Ran, log: io.StringIO, *folders: Path) -> None:
    assert "Traceback" not in ran.stderr
    for said in (ran.out, ran.stderr, log.getvalue()):
        assert secret not in said
    log.seek(0)
    log.truncate()
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        assert secret.encode() not in file.read_bytes(), file.name


def tell(what: str, cases: int) -> None:
    """Print and note how many failures were tried."""
    print(f"{what}: {cases} failures tried")
    for promise in ("loss", "words", "token"):
        tried(promise, cases)


@every_call
def test_an_export_leaves_the_old_file_or_the_new_one(
    every: int | None, place: Path, home: Path, service: Simulator, log: io.StringIO
) -> None:
    book = place / "contacts.xlsx"
    assert getcontacts("export").code == 0
    service.contacts = [ANNA, BEN, NEW]
    old, before = book.read_bytes(), Baseline.of(place.parent)

    def check(failure: Failure, ran: Ran) -> None:
        assert ran.code in CODES, ran.stderr
        assert (book.read_bytes() == old) == (ran.code != 0), ran.stderr
        assert ran.code or holds(book, "Newcomer")
        assert_sound(home)
        assert kept_names(service.id_instance) >= {"Anna", "Ben"}
        assert_untold(service.token, ran, log, place, home)
        assert failure.kind in NO_CLEANING or names(place) == ["contacts.xlsx"]
        again = getcontacts("export", "-q")
        assert (again.code, again.stderr, names(place)) == (0, "", ["contacts.xlsx"])
        assert holds(book, "Newcomer")

    cases = suffer(place.parent, lambda _: getcontacts("export"), check, before.restore, every)
    tell("an export", cases)


@every_call
def test_an_update_leaves_the_notes_with_their_people(
    every: int | None, place: Path, home: Path, service: Simulator, log: io.StringIO
) -> None:
    book = place / "book.xlsx"
    book.write_bytes(
        book_of(
            [
                (ANNA["id"], "Anna", "", "user", "likes tea"),
                (BEN["id"], "Ben", "", "user", "owes 5"),
            ]
        )
    )
    service.contacts = [BEN, NEW, {**ANNA, "name": "Anna Berg"}]
    latest.latest(accounts.find())
    old, before = book.read_bytes(), Baseline.of(place.parent)
    notes = {ANNA["id"]: "likes tea", BEN["id"]: "owes 5"}

    def check(failure: Failure, ran: Ran) -> None:
        assert ran.code in CODES, ran.stderr
        assert (book.read_bytes() == old) == (ran.code != 0), ran.stderr
        assert_sound(home)
        assert_untold(service.token, ran, log, place, home)
        assert failure.kind in NO_CLEANING or {"book.xlsx.bak", *names(place)} == both
        again = getcontacts("export", "book.xlsx", "--update", "-q")
        assert (again.code, again.stderr) == (0, "")
        assert {"book.xlsx.bak", *names(place)} == both
        after = {row[0]: row[4] for row in read(book.read_bytes())[1:]}
        assert after == {**notes, NEW["id"]: ""}

    both = {"book.xlsx", "book.xlsx.bak"}
    words = ("export", "book.xlsx", "--update", "--backup")
    cases = suffer(place.parent, lambda _: getcontacts(*words), check, before.restore, every)
    tell("an update", cases)
    tried("notes", cases)


@every_call
@pytest.mark.parametrize("more", [(), ("--plain-file",)], ids=["keyring", "file"])
def test_a_login_leaves_the_accounts_that_are_there(
    more: tuple[str, ...], every: int | None, place: Path, home: Path, service: Simulator,
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"):
        monkeypatch.delenv(name)
    with (
        Simulator(rate=0, id_instance="1101000002", token="d" * 50) as second,
        keyrings.used(keyrings.InMemory()) as used,
    ):
        assert login("main", service, *more).code == 0
        before, kept = Baseline.of(place.parent), {**used.kept}

        def restore() -> None:
            before.restore()
            used.kept = {**kept}

        def check(_: Failure, ran: Ran) -> None:
            assert ran.code in CODES, ran.stderr
            assert accounts.find("main").token == service.token
            assert ran.code or accounts.find("second").token == second.token
            assert_sound(home)
            assert_untold(second.token, ran, log, place)
            assert_private(home, second.token)
            assert login("second", second, *more).code == 0
            assert {each.alias for each in accounts.known()} == {"main", "second"}
            assert not [name for name in names(home) if name.endswith(SUFFIX)]

        cases = suffer(
            place.parent, lambda _: login("second", second, *more), check, restore, every
        )
    tell("a login", cases)


def login(alias: str, service: Simulator, *more: str) -> Ran:
    lines = (service.api_url, service.id_instance, service.token)
    return getcontacts("login", alias, "--stdin", *more, stdin="\n".join(lines))


def assert_private(home: Path, token: str) -> None:
    for file in (file for file in home.iterdir() if token.encode() in file.read_bytes()):
        assert file.name == "credentials.json" or file.name.startswith(".credentials.json.")
        assert file.stat().st_mode & 0o777 == 0o600


@every_call
def test_a_formula_shows_a_list_or_a_sentence(
    every: int | None, place: Path, home: Path, service: Simulator, log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    keep_an_old_list(service)
    may_see(service)
    before = Baseline.of(place.parent)

    def run(_: object = None) -> list[list[object]]:
        restart(monkeypatch)
        spilt = [GETCONTACTS(), GETCONTACTSINFO(), [[GETCONTACT(ANNA["id"])]]]
        wait([each.fetch for each in formula_lists.shared._known.values() if each.fetch])
        return [row for rows in spilt for row in rows]

    def check(_: Failure, rows: list[list[object]]) -> None:
        said = "\n".join(str(cell) for row in rows for cell in row)
        assert "bug in getcontacts" not in said
        assert rows[0] == ["id", "name", "contactName", "type"] or len(str(rows[0][0])) > 20
        assert_sound(home)
        assert_untold(service.token, Ran(0, b"", said), log, place, home)
        assert ["4915100000002@c.us", "Ben", "", "user"] in run()

    cases = suffer(place.parent, run, check, before.restore, every)
    tell("a formula", cases)


def keep_an_old_list(service: Simulator) -> None:
    """Keep a list of an hour ago."""
    people = ContactList.pack([Contact(str(ANNA["id"]), "Anna", "", "user")])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    record(service.id_instance, Snapshot("environment", hour_ago, people))


@every_call
def test_the_button_leaves_what_the_user_wrote(
    every: int | None, place: Path, home: Path, service: Simulator, log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    service.contacts = [BEN, NEW, {**ANNA, "name": "Anna Berg"}]
    keep_an_old_list(service)
    with running("Contacts") as excel:
        write_notes(excel.sheets[0])
        before, sheets = Baseline.of(place.parent), copy.deepcopy(excel.sheets)

        def restore() -> None:
            before.restore()
            monkeypatch.setattr(workbook_memory, "_unsaved", {})
            excel.sheets, excel.calls = copy.deepcopy(sheets), []

        def run(torture: Torture) -> tuple[str, str]:
            excel.alerts.clear()
            excel.calls = ExcelCalls(torture)
            ribbon.refresh()
            excel.calls = []
            [alert] = excel.alerts
            return alert

        def check(failure: Failure, alert: tuple[str, str]) -> None:
            said, mode = alert
            assert "bug in getcontacts" not in said
            assert_notes(excel.sheets[0])
            if mode == "critical" and failure.kind != "Excel":
                assert excel.sheets[0].cells == sheets[0].cells, said
            assert_sound(home)
            assert_untold(service.token, Ran(0, b"", said), log, place, home)
            ribbon.refresh()
            assert_notes(excel.sheets[0])
            assert {row[0] for row in contents(excel.sheets[0])} >= {ANNA["id"], NEW["id"]}

        cases = suffer(place.parent, run, check, restore, every)
    tell("the button Refresh", cases)
    tried("notes", cases)


def write_notes(sheet: SheetData) -> None:
    """Lay a table with notes, and something of the user's below it."""
    rows = [[ANNA["id"], "Anna", None, "user", "likes tea"], [BEN["id"], "Ben", None, "user", 5.0]]
    lay(sheet, [*BASIC, "notes"], *rows)
    sheet.cell(5, 1).enter("below")


def assert_notes(sheet: SheetData) -> None:
    notes = {row[0]: row[4] for row in contents(sheet) if row[4] is not None}
    assert notes == {ANNA["id"]: "likes tea", BEN["id"]: 5.0}
    assert "below" in {cell.value for cell in sheet.cells.values()}
