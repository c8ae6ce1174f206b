"""xlwings' DLL: those that were reviewed are known byte for byte, and no other is allowed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from addin.excel.xlam import library
from tests.hosts.excel_machine import review
from tests.proof.licences import RUNTIME


def test_the_versions_that_may_be_installed_are_those_that_were_reviewed() -> None:
    [need] = [each for each in RUNTIME if each.name == "xlwings"]
    known = sorted(map(Version, library.KNOWN))
    major, minor, patch = known[-1].release
    assert need.specifier == SpecifierSet(f">={known[0]},<{major}.{minor}.{patch + 1}")
    assert [each.release for each in known] == [
        (major, minor, each) for each in range(known[0].micro, patch + 1)
    ]


def test_each_is_known_for_both_widths_of_excel() -> None:
    for version, digests in library.KNOWN.items():
        assert set(digests) == {f"xlwings{bits}-{version}.dll" for bits in (32, 64)}
        assert all(len(digest) == 64 for digest in digests.values())


def test_a_dll_is_looked_for_with_python_and_one_folder_up(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    assert library.beside(python, "0.37.8") == []
    there = [python.parent / "xlwings64-0.37.8.dll", tmp_path / "venv" / "xlwings32-0.37.8.dll"]
    for path in there:
        path.write_bytes(b"MZ")
    (tmp_path / "xlwings64-0.37.8.dll").write_bytes(b"too far away")
    assert library.beside(python, "0.37.8") == there


def test_one_changed_byte_makes_a_dll_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dll = tmp_path / "xlwings64-0.37.8.dll"
    dll.write_bytes(b"MZ as reviewed")
    review(monkeypatch, dll)
    assert library.is_known(dll, "0.37.8")
    dll.write_bytes(b"MZ as reviewEd")
    assert not library.is_known(dll, "0.37.8")
    assert not library.is_known(dll, "0.38.0")


@pytest.mark.long
@pytest.mark.parametrize("version", library.KNOWN)
def test_the_wheel_on_pypi_holds_the_dlls_that_were_reviewed(version: str, tmp_path: Path) -> None:
    wanted = ("--platform=win_amd64", "--python-version=3.13", "--only-binary=:all:", "--no-deps")
    fetched = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", *wanted, f"xlwings=={version}"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if fetched.returncode:
        pytest.skip("PyPI cannot be reached from here")
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as parts:
        found = {
            name.rpartition("/")[2]: hashlib.sha256(parts.read(name)).hexdigest()
            for name in parts.namelist()
            if name.endswith(".dll")
        }
    assert found == library.KNOWN[version]
