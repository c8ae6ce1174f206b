"""The token and a name are held by few of our frames and files on their way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.frames import Trace, measured

FRAMES = 10  # between a command and the URL
FILES = 18  # between GREEN-API's answer and a book


@pytest.fixture
def ways(tmp_path: Path) -> tuple[list[str], Trace]:
    return measured(tmp_path)


def test_the_token_is_held_by_few_frames_when_its_url_is_made(
    ways: tuple[list[str], Trace],
) -> None:
    token, _ = ways
    assert token[0].endswith("method_url")
    assert token[-1].startswith("workbook/cli/export.py: ")
    assert len(token) <= FRAMES, token


def test_a_name_is_held_by_few_files_on_its_way_into_a_book(
    ways: tuple[list[str], Trace],
) -> None:
    _, seen = ways
    held = seen.names(as_text=True)
    assert {"workbook/green_api/contacts_stream.py", "workbook/ooxml/writing.py"} <= {*held}
    assert len(held) <= FILES, held
