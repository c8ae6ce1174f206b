"""Whose a workbook's table is: known by the path that the command knows, too."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from addin.excel import excel_objects, workbook_memory
from tests.hosts.excel_data import Excel
from tests.hosts.excel_engine import Book
from tests.hosts.excel_tables import MAIN
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable

OURS = ManagedTable.of(MAIN, ("id", "name", "id"))
ONLINE = "https://d.docs.live.net/abc/people.xlsx"


def test_a_workbook_is_known_by_its_path_links_resolved(excel: Excel, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    excel.full_name = str(tmp_path / "link" / "people.xlsx")
    workbook_memory.remember(xw.Book.caller(), "Contacts", OURS)
    assert managed_tables.recall(tmp_path / "people.xlsx", "Contacts") == OURS
    assert workbook_memory.recall(xw.Book.caller(), "Contacts") == OURS
    assert workbook_memory.recall(xw.Book.caller(), "Other") == ManagedTable()


def test_a_workbook_online_is_known_by_its_address(excel: Excel) -> None:
    excel.full_name = ONLINE
    workbook_memory.remember(xw.Book.caller(), "Contacts", OURS)
    assert managed_tables.recall(ONLINE, "Contacts") == OURS


def test_a_workbook_that_onedrive_keeps_here_is_known_by_its_path(
    excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.xlsx").touch()
    monkeypatch.setenv("OneDrive", str(tmp_path))
    excel.full_name = ONLINE
    workbook_memory.remember(xw.Book.caller(), "Contacts", OURS)
    assert managed_tables.recall(tmp_path / "people.xlsx", "Contacts") == OURS


def test_a_workbook_that_was_never_saved_is_known_until_excel_closes(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook_memory.remember(xw.Book.caller(), "Contacts", OURS)
    assert workbook_memory.recall(xw.Book.caller(), "Contacts") == OURS
    monkeypatch.setattr(workbook_memory, "_unsaved", {})
    assert workbook_memory.recall(xw.Book.caller(), "Contacts") == ManagedTable()


def test_where_excel_tells_no_windows_apart_its_name_is_what_is_known(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Book, "Windows")
    workbook_memory.remember(xw.Book.caller(), "Contacts", OURS)
    assert workbook_memory.recall(xw.Book.caller(), "Contacts") == OURS


def test_an_address_is_taken_from_excel_and_from_no_sheet_of_the_workbook(excel: Excel) -> None:
    excel.full_name = ONLINE
    assert excel_objects.full_name(xw.Book.caller()) == ONLINE
    assert "Range.Value, read" not in excel.calls


def test_each_title_is_kept_once() -> None:
    assert ManagedTable(MAIN.id_instance, "main", ("id", "name")) == OURS
