"""Which programs run on this machine that may have a workbook open."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from workbook.files import owner_files
from workbook.files.owner_files import check

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there nobody is asked")


def test_a_libreoffice_that_runs_is_seen(tmp_path: Path) -> None:
    program = tmp_path / "soffice.bin"
    shutil.copy2(str(shutil.which("sleep")), program)
    with subprocess.Popen([program, "60"]) as running:
        seen = owner_files.office_runs()
        running.kill()
    assert seen


def test_where_nobody_can_tell_what_runs_the_book_seems_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(owner_files, "PS", str(tmp_path / "none"))
    assert owner_files.office_runs()


def test_beside_a_book_that_nobody_has_open_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "~$other.xlsx").touch()
    found = check([tmp_path / "book.xlsx"])
    assert (found.living, found.stale, found.told()) == ((), (), [])
