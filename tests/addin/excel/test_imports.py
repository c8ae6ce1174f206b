"""What a press of a button and a formula load: a process that has done both is looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHARED = [f"addin.shared.{path.stem}" for path in (ROOT / "addin" / "shared").glob("*.py")]

DAY = """
import sys
import pytest
from addin.excel import ribbon
from tests.hosts.excel_engine import running
from tests.hosts.excel_side import ANNA, CROWD, GETCONTACT, GETCONTACTS, GETCONTACTSINFO
from tests.hosts.excel_side import excel_account

with pytest.MonkeyPatch.context() as patch, excel_account(patch) as service, running() as excel:
    service.contacts = CROWD[:2]
    ribbon.refresh()
    service.contacts = CROWD
    ribbon.refresh()
    ribbon.undo()
    print(excel.alerts)
    print(GETCONTACT(ANNA), len(GETCONTACTS()), GETCONTACTSINFO()[-1][-1])
print(*sys.modules)
"""


def run(code: str) -> list[str]:
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.usefixtures("home")
def test_refresh_undo_and_formulas_load_no_library_for_files() -> None:
    said, shown, modules = run(DAY)
    assert "5 contacts, 3 new," in said
    assert "3 rows taken away" in said
    assert shown.startswith("Anna Berg 6")
    assert {"lxml", "openpyxl"} & set(modules.split()) == set()


def test_what_every_host_needs_is_there_without_xlwings() -> None:
    pytest.importorskip("tkinter")  # the account window's own library
    rooms = ", ".join([*SHARED, "addin.commands"])
    assert run(f"import sys; sys.modules['xlwings'] = None; import {rooms}") == []
