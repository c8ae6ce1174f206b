"""The token of the simulator is in half of all tests: whatever lets it out anywhere is heard here."""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import addin
import workbook
from workbook.simulator.simulator import TOKEN

LIBRARIES = ("urllib3", "requests", "stamina", "keyring", "charset_normalizer", "openpyxl")
OURS = tuple(f"{Path(room.__file__ or '').parent}{os.sep}" for room in (addin, workbook))
# where its owner put it, and what tests themselves keep there
PRIVATE = re.compile(r"credentials\.json|\.credentials\.json\..*\.getcontacts-part")
LARGEST = 64 * 1024 * 1024  # bytes; larger ones are tests of size


class Ear(logging.Handler):
    """Hear the token in what any library logs because of us, at any level."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Take down who said it; a test that makes requests of its own may."""
        if self._watch.secret in self.format(record) and _we_are_asking():
            self._watch.heard.append(f"log of {record.name}, {_test()}")


def _we_are_asking() -> bool:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename.startswith(OURS):
            return True
    return False


def _test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "no test")


@dataclass(slots=True)
class Watch:
    """What was heard of a secret during a session, and what is found at its end."""

    secret: str
    heard: list[str] = field(default_factory=list)

    def found(self, folder: Path) -> Iterator[str]:
        """Look into everything that tests left, and into what is packed there."""
        yield from self.heard
        for path in (each for each in folder.rglob("*") if not each.is_symlink()):
            with suppress(OSError):  # gone meanwhile
                if path.is_file() and not _private(path) and _told(path, self.secret.encode()):
                    yield f"{path.relative_to(folder)}"


def _private(path: Path) -> bool:
    mode = stat.S_IMODE(path.stat().st_mode)
    return PRIVATE.fullmatch(path.name) is not None and (os.name == "nt" or mode == 0o600)


def _told(path: Path, secret: bytes) -> bool:
    if path.stat().st_size > LARGEST:
        return False
    content = path.read_bytes()
    return secret in content or any(secret in part for part in _parts(content))


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield the parts of a file that is a package, a workbook for one."""
    with (
        suppress(zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError),
        zipfile.ZipFile(io.BytesIO(content)) as package,
    ):
        for part in package.infolist():
            if part.file_size < LARGEST:
                yield package.read(part)


@contextmanager
def watching(secret: str = TOKEN) -> Iterator[Watch]:
    """Listen to all libraries at DEBUG, and to the command line of every process that we start."""
    watch = Watch(secret)
    ear = Ear(watch)
    starting = subprocess.Popen.__init__

    def started(process: Any, args: Any, *more: Any, **options: Any) -> None:
        if secret in str(args) and _we_are_asking():
            watch.heard.append(f"command line, {_test()}")
        starting(process, args, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", started)
        for name in LIBRARIES:
            patch.setattr(logging.getLogger(name), "level", logging.DEBUG)
        logging.getLogger().addHandler(ear)
        try:
            yield watch
        finally:
            logging.getLogger().removeHandler(ear)
