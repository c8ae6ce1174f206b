"""What is wrong and the one next step; every check looks at one thing and changes nothing."""

from __future__ import annotations

import platform
import struct
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import workbook
from addin.excel import install, machine
from addin.excel.former import MEND, WHY, is_former
from addin.excel.install import NOT_ISOLATED, Installed
from addin.excel.xlam import library
from workbook.accounts import accounts, credentials, settings
from workbook.errors import ADVICE, ContactsError, NoAccount, NotReady, Unreachable, WrongUsage

if TYPE_CHECKING:
    from workbook.accounts.accounts import Account

DISTRIBUTION = "green-api-contacts"
SECONDS = 10.0  # for each of the two questions to GREEN-API
FINE = "Everything is in order."


class Check(msgspec.Struct, frozen=True):
    """What was looked at and found; `ok` is None where it does not apply here.

    `next_step` is what mends it, `exit_code` what a program is told about it.
    """

    name: str
    ok: bool | None
    detail: str
    next_step: str = ""
    exit_code: int = 0


def checks(alias: str | None = None) -> list[Check]:
    """Look at everything, from the ground up: Python, Excel, the add-in, the account, GREEN-API."""
    return [_packages(), *_excel_side(), _keyring(), *_account_side(alias)]


def next_step(found: Iterable[Check]) -> str:
    """Return the one thing to do: what mends the first failure; others may follow from it."""
    return next((each.next_step for each in found if each.ok is False), FINE)


def exit_code(found: Iterable[Check]) -> int:
    """Return the exit code of the first failure, 0 without any."""
    return next((each.exit_code for each in found if each.ok is False), 0)


def _failed(name: str, detail: str, mend: str, code: int = WrongUsage.exit_code) -> Check:
    return Check(name, False, detail, mend, code)


def _told(name: str, error: ContactsError, mend: str = "") -> Check:
    return Check(name, False, str(error), mend or str(error), error.exit_code)


def _packages() -> Check:
    name, code, xlwings = "Python and packages", workbook.__version__, metadata.version("xlwings")
    installed = metadata.version(DISTRIBUTION)
    bits = struct.calcsize("P") * 8
    detail = (
        f"Python {platform.python_version()} ({bits} bit), getcontacts {code}, xlwings {xlwings}"
    )
    if installed != code:
        return _failed(
            name,
            f"{detail}, but {installed} is what was installed",
            "Install getcontacts again, as its README shows.",
        )
    if machine.system() == "Windows" and not machine.has_pywin32():
        mend = machine.command(sys.executable, "-m pip install pywin32")
        return _failed(name, f"{detail}, without pywin32", mend)
    return Check(name, True, detail)


def _excel_side() -> list[Check]:
    names = ("Excel", "Add-in file", "Interpreter", "xlwings DLL", "Mark of the Web")
    system = machine.system()
    if system not in ("Windows", "Darwin"):
        return [Check(name, None, f"not applicable on {system}") for name in names]
    try:
        found = install.status()
    except WrongUsage as error:
        return [_told("Add-in file", error)]
    windows_only = [_dll, _mark] if system == "Windows" else [_script]
    return [_excel(), _file(found), _interpreter(found), *(look(found) for look in windows_only)]


def _excel() -> Check:
    path = machine.excel()
    if path is None:
        return _failed("Excel", "not found", "Install Excel, then: getcontacts addin install")
    if "WindowsApps" in str(path):  # xlwings issues 1166, 1260, 1476, 1502, 1554
        return _failed(
            "Excel",
            f"{path} comes from the Microsoft Store, where it cannot start Python",
            "Install Excel from office.com instead of the Microsoft Store.",
        )
    return Check("Excel", True, str(path))


def _file(found: Installed) -> Check:
    name, wanted = "Add-in file", (workbook.__version__, metadata.version("xlwings"))
    if found.stamp is None:
        return _failed(name, f"{found.path} is not there", MEND)
    if is_former(found.stamp.getcontacts):
        return _failed(name, f"{found.path}: {WHY}", MEND)
    built = (found.stamp.getcontacts, found.stamp.xlwings)
    if built != wanted:
        of, now = (f"getcontacts {ours or '?'} with xlwings {its or '?'}"
                   for ours, its in (built, wanted))  # fmt: skip
        return _failed(name, f"{found.path} is of {of}, and this is {now}", MEND)
    return Check(name, True, str(found.path))


