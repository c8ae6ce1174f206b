"""Names in the add-in's VBA: none is reserved, and none stands twice, whatever the case."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from addin.excel.xlam.vba_sources import PROJECT, UDFS, modules
from addin.excel.xlam.wrappers import functions
from tests.addin.excel.xlam.vba import (
    INTERPRETER,
    RESERVED,
    built,
    procedures,
    project_of,
    sources,
    streams,
)
from tests.addin.excel.xlam.vba_audit import Procedure, parsed

OURS = ("ContactsAddin", "ThisWorkbook")


def parameters(source: str) -> set[str]:
    """Return the names of all parameters, without Optional, ByVal, type and default."""
    found = set()
    for _, listed in procedures(source):
        for parameter in filter(None, re.split(r",(?![^(]*\))", listed)):
            name = re.match(r"(?:\s*(?:Optional|ByVal|ByRef|ParamArray)\b)*\s*(\w+)", parameter)
            assert name is not None, parameter
            found.add(name[1])
    return found


def names_by_module() -> dict[str, set[str]]:
    """Return the procedures of each module that can be called by their bare name."""
    texts = sources(built())
    return {module: {name for name, _ in procedures(text)} for module, text in texts.items()}


def test_the_functions_are_the_three_promised_ones() -> None:
    assert [function.name for function in functions(UDFS)] == [
        "GETCONTACT",
        "GETCONTACTS",
        "GETCONTACTSINFO",
    ]


def test_no_two_of_project_modules_and_procedures_share_a_name_whatever_the_case() -> None:
    names = names_by_module()
    assert {"RefreshSheet", "GETCONTACTS", "Workbook_Open"} <= set().union(*names.values())
    every = [PROJECT, *sources(built()), *(name for found in names.values() for name in found)]
    twice = [name for name, count in Counter(map(str.casefold, every)).items() if count > 1]
    assert twice == []


@pytest.mark.parametrize("module", OURS)
def test_no_procedure_is_written_twice_in_a_module_of_ours(module: str) -> None:
    names = [each.name.casefold() for each in parsed(sources(built())[module]).procedures]
    assert len(names) == len(set(names))


def inner_names(procedure: Procedure) -> set[str]:
    """Return variables, parameters and labels: inside, each hides whatever else is called so."""
    labels = re.findall(r"GoTo (\w+)", "\n".join(procedure.statements))
    return {name.casefold() for name in (*procedure.locals, *procedure.parameters, *labels)}


def test_no_variable_hides_a_constant_or_a_procedure_whatever_the_case() -> None:
    code = parsed(sources(built())["ContactsAddin"])
    outer = {name.casefold() for name in code.names}
    assert "broken" in set().union(*map(inner_names, code.procedures))
    assert {
        each.name: found for each in code.procedures if (found := inner_names(each) & outer)
    } == {}


def test_nothing_is_called_like_the_file_so_excel_cannot_mistake_one_for_the_other() -> None:
    line = re.search(r'(?m)^Name="(\w+)"', streams(project_of(built()))["PROJECT"].decode())
    assert line is not None
    assert line[1] == PROJECT
    assert PROJECT.casefold() != "getcontacts"


def test_no_name_is_a_reserved_word_of_vba() -> None:
    texts = sources(built())
    names = set().union(*names_by_module().values(), texts, {PROJECT})
    for module in OURS:
        names |= parameters(texts[module])
    assert {"kind", "control", "id_or_phone"} <= names
    assert {name for name in names if name.casefold() in RESERVED} == set()


def test_a_parameter_called_type_would_be_found() -> None:
    found = parameters("Function GETCONTACTS(Optional type, Optional ByVal count As Long = 1)\n")
    assert found == {"type", "count"}
    assert found & RESERVED == {"type"}


def test_names_are_short_enough_for_vba() -> None:
    names = set().union(*names_by_module().values(), {PROJECT})
    assert max(map(len, names)) <= 255
    assert max(len(module.name) for module in modules(INTERPRETER)) <= 31
