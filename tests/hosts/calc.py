"""A real LibreOffice Calc with our extension in it, for tests: documents, buttons, messages.

Only its windows are replaced: what they say is written down, and answered as a test wants it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from addin.calc import SETTINGS, oxt
from addin.calc.child import coded
from tests.hosts.libreoffice import RUN_AND_LEAVE, SCRIPTS, SECONDS, SYSTEM_PYTHON, listening
from workbook import __version__
from workbook.simulator.simulator import Simulator

WINDOWS = "pythonpath/getcontacts_office/windows.py"
XLSX, ODS = "Calc MS Excel 2007 XML", "calc8"


class Calc:
    """The office as a test sees it."""

    def __init__(self, process: subprocess.Popen[str], spy: Path) -> None:
        self._process, self._spy = process, spy

    def run(self, code: str, **names: object) -> None:
        """Run words of Python beside the office, see uno_calc."""
        self._ask({"run": code, "names": names})

    def value(self, code: str, **names: object) -> Any:
        """Return the value of words of Python beside the office, as JSON knows it."""
        return self._ask({"value": code, "names": names})

    def _ask(self, message: dict[str, object]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message, default=coded) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"failed": "the office is gone"}')
        assert "failed" not in answer, answer["failed"]
        return answer["value"]

    def call(self, op: str, *args: object) -> Any:
        """Let an operation on the document be carried out, as the extension does."""
        return self.value("operations.serve(op, args)", op=op, args=args)

    def new(self) -> None:
        """Work with a new document."""
        self.run("load()")

    def open(self, path: Path) -> None:
        """Work with the document in a file."""
        self.run("load(url)", url=path.as_uri())

    def save(self, path: Path, kind: str = ODS) -> None:
        """Save the document under this name."""
        self.run("store(url, kind)", url=path.as_uri(), kind=kind)

    def press(self, word: str, answer: str = "") -> str:
        """Press a button, answer what it asks, and return what is told at the end."""
        self._spy.with_suffix(".answer").write_text(answer, "utf-8")
        before = len(self.messages())
        self.run("press(word)", word=word)
        return str(
            until(lambda: [m for m in self.messages()[before:] if m[1] in ("info", "critical")])[0][
                0
            ]
        )

    def messages(self) -> list[list[str]]:
        """Return what was told and asked so far: text and mode."""
        return [json.loads(line) for line in self._spy.read_text("utf-8").splitlines()]

    def cells(self, address: str, sheet: str = "Contacts") -> list[list[Any]]:
        """Return values of cells."""
        found: list[list[Any]] = self.value(
            "cells(sheet, address).DataArray", sheet=sheet, address=address
        )
        return found

    def enter(self, address: str, *rows: list[str], sheet: str = "Contacts") -> None:
        """Type into cells."""
        code = "cells(sheet, address).setFormulaArray(tuple(map(tuple, rows)))"
        self.run(code, sheet=sheet, address=address, rows=rows)

    def name_table(self, columns: int, rows: int = 4) -> None:
        """Let the table reach over what the user has put beside it."""
        self.call("resize_table", "Contacts", ["Contacts", 1, 1, rows, columns])

    def allow(self) -> None:
        """Let the formulas of the document show contacts."""
        self.press("allow", answer="yes")

    def asked(self, kind: str) -> int:
        """Return how often the child was asked or answered: "press", "formulas", or "ok" for an
        operation on the document."""
        file = self._spy.with_suffix(".asked")
        return file.read_text("utf-8").split().count(kind) if file.exists() else 0

    def children(self) -> list[int]:
        """Return the processes of our Python that this office has started."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and self._is_child(entry):
                found.append(int(entry.name))
        return found

    def office(self) -> int:
        """Return the process of the office, once a child runs."""
        stat = Path(f"/proc/{self.children()[0]}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[1])

    def _is_child(self, entry: Path) -> bool:
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes()
        except OSError:
            return False
        spy = f"CALC_SPY={self._spy}".encode()
        return b"addin.calc.child" in words and spy in environment.split(b"\0")


def until(look: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Look again and again until there is something, and return that."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


@contextmanager
def office(
    folder: Path,
    environment: Mapping[str, str],
    interpreter: str = sys.executable,
    version: str = __version__,
    windows: bool = False,
    display: str = "",
) -> Iterator[Calc]:
    """Run a Calc with an extension of ours in it, its windows replaced unless a test has some.

    It is started anew with the extension, as users do. Until then an office has components of it in
    a process beside, lets go of their cells in any thread, and ended as documents closed (7.4).
    """
    file = folder / "GetContacts.oxt"
    replaced = {} if windows else {WINDOWS: (SCRIPTS / "office_windows.py").read_text("utf-8")}
    parts = {**oxt.parts(interpreter), **replaced}
    command = f"{oxt.OFFICE}/{SETTINGS}"
    parts[command] = parts[command].replace(f'"{__version__}"', f'"{version}"')
    file.write_bytes(oxt.packed(parts))
    with running(folder, environment, folder / "profile") as calc:
        calc.run("add(url)", url=file.as_uri())
    with running(folder, environment, folder / "profile", display) as calc:
        yield calc


@contextmanager
def running(
    folder: Path, environment: Mapping[str, str], profile: Path, display: str = ""
) -> Iterator[Calc]:
    """Run a Calc as it is in this profile, on a display or without one."""
    spy = folder / "spy"
    spy.touch()
    given = {**environment, "CALC_SPY": str(spy)}
    with listening(given, profile, display) as beside, _script(beside) as process:
        yield Calc(process, spy)


@contextmanager
def _script(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [SYSTEM_PYTHON, "-c", RUN_AND_LEAVE, str(SCRIPTS / "uno_calc.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=dict(environment), text=True, **pipes) as process:  # type: ignore[call-overload]
        yield process
        process.stdin.close()


def environment_of(service: Simulator, home: Path) -> dict[str, str]:
    """Return the environment in which an office uses a simulated account."""
    return {
        "GREEN_API_URL": service.api_url,
        "GREEN_API_ID_INSTANCE": service.id_instance,
        "GREEN_API_TOKEN_INSTANCE": service.token,
        "GETCONTACTS_HOME": str(home),
        "GETCONTACTS_RETRY_SECONDS": "5",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
