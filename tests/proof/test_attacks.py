"""The workbook of attacks: it tries what the add-in of before let through, and can be opened."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from openpyxl import load_workbook

from tests.addin.excel.xlam.test_vba_exposure import FORMER
from tests.addin.excel.xlam.vba import built, sources
from tests.addin.excel.xlam.vba_audit import parsed
from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.proof import attacks


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "attacks.xlsx"
    path.write_bytes(attacks.workbook())
    return path


def names(tried: tuple[attacks.Attack, ...]) -> set[str]:
    return {attack.call.partition("(")[0] for attack in tried}


def test_a_command_makes_it(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    subprocess.run([sys.executable, "-m", "tests.proof.attacks", str(out)], check=True)
    assert load_workbook(out).sheetnames == ["Attacks"]


def test_each_attack_reached_something_in_the_add_in_of_before() -> None:
    code = parsed(FORMER)
    public = {each.name for each in code.procedures if each.visibility == "Public"}
    declared = {name for name, signature in code.declares if signature.startswith("Public")}
    assert names(attacks.FORMER) <= public | declared
    assert declared <= names(attacks.FORMER)


def test_nothing_private_of_the_add_in_of_today_is_left_out() -> None:
    code = parsed(sources(built())["ContactsAddin"])
    private = {each.name for each in code.procedures if each.visibility == "Private"}
    private |= {name for name, _ in code.declares}
    subs = {"LoadOnce", "MacStart"}  # takes nothing and gives nothing; is not there on Windows
    assert names(attacks.PRIVATE) == private - subs


def test_a_button_is_tried_from_a_cell_that_would_write_nothing_if_it_ran() -> None:
    code = parsed(sources(built())["ContactsAddin"])
    subs = {each.name for each in code.procedures if each.kind == "Sub"}
    assert names(attacks.BUTTONS) <= subs
    assert names(attacks.BUTTONS) & {"RefreshSheet", "ContactsRefresh", "ContactsExport"} == set()


def test_it_finds_the_add_in_whatever_the_users_name_is(file: Path) -> None:
    with ZipFile(file) as parts:
        relations = etree.fromstring(parts.read("xl/externalLinks/_rels/externalLink1.xml.rels"))
    [relation] = relations
    assert relation.get("Type", "").endswith("/xlExternalLinkPath/xlStartup")
    assert (relation.get("Target"), relation.get("TargetMode")) == ("GetContacts.xlam", "External")


def test_it_tries_cells_names_a_chart_rules_a_link_and_shapes(file: Path) -> None:
    sheet = load_workbook(file)["Attacks"]
    formulas = [str(cell.value) for cell in sheet["B"][1:] if cell.value]
    assert all(formula.startswith("=") for formula in formulas)
    for name in ("RunPython", "UndoRefresh"):
        assert any(f"HYPERLINK([1]!{name}(" in formula for formula in formulas)
    assert "=attack_name" in formulas
    with ZipFile(file) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    assert "Attacks!attack_name" in texts["xl/charts/chart1.xml"]
    assert "<formula>attack_name=0</formula>" in texts["xl/worksheets/sheet1.xml"]
    drawing = etree.fromstring(texts["xl/drawings/drawing1.xml"].encode())
    macros = [shape.get("macro") for shape in drawing.iterfind(".//{*}sp")]
    assert tuple(macros) == attacks.CLICKED


def test_each_row_says_in_words_what_must_be_seen(file: Path) -> None:
    sheet = load_workbook(file)["Attacks"]
    for tried, _, seen in sheet.iter_rows(min_row=2, max_row=sheet.max_row - 1, values_only=True):
        assert len(str(tried)) > 10
        assert "error value" in str(seen) or seen == attacks.CONTROL.seen


@needs_libreoffice
def test_libreoffice_opens_it_and_nothing_runs(file: Path, tmp_path: Path) -> None:
    text = convert(file, "csv", tmp_path).read_text("utf-8")
    assert text.count("by the bare name") == len(attacks.FORMER)
    assert "an attack ran" not in text.replace(attacks.PYTHON, "")


@needs_validator
def test_microsofts_validator_finds_nothing(file: Path) -> None:
    assert problems(file) == []


def test_the_sheet_itself_holds_no_macro() -> None:
    with ZipFile(io.BytesIO(attacks.workbook())) as parts:
        assert "xl/vbaProject.bin" not in parts.namelist()
