"""Workbooks are deflated faster where that is possible, and by zlib where bytes are promised."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from tests.export.xlsx_files import full_workbook, parts
from workbook.export import deflate

pytest.importorskip("isal", reason="there is no ISA-L for this system or this Python")


def by_zlib() -> bytes:
    with patch.object(deflate, "isal_zlib", None):
        return full_workbook()


def test_what_is_read_again_is_the_same() -> None:
    assert full_workbook() != by_zlib()
    assert parts(full_workbook()) == parts(by_zlib())


def test_where_bytes_are_promised_zlib_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764000000")
    assert full_workbook() == by_zlib()
