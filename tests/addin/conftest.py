"""An Excel in memory for the tests of what runs in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.excel_data import Excel, SheetData
from tests.hosts.excel_side import started


@pytest.fixture
def excel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Excel]:
    """Run an Excel with one sheet, and a process that knows nothing of its workbook yet."""
    with started(monkeypatch) as excel:
        yield excel


@pytest.fixture
def data(excel: Excel) -> SheetData:
    """Return the sheet."""
    return excel.sheets[0]