def _interpreter(found: Installed) -> Check:
    name = "Interpreter"
    if found.stamp is None:
        return Check(name, None, "no add-in file yet")
    path = found.stamp.interpreter
    if not path or not Path(path).is_file():
        return _failed(name, f"{path or 'the Python'} the add-in starts is not there", MEND)
    if not machine.works_isolated(path):
        return _failed(name, f"{path} {NOT_ISOLATED}", MEND)
    return Check(name, True, path)


def _dll(found: Installed) -> Check:
    name = "xlwings DLL"
    if found.stamp is None or not found.stamp.interpreter:
        return Check(name, None, "no add-in file yet")
    interpreter, xlwings = Path(found.stamp.interpreter), found.stamp.xlwings
    there = library.beside(interpreter, xlwings)
    again = machine.command(found.stamp.interpreter, f"-m {library.cure()}")
    if not there:
        return _failed(name, f"none of {xlwings} in {interpreter.parent} or beside it", again)
    if unknown := [path for path in there if not library.is_known(path, xlwings)]:
        return _failed(name, f"{unknown[0]} is not the one that was reviewed", again)
    if problem := machine.loading_problem(there[0]):
        mend = "Let your antivirus program allow this file, then run getcontacts doctor again."
        return _failed(name, f"{there[0]} does not load: {problem}", mend)
    return Check(name, True, str(there[0]))


def _mark(found: Installed) -> Check:
    name = "Mark of the Web"
    if found.stamp is None:
        return Check(name, None, "no add-in file yet")
    if machine.is_marked(found.path):
        return _failed(
            name,
            f"{found.path} is marked as a download, so Excel blocks it",
            "getcontacts addin remove, then getcontacts addin install",
        )
    return Check(name, True, "not marked as a download")


def _script(found: Installed) -> Check:
    version = metadata.version("xlwings")
    folder = Path.home() / "Library" / "Application Scripts" / "com.microsoft.Excel"
    script = folder / f"xlwings-{version}.applescript"
    if not script.is_file():
        xlwings = Path(sys.executable).with_name("xlwings")
        install = machine.command(xlwings, "runpython install")
        return _failed("RunPython script", f"{script} is not there", install)
    return Check("RunPython script", True, str(script))


def _keyring() -> Check:
    if used := credentials.keyring_name():
        return Check("Keyring", True, used)
    instead = f"none answers; tokens go to {credentials.path()}, which only you can read"
    return Check("Keyring", None, instead)


def _account_side(alias: str | None) -> list[Check]:
    try:
        account = accounts.find(alias)
    except ContactsError as error:
        mend = "getcontacts login" if isinstance(error, NoAccount) and not error.known else ""
        waiting = [Check(name, None, "no account yet") for name in ("Network", "Instance")]
        return [_told("Account", error, mend), *waiting]
    named = Check("Account", True, f"{account.alias}, {account.id_instance}, {account.api_url}")
    network = _network(account)
    state = _state(account) if network.ok else Check("Instance", None, "not reached")
    return [named, network, state]


def _network(account: Account) -> Check:
    """Ask the account's host without a token: any answer at all tells that the way is free."""
    import time

    from workbook.green_api.http import Exchange, SmallBody

    unsigned = replace(account, token="")
    try:
        exchange = Exchange(unsigned, settings.load().trusted_hosts)
        failure = exchange.call("getStateInstance", SmallBody(bytes), time.monotonic() + SECONDS)
        exchange.close()
    except ContactsError as error:
        return _told("Network", error)
    if isinstance(failure, Unreachable):
        return _told("Network", failure)
    way = machine.proxy_for(account.api_url)
    through = f" through the proxy {way}" if way else ""
    return Check("Network", True, f"{exchange.host} answers{through}")


def _state(account: Account) -> Check:
    from workbook.green_api.client import Client

    try:
        with Client(account, budget=SECONDS) as client:
            state = client.state()
    except ContactsError as error:
        return _told("Instance", error)
    return _told("Instance", NotReady(state)) if state in ADVICE else Check("Instance", True, state)
