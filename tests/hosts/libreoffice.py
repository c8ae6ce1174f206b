"""A private, headless LibreOffice for tests: it converts files, and runs scripts that speak UNO.

It decides nothing about results; tests marked with `needs_libreoffice` do.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

SECONDS = 180  # the first start makes a profile, and the machine may be busy
SYSTEM_PYTHON = "/usr/bin/python3"  # the one python3-uno is installed for

# python3-uno's threads sometimes crash a process that ends as usual, after all its work is done
RUN_AND_LEAVE = """
import os, runpy, sys
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
sys.stdout.flush()
os._exit(0)
"""

ALWAYS_COMPUTE = """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""

FILTERS = {
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",  # comma, UTF-8
    "pdf": "pdf:calc_pdf_Export",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}

_Test = TypeVar("_Test", bound=Callable[..., Any])

SCRIPTS = Path(__file__).parent  # those that speak UNO stand beside this module


def needs_libreoffice(test: _Test) -> _Test:
    """Mark a test or class as one that opens files with LibreOffice; skip it where there is none."""
    missing = shutil.which("soffice") is None
    skip = pytest.mark.skipif(missing, reason="LibreOffice (soffice) is not installed")
    marked: _Test = pytest.mark.libreoffice(skip(test))
    return marked


def needs_uno(test: _Test) -> _Test:
    """Mark a test as one that speaks UNO; skip it where python3-uno is missing too."""
    skip = pytest.mark.skipif(not _has_uno(), reason="the package python3-uno is not installed")
    marked: _Test = skip(test)
    return needs_libreoffice(marked)


def convert(path: Path, to: str, out_dir: Path) -> Path:
    """Convert a workbook to "csv" (first sheet, UTF-8), "pdf" or "xlsx"; return the new file.

    Formulas are calculated on the way. Raises AssertionError with LibreOffice's own words when no
    file came out.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir / f"{path.stem}.{to}"
    where = ["--outdir", str(out_dir), str(path)]
    result = subprocess.run(
        [*_soffice(_profiles() / "converting"), "--convert-to", FILTERS[to], *where],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert target.exists(), f"LibreOffice made no {target.name}: {result.stdout}{result.stderr}"
    return target


def recalculated(paths: Sequence[Path], out_dir: Path) -> dict[str, bytes]:
    """Return workbooks as LibreOffice saves them with every formula computed, by their file names.

    One that it cannot open is left out.
    """
    profile = _profiles() / "recalculating"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_COMPUTE)
    out_dir.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [*_soffice(profile), "--convert-to", FILTERS["xlsx"], "--outdir", str(out_dir), *paths],
        env=_environment(),
        capture_output=True,
        timeout=SECONDS + 5 * len(paths),
    )
    return {each.name: each.read_bytes() for each in out_dir.iterdir()}


def run_uno(script: Path, *args: str) -> str:
    """Run a script with the system's Python beside a running LibreOffice; return what it printed.

    The script connects with `from tests.hosts.uno_desktop import desktop`. Raises AssertionError with its
    traceback when it fails.
    """
    with listening() as beside:
        result = subprocess.run(
            [SYSTEM_PYTHON, "-c", RUN_AND_LEAVE, str(script), *args],
            env=beside,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert result.returncode == 0, result.stderr
    return result.stdout


@contextmanager
def listening(
    environment: Mapping[str, str] = {}, profile: Path | None = None, display: str = ""
) -> Iterator[dict[str, str]]:
    """Run an office, on a display or without one; yield the environment of a script beside it."""
    pipe = f"getcontacts{uuid.uuid4().hex}"
    command = _soffice(profile or _profiles() / pipe)
    screen = {"DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"} if display else {}
    office = subprocess.Popen(
        [
            *(w for w in command if not (display and w == "--headless")),
            f"--accept=pipe,name={pipe};urp;",
        ],
        env={**_environment(), **environment, **screen},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield {**_environment(), "PYTHONPATH": str(SCRIPTS.parents[1]), "UNO_PIPE": pipe}
    finally:
        with suppress(ProcessLookupError):  # a test may have ended it
            os.killpg(office.pid, 15)  # soffice is a shell script: its child has to go too
        office.wait(SECONDS)


def _soffice(profile: Path) -> list[str]:
    options = ["--headless", "--norestore", "--nologo", "--nodefault"]
    return ["soffice", f"-env:UserInstallation={profile.as_uri()}", *options]


def _environment() -> dict[str, str]:
    # another Python first in PATH makes the embedded one die with std::bad_alloc
    return {"PATH": "/usr/bin:/bin", "HOME": str(_profiles()), "LANG": "C.UTF-8"}


@cache
def _profiles() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="getcontacts-libreoffice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _has_uno() -> bool:
    python = Path(SYSTEM_PYTHON)
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import uno"], capture_output=True).returncode == 0
