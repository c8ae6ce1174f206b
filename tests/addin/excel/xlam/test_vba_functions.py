"""The worksheet functions as Excel sees them: xlwings' real metadata, not its dummies of Linux."""

from __future__ import annotations

import re
from typing import Any, get_origin, get_type_hints

import pytest
from xlwings.conversion.framework import accessors

from addin.excel import udfs
from addin.excel.xlam.vba_sources import UDFS
from addin.excel.xlam.wrappers import Function, functions

FUNCTIONS = {function.name: function for function in functions(UDFS)}

each = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("GETCONTACTS", "Optional kind, Optional count, Optional headers, Optional account"),
        ("GETCONTACT", "id_or_phone, Optional field, Optional account"),
        ("GETCONTACTSINFO", "Optional account"),
    ],
)
def test_the_arguments_are_those_the_help_tells_of(name: str, signature: str) -> None:
    assert FUNCTIONS[name].source.splitlines()[0] == f"Public Function {name}({signature})"


@each
def test_every_argument_has_a_text_of_its_own(function: Function) -> None:
    assert len(set(function.argument_texts)) == len(function.arguments)
    assert not [text for text in function.argument_texts if text.startswith("Positional")]


@each
def test_the_texts_fit_into_excels_function_window(function: Function) -> None:
    for text in (function.description, *function.argument_texts):
        assert 10 < len(text) <= 255
    assert function.category == "Contacts"


@each
def test_excel_calculates_a_cell_again_only_when_its_arguments_change(function: Function) -> None:
    assert "Application.Volatile" not in function.source


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("GETCONTACTS", "Err.Description"),
        ("GETCONTACT", '""'),
        ("GETCONTACTSINFO", "Err.Description"),
    ],
)
def test_without_python_a_cell_of_a_mail_merge_stays_empty_and_the_others_say_why(
    name: str, shown: str
) -> None:
    [said] = re.findall(r"(?m)^failed:.*\n    (.*)$", FUNCTIONS[name].source)
    assert said == f"{name} = {shown}"


@each
def test_every_type_hint_is_one_that_xlwings_can_convert(function: Function) -> None:
    hints: dict[str, Any] = get_type_hints(getattr(udfs, function.name))
    assert {get_origin(hint) or hint for hint in hints.values()} <= set(accessors)
