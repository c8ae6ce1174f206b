"""What a purge deletes outside of the home: what killed runs left of exported files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.accounts.test_accounts import SHOP
from workbook.accounts import accounts
from workbook.errors import WrongUsage
from workbook.export import output_file
from workbook.sync import purge

KILLED = """
import os, sys, pathlib
from workbook.export import output_file
book = pathlib.Path(sys.argv[1])
if sys.argv[2] == "export":
    output_file.replace(book, lambda file: os._exit(9))
path, content = output_file.read_for_update(str(book))
output_file.save_update(path, content, lambda file: os._exit(9))
"""


def killed(book: Path, doing: str) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(book), doing], check=False)
    assert run.returncode == 9


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.is_file()]


@pytest.mark.parametrize("doing", ["export", "update"])
def test_a_purge_deletes_what_a_killed_run_left(doing: str, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"old")
    killed(book, doing)
    assert len(names(tmp_path)) == (3 if os.name == "nt" else 2), "on Windows a part has a lock"
    purge.purge_everything()
    assert names(tmp_path) == ["book.xlsx"]


def test_a_purge_of_one_account_does_so_too(tmp_path: Path) -> None:
    accounts.save(SHOP)
    killed(tmp_path / "book.xlsx", "export")
    purge.purge_account(SHOP.alias)
    assert names(tmp_path) == []


def test_a_purge_ends_where_such_a_folder_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    killed(folder / "book.xlsx", "export")
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()
    purge.purge_everything()
    assert not folder.exists()


def test_a_purge_leaves_no_lock_of_a_killed_run(tmp_path: Path, home: Path) -> None:
    with pytest.raises(WrongUsage), output_file.alone(tmp_path / "failed.xlsx"):
        raise WrongUsage("it failed")
    assert os.name == "nt" or not [*home.glob(".out-*")], "nor does a failed one"
    (home / ".out-killed").touch()
    purge.purge_everything()
    assert not home.exists()
