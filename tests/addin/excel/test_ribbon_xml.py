"""The ribbon and its callbacks: each button has its Sub, each Sub its function in Python."""

from __future__ import annotations

import io
import re
from inspect import signature
from zipfile import ZipFile

import pytest
from lxml import etree

from addin.excel import ribbon
from addin.excel.xlam.vba_sources import text_of
from tests.addin.excel.xlam.vba import built, procedures, sources

UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
RIBBON = etree.fromstring(text_of("ribbon.xml").encode())
BUTTONS = {button.get("id", ""): button for button in RIBBON.iter(f"{UI}button")}
PRESS = re.compile(r"    Press (\d)")
ON_UNDO = """\
    On Error Resume Next 'no workbook may be open
    Application.OnUndo "Undo refresh", "'" & ThisWorkbook.Name & "'!UndoRefresh\" 'Excel forgets it unless it comes last"""

buttons = pytest.mark.parametrize("button", BUTTONS.values(), ids=list(BUTTONS))


def callbacks() -> dict[str, str]:
    """Return the lines between Sub and End Sub, by the name of the Sub."""
    text = sources(built())["ContactsAddin"].replace("\r\n", "\n")
    return dict(re.findall(r"(?ms)^Public Sub (\w+)\([^)]*\)\n(.*?)\nEnd Sub$", text))


def pressed(name: str) -> str:
    """Return the function of Python that a Sub comes to, by way of the number it gives."""
    lines = callbacks()[name].removesuffix(f"\n{ON_UNDO}")
    if lines == "    RefreshSheet":
        return pressed("RefreshSheet")
    number = PRESS.fullmatch(lines)
    assert number is not None, lines
    text = sources(built())["ContactsAddin"]
    code = re.search(rf"Case {number[1]}: code = (\w+)", text)
    assert code is not None
    line = re.search(rf'Const {code[1]} As String = ".*ribbon\.(\w+)\(\)"', text)
    assert line is not None
    return line[1]


def test_the_tab_shows_what_users_are_promised() -> None:
    assert [tab.get("label") for tab in RIBBON.iter(f"{UI}tab")] == ["Contacts"]
    labels = [button.get("label") for button in BUTTONS.values()]
    assert labels == ["Refresh", "Undo refresh", "Export…", "Allow", "Account…", "Check", "Help"]


@pytest.mark.parametrize(
    ("button", "icon"), [("contactsRefresh", "RefreshAll"), ("contactsUndo", "Undo")]
)
def test_refresh_and_its_undo_are_large_and_have_excels_own_icons(button: str, icon: str) -> None:
    assert (BUTTONS[button].get("size"), BUTTONS[button].get("imageMso")) == ("large", icon)


@buttons
def test_every_button_explains_itself_and_can_be_reached_by_keys(button: etree._Element) -> None:
    assert button.get("imageMso")
    assert 5 < len(button.get("screentip", "")) < 40
    assert 40 < len(button.get("supertip", "")) < 256
    assert re.fullmatch(r"[A-Z]{1,2}", button.get("keytip", ""))


@buttons
def test_every_label_is_a_short_word_in_sentence_case(button: etree._Element) -> None:
    assert re.fullmatch(r"[A-Z][a-z ]{2,14}…?", button.get("label", ""))


def test_no_keytip_begins_another_one() -> None:
    tips = [button.get("keytip", "") for button in BUTTONS.values()]
    assert not [(a, b) for a in tips for b in tips if a is not b and b.startswith(a)]


@buttons
def test_every_button_calls_a_sub_that_takes_the_control_and_runs_its_own_function(
    button: etree._Element,
) -> None:
    name = button.get("onAction", "")
    taken = dict(procedures(sources(built())["ContactsAddin"]))[name]
    assert taken == "control As IRibbonControl"
    assert f"Contacts{pressed(name).capitalize()}" == name


@pytest.mark.parametrize("macro", ["RefreshSheet", "UndoRefresh"])
def test_a_macro_for_a_shape_or_for_excel_takes_no_argument(macro: str) -> None:
    assert dict(procedures(sources(built())["ContactsAddin"]))[macro] == ""


def test_refresh_as_a_macro_does_what_the_button_does() -> None:
    assert pressed("RefreshSheet") == pressed("ContactsRefresh") == "refresh"


def test_ctrl_z_undoes_the_last_press_alone() -> None:
    assert pressed("UndoRefresh") == "undo_last_press"


def test_ctrl_z_right_after_a_refresh_undoes_it() -> None:
    assert callbacks()["RefreshSheet"].endswith(f"\n{ON_UNDO}")
    assert [name for name, lines in callbacks().items() if "OnUndo" in lines] == ["RefreshSheet"]


def test_no_sub_is_left_without_a_button() -> None:
    called = {button.get("onAction") for button in BUTTONS.values()}
    assert set(callbacks()) - called == {"RefreshSheet", "UndoRefresh", "DescribeFunctions"}


def test_every_callback_names_a_function_of_python_that_needs_no_argument() -> None:
    for name in set(callbacks()) - {"DescribeFunctions"}:
        signature(getattr(ribbon, pressed(name))).bind()


def test_variables_have_to_be_declared() -> None:
    assert "\nOption Explicit\n" in sources(built())["ContactsAddin"].replace("\r\n", "\n")


def test_the_built_file_carries_the_ribbon_as_it_is_written() -> None:
    with ZipFile(io.BytesIO(built())) as package:
        assert package.read("customUI/customUI14.xml").decode() == text_of("ribbon.xml")
