"""The parts of a workbook as a zip holds them: read, put, taken out."""

from __future__ import annotations

from io import BytesIO
from tempfile import TemporaryFile

import pytest

from tests.ooxml.update_files import SHEET, book, parts
from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml.package import Package


def test_a_part_is_read_as_it_was_put_last() -> None:
    package = Package(BytesIO(book()))
    assert package.read(SHEET) == parts(book())[SHEET]
    package.put(SHEET, b"<another/>")
    assert package.read(SHEET) == b"<another/>"


def test_a_part_that_was_taken_out_is_missing_until_it_is_put_again() -> None:
    package = Package(BytesIO(book()))
    package.put(SHEET, None)
    assert SHEET not in package.names()
    with pytest.raises(BrokenPart, match="is missing"):
        package.read(SHEET)
    package.put(SHEET, b"<back/>")
    assert package.read(SHEET) == b"<back/>"


def test_what_was_taken_out_is_not_written() -> None:
    package, out = Package(BytesIO(book())), BytesIO()
    package.put(SHEET, None)
    package.write(out)
    assert {*parts(book())} - {*parts(out.getvalue())} == {SHEET}


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_file_that_has_lost_its_beginning_is_refused(cut: int) -> None:
    with TemporaryFile() as file:
        file.write(book()[cut:])
        file.seek(0)
        with pytest.raises(NotAWorkbook, match="damaged"):
            Package(file)
