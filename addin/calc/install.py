"""The extension into LibreOffice and out of it again, by its own program; it prints nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

import workbook
from addin.calc import FILE, IDENTIFIER, SETTINGS
from addin.calc.offices import Office
from addin.excel import machine
from workbook.errors import WrongUsage

SECONDS = 180.0  # a first start makes a profile, and the machine may be busy
ROOT = (
    "LibreOffice takes no extension from root. Run this as the user who works with LibreOffice, "
    "without sudo."
)
RUNNING = "Close all windows of LibreOffice, its quick starter too, and repeat."
NOT_ISOLATED = (
    "does not find getcontacts in its own folders (python -I), the only ones that LibreOffice's "
    "child looks into. Install getcontacts in a virtual environment, as the README shows, and "
    "repeat this there."
)
PROFILES = {
    "Linux": "${XDG_CONFIG_HOME}/libreoffice/*/user",
    "Darwin": "~/Library/Application Support/LibreOffice/*/user",
    "Windows": "${APPDATA}/LibreOffice/*/user",
}
CACHE = "uno_packages/cache"
# LibreOffice's list of extensions: identifier, folder, file, media type, version and more
_LISTED = re.compile(
    rf"\xff{re.escape(IDENTIFIER)}\n(?P<folder>[^\xff]+)\xff[^\xff]+\xff[^\xff]+\xff(?P<version>[^\xff]+)".encode(
        "latin-1"
    )
)


class Installed(msgspec.Struct, frozen=True):
    """Where the extension is or would be: its version, "" where it is not there; its Python."""

    office: Office
    version: str = ""
    interpreter: str = ""


def install(office: Office, interpreter: str | None = None) -> Installed:
    """Build the extension for this environment and add it to LibreOffice.

    Raises WrongUsage with what LibreOffice says against it.
    """
    python = interpreter or sys.executable
    if not machine.works_isolated(python):
        raise WrongUsage(f"{python} {NOT_ISOLATED}")
    from addin.calc import oxt  # xlwings takes its time to import

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(oxt.build(python))
        words = ("add", "--force", str(file))
        _unopkg(office, words, lambda: _is_there(office, workbook.__version__, python))
    return status(office)


def status(office: Office) -> Installed:
    """Return what LibreOffice's profiles know of the extension; no program is started."""
    for profile in _profiles():
        listed = _LISTED.search(_read(profile / CACHE / "uno_packages.pmap"))
        if listed is not None:
            folder, version = listed["folder"].decode(), listed["version"].decode()
            return Installed(
                office, version, _interpreter(profile / CACHE / f"uno_packages/{folder}_")
            )
    return Installed(office)


def remove(office: Office) -> bool:
    """Take the extension out of LibreOffice; tell whether it was there. Raises WrongUsage."""
    if not status(office).version:
        return False
    _unopkg(office, ("remove", IDENTIFIER), lambda: not status(office).version)
    return True


def _is_there(office: Office, version: str, interpreter: str) -> bool:
    there = status(office)
    return (there.version, there.interpreter) == (version, interpreter)


def _unopkg(office: Office, words: Sequence[str], is_done: Callable[[], bool]) -> None:
    """Run LibreOffice's program for extensions, twice where it does not do its work.

    On a busy machine it sometimes crashes while it ends, all its work done: what counts is
    LibreOffice's own list. Raises WrongUsage with what it says.
    """
    for attempt in (1, 2):
        run = _ran([str(office.unopkg), *words])
        if (run is not None and not run.returncode) or is_done():
            return
        if run is None:
            raise WrongUsage(f"{office.unopkg} does not run. {RUNNING}")
        if attempt == 2:
            raise WrongUsage(_refusal(office, run.stdout + run.stderr))


def _ran(command: list[str]) -> subprocess.CompletedProcess[str] | None:
    # another Python in the environment would lead LibreOffice's own one astray
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "LD_", "DYLD_"))}
    try:
        return subprocess.run(  # noqa: S603 - LibreOffice's own program, with words of ours
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=kept,
            timeout=SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _refusal(office: Office, said: str) -> str:
    said = " ".join(said.split())[:300].rstrip(".")
    if "as root" in said:
        return ROOT
    if "types.idl" in said or "unoidl" in said:
        return f"This LibreOffice ({office.program}) does not read the extension's types: {said}"
    return f"LibreOffice ({office.program}) refused: {said or 'no reason given'}. {RUNNING}"


def _interpreter(folder: Path) -> str:
    """Return the Python that the extension in this folder starts, "" if that is unknown."""
    for file in folder.rglob(SETTINGS):
        return str(json.loads(file.read_text("utf-8"))["command"][0])
    return ""


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # no extension was ever added there
        return b""


def _profiles() -> Iterator[Path]:
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    pattern = PROFILES.get(machine.system(), "").replace("${XDG_CONFIG_HOME}", config)
    whole = Path(os.path.expandvars(pattern)).expanduser()
    yield from Path(whole.anchor).glob(str(whole.relative_to(whole.anchor)))
