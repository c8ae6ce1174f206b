"""What the buttons of the tab Contacts do, one function each; the VBA behind them only calls these.

Everything is said in one message box at the end.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Semaphore
from urllib.parse import urlsplit

import xlwings as xw
from xlwings.main import Table as ListObject

from addin.excel import (
    allowing,
    former,
    install,
    machine,
    reading,
    refreshing,
    sheet,
    workbook_memory,
)
from addin.shared import error_text, formula_lists, messages, refresh_decision, words
from addin.shared.refresh_decision import NothingCame
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.accounts.credentials import KeyringSilent
from workbook.errors import AnotherAccountsFile, ContactsError, FileChanged, Unreachable
from workbook.export.formats import Wishes
from workbook.export.run import Run, to_file
from workbook.files.called import as_called, beside
from workbook.merge.model import ACCOUNT
from workbook.sync import outcome, workers
from workbook.sync.doctor import Check
from workbook.sync.latest import Latest, latest
from workbook.sync.many import JOBS, Gathered

TITLE = "Contacts"
BUDGET = 15.0  # seconds; Excel waits all the while
CHECK_BUDGET = 25.0  # for the two questions that Check asks
OWN_SHARE = 0.95  # of them for the client, which knows better what is wrong when they are over
YOUNG = 60.0  # seconds for which a list that came too late is taken by the next press
FILE = "contacts.xlsx"

NO_END = (
    "The check did not end in time, for the network does not answer. "
    "Check the internet connection and repeat."
)


def refresh() -> None:
    """Bring the table Contacts of the active workbook up to date."""
    _pressed(_refresh)


def undo() -> None:
    """Put our columns back as they were before the last refresh of the active workbook."""
    _pressed(_undo)


def undo_last_press() -> None:
    """Undo what the last press of Refresh wrote, and nothing older: this is Ctrl+Z."""
    _pressed(_undo_last_press)


def export() -> None:
    """Ask for a file name and write the contacts into a workbook of their own."""
    _pressed(_export)


def account() -> None:
    """Open the account window, as a process of its own: Excel is free at once."""
    _pressed(_account)


def check() -> None:
    """Say the one next step that mends what does not work."""
    _pressed(_check)


def allow() -> None:
    """Ask whether formulas of the active workbook may show contacts."""
    _pressed(_allow)


def help() -> None:
    """Show the formulas and the macro."""
    _pressed(lambda _: words.here().help)


def _pressed(act: Callable[[xw.Book], str]) -> None:
    book, mode = _book(), "info"
    if _in_excel() and install.former_is_open():
        book.app.alert(former.SENTENCE, title=TITLE, mode="critical")
        return
    try:
        said = act(book)
    except ContactsError as error:
        said, mode = error_text.sentence(error), "critical"
    except Exception as bug:  # one of the three edges: a bug of ours ends here
        said, mode = error_text.sentence(bug), "critical"
    if said:
        book.app.alert(as_called(said, beside(sys.executable)), title=TITLE, mode=mode)


def _book() -> xw.Book:
    """Return the workbook whose button was pressed.

    On a Mac its name would have to go through a shell; so the add-in tells none there, and it is
    the one in front.
    """
    return xw.books.active if _on_a_mac() else xw.Book.caller()


def _in_excel() -> bool:
    return words.here() is words.EXCEL


def _on_a_mac() -> bool:
    return _in_excel() and machine.system() == "Darwin"


def _refresh(book: xw.Book) -> str:
    workbook_memory.begin()
    table = sheet.table_in(book)
    if table is None:
        return _made(book, accounts.identify(sheet.account_alias(book)))
    reading.check(table)
    there = _whose(book, table)
    with _saying(book.app, "Contacts: asking GREEN-API…"):
        gathered = _all_fetched(there)
        came = [(each.account, each.latest) for each in gathered if each.latest is not None]
        book.app.status_bar = "Contacts: writing the table…"
        return messages.refreshed(gathered, refreshing.refresh(book, table, came))


def _made(book: xw.Book, chosen: Account) -> str:
    with _saying(book.app, "Contacts: asking GREEN-API…"):
        got = _fetched(chosen)
        book.app.status_bar = "Contacts: writing the table…"
        return messages.made(got, *refreshing.make(book, chosen, got))


def _whose(book: xw.Book, table: ListObject) -> list[Account]:
    """Return the accounts whose lists are wanted in a table. Raises SheetHidden and as `whose`."""
    there, named = workbook_memory.recall(book, table.name), sheet.account_alias(book)
    if ACCOUNT not in there.titles:  # a column of this title is the user's then
        chosen = [accounts.identify(named)]
    else:
        may_fill = allowing.may_fill(book, table)
        chosen = refresh_decision.whose(reading.aliases(table), named, may_fill)
    for each in chosen:
        allowing.check_shown(book, table, each)
    return chosen


def _allow(book: xw.Book) -> str:
    chosen = accounts.identify(sheet.account_alias(book))
    asked = allowing.question(book, chosen)
    if book.app.alert(asked, title=TITLE, buttons="yes_no", mode="critical") != "yes":
        return ""
    allowing.allow(book, chosen)
    return f'Formulas in "{book.name}" may show the contacts of "{chosen.alias}" from now on.'


def _undo(book: xw.Book) -> str:
    table, past = sheet.table_in(book), workbook_memory.last_refresh(book)
    if table is None or past is None:
        return _nothing(messages.NOTHING_TO_UNDO)
    with _saying(book.app, "Contacts: undoing the last refresh…"):
        return messages.undone(past, refreshing.take_back(book, table, past))


def _undo_last_press(book: xw.Book) -> str:
    return _undo(book) if workbook_memory.wrote(book) else _nothing(messages.NOTHING_WRITTEN)


def _nothing(said: str) -> str:
    """Return why there is nothing to undo: on a Mac it is not for want of a refresh."""
    return messages.NO_MEMORY if _on_a_mac() else said


_AT_ONCE = Semaphore(JOBS)  # fetches
_given_up: dict[Account, Future[Latest]] = {}  # fetches that took longer than Excel could wait


def _fetched(chosen: Account) -> Latest:
    """Return a new list, waited for no longer than BUDGET, whatever network and keyring do."""
    return _Fetch(chosen, time.monotonic() + BUDGET).result()


def _all_fetched(chosen: Sequence[Account]) -> list[Gathered]:
    """Return the new lists of several accounts, as `_fetched`, and why one did not come.

    Raises that of the only one, NothingCame where none of several came.
    """
    end = time.monotonic() + BUDGET
    gathered = [_ended(each) for each in [_Fetch(account, end) for account in chosen]]
    if any(each.latest is not None for each in gathered):
        return gathered
    if len(gathered) == 1 and gathered[0].failure is not None:
        raise gathered[0].failure
    raise NothingCame(" ".join(outcome.failures(gathered)))


def _ended(fetch: _Fetch) -> Gathered:
    try:
        return Gathered(fetch.account, fetch.result())
    except ContactsError as error:
        return Gathered(fetch.account, failure=error.with_traceback(None))


class _Fetch:
    """A fetch under way until `end`, of time.monotonic.

    One that is given up goes on: what it brings is kept, and the next press takes it.
    """

    def __init__(self, account: Account, end: float) -> None:
        late = _brought_late(account)
        self.account, self._end = account, end
        self._found = late is not None or bool(account.token)  # of the environment
        self._future = late or workers.start(self._fetch)

    def result(self) -> Latest:
        """Return the list. Raises KeyringSilent, Unreachable and what `latest` raises."""
        if workers.finished(self._future, max(0.0, self._end - time.monotonic())):
            return self._future.result()
        if not self._found:
            raise KeyringSilent(self.account.alias)
        _given_up[self.account] = self._future
        raise Unreachable(urlsplit(self.account.api_url).hostname or "", "timeout")

    def _fetch(self) -> Latest:
        found = accounts.find(self.account.alias)
        self._found = True
        with _AT_ONCE:
            got = latest(found, budget=max(1.0, self._end - time.monotonic()) * OWN_SHARE)
        formula_lists.shared.keep(found, got.snapshot)
        return got


def _brought_late(chosen: Account) -> Future[Latest] | None:
    """Return a fetch that was given up, if it still goes on or has brought a young list."""
    fetch = _given_up.pop(chosen, None)
    if fetch is None or not fetch.done():
        return fetch
    if fetch.exception() or not fetch.result().snapshot.younger_than(YOUNG):
        return None
    return fetch


@contextmanager
def _saying(app: xw.App, text: str) -> Iterator[None]:
    app.status_bar = text
    try:
        yield
    finally:
        app.status_bar = False  # Excel's own again


def _export(book: xw.Book) -> str:
    name = _asked_for_file(book.app)
    if not name:
        return ""
    found = accounts.identify(sheet.account_alias(book))
    try:
        return _written(book.app, found, name)
    except (AnotherAccountsFile, FileChanged):
        return (
            _written(book.app, found, name, overwrite=True) if _may_replace(book.app, name) else ""
        )


def _written(app: xw.App, account: Account, name: str, *, overwrite: bool = False) -> str:
    run = Run(account.without_token(), name, Wishes())
    with _saying(app, f"Contacts: writing {Path(name).name}…"):
        done = to_file(run, lambda: _fetched(account), overwrite=overwrite)
    return "\n".join([*done.told, *done.warnings])


def _asked_for_file(app: xw.App) -> str:
    """Return where to write, "" when the user thought better of it."""
    ask = getattr(app.api, "GetSaveAsFilename", None)
    if ask is None:  # Excel for Mac cannot be asked through xlwings
        return str(Path.home() / "Desktop" / FILE)
    answer = ask(FILE, "Excel workbook (*.xlsx), *.xlsx", 1, "Export contacts")
    if not isinstance(answer, str):
        return ""
    return answer if answer.lower().endswith(".xlsx") else f"{answer}.xlsx"


def _may_replace(app: xw.App, name: str) -> bool:
    question = f"{name} is there already, and it is not this account's last export. Replace it?"
    return bool(app.alert(question, title=TITLE, buttons="yes_no", mode="critical") == "yes")


_windows: list[subprocess.Popen[bytes]] = []  # the account window, as long as it is open


def _account(_: xw.Book) -> str:
    from addin.shared import launch

    _windows[:] = (window for window in _windows if window.poll() is None)
    if _windows:
        return "The account window is open already."
    _windows.append(launch.account_window())
    return ""


def _excel_checks() -> list[Check]:
    from addin.excel.doctor import excel_checks

    return excel_checks()


program_checks = _excel_checks  # of the program that this process works for


def _check(book: xw.Book) -> str:
    from workbook.sync.doctor import checks, next_step

    with _saying(book.app, "Contacts: checking…"):
        alias, of_program = sheet.account_alias(book), program_checks()
        looking = workers.start(lambda: next_step(checks(alias, of_program)))
        if not workers.finished(looking, CHECK_BUDGET):
            return NO_END
        return looking.result()
