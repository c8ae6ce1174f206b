"""How Excel starts Python: which paths can be handed over, and which are refused with a sentence."""

from __future__ import annotations

import pytest

from addin.excel.xlam.start import is_windows, mac_start, serve_command, windows_folder
from workbook.errors import WrongUsage


def test_a_path_tells_its_system() -> None:
    assert is_windows(r"C:\venv\Scripts\python.exe")
    assert is_windows(r"\\server\share\venv\Scripts\python.exe")
    assert not is_windows("/Users/me/venv/bin/python")


def test_the_command_line_holds_the_name_of_python_and_never_its_folder() -> None:
    odd = r"C:\100% $(x) & Łukasz\python3.13.exe"
    assert serve_command(odd).startswith(r".\python3.13.exe -I -B -c ")
    assert windows_folder(odd).isascii()


@pytest.mark.parametrize("name", ["my python.exe", "pythön.exe", "a&b.exe", '".exe', "%x%.exe"])
def test_a_file_name_that_needs_quoting_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage, match="has a file name that Excel cannot start"):
        serve_command(rf"C:\venv\{name}")


@pytest.mark.parametrize("folder", ["a\nb", 'a"b', "a|b", "a\x00b", "a*"])
def test_a_folder_that_windows_cannot_have_is_refused(folder: str) -> None:
    with pytest.raises(WrongUsage, match="is no path of Windows"):
        windows_folder(rf"C:\{folder}\python.exe")


@pytest.mark.parametrize("path", ["/Users/me/a|b/python", "/Users/me/a\nb/python"])
def test_a_path_that_the_script_on_a_mac_would_part_is_refused(path: str) -> None:
    with pytest.raises(WrongUsage, match="cannot hand over"):
        mac_start(path)


@pytest.mark.parametrize("path", ["python", r"venv\python.exe", "../python", "=1+1", ""])
def test_what_is_no_full_path_is_refused(path: str) -> None:
    with pytest.raises(WrongUsage, match="is no full path"):
        is_windows(path)


def test_an_add_in_for_one_system_starts_nothing_on_the_other() -> None:
    assert mac_start(r"C:\venv\python.exe").strip() == "Err.Raise OUR_ERROR"
    assert windows_folder("/Users/me/python").strip() == 'WindowsFolder = ""'
