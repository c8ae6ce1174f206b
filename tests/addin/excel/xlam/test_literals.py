"""Texts in VBA source: whatever a path holds comes back, and the source stays plain ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.excel.xlam.literals import assigned, expression, literal
from tests.addin.excel.xlam.vba_audit import parsed, result_of, text_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def test_quotes_are_doubled() -> None:
    assert literal('say "hi"') == '"say ""hi"""'
    assert expression("") == '""'


def test_letters_outside_of_ascii_become_numbers() -> None:
    assert expression("C:\\Łukasz") == '"C:\\" & ChrW(321) & "ukasz"'
    assert expression("😀") == "ChrW(55357) & ChrW(56832)"


@pytest.mark.parametrize("text", ["Zoë", "two\nlines", "\x00"])
def test_what_a_literal_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="VBA has no literal"):
        literal(text)


@given(TEXTS)
def test_any_text_comes_back_from_its_expression(text: str) -> None:
    written = expression(text)
    assert written.isascii()
    assert "\n" not in written
    assert text_of(parsed(""), written) == text


@given(TEXTS)
def test_a_long_text_is_assigned_in_lines_that_vba_can_read(text: str) -> None:
    lines = assigned("Folder", text)
    assert max(map(len, lines.splitlines())) < 1_023
    source = f"Private Function Folder() As String\n{lines}\nEnd Function\n"
    assert result_of(parsed(source), "Folder") == text
