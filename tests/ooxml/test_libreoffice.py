"""LibreOffice as a program: where it is found, what it is told, and what it may not know."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from workbook.ooxml import libreoffice

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs end with .exe there")


def script(folder: Path, does: str) -> str:
    """Return a program that does this, with the folder of what it saves in $out."""
    path = folder / "soffice"
    find = 'for each; do [ "$last" = --outdir ] && out=$each; last=$each; done; /bin/mkdir "$out"\n'
    path.write_text(f"#!/bin/sh\n{find}{does}\n")
    path.chmod(0o755)
    return str(path)


def said(folder: Path, does: str, workbook: bytes = b"") -> str:
    """Return what such a program writes where LibreOffice would save its copy."""
    made = libreoffice.computed(workbook, script(folder, f'{{ {does}; }} > "$out/copy.xlsx"'))
    assert made is not None
    return made.decode()


class TestWhereItIs:
    def test_that_of_the_path_comes_first(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(libreoffice, "_PLACES", (str(tmp_path),))
        assert libreoffice.program() == str(tmp_path)
        there = script(tmp_path, "")
        assert libreoffice.program() == there

    def test_of_the_usual_places_the_first_that_is_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places = [tmp_path / each for each in "abc"]
        for each in places[1:]:
            each.touch()
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(libreoffice, "_PLACES", tuple(map(str, places)))
        assert libreoffice.program() == str(places[1])

    def test_it_may_be_nowhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(libreoffice, "_PLACES", (str(tmp_path / "a"),))
        assert libreoffice.program() is None


class TestWhatItIsTold:
    def test_the_workbook_is_converted_without_a_window(self, tmp_path: Path) -> None:
        arguments = said(tmp_path, 'for each; do echo "$each"; done').splitlines()
        assert "--headless" in arguments
        assert arguments[arguments.index("--convert-to") + 1] == "xlsx:Calc MS Excel 2007 XML"
        assert said(tmp_path, '/bin/cat "$last"', b"as it is") == "as it is"

    def test_macros_and_links_are_off_and_all_is_computed_in_a_profile_of_its_own(
        self, tmp_path: Path
    ) -> None:
        profile = '"${1#-env:UserInstallation=file://}/user/registrymodifications.xcu"'
        root = etree.fromstring(said(tmp_path, f"/bin/cat {profile}").encode())
        settings = {
            each[0].get("{*}name") or each[0].attrib.values()[0]: each.findtext(".//value")
            for each in root
        }
        assert settings == {
            "MacroSecurityLevel": "3",
            "DisableMacrosExecution": "true",
            "BlockUntrustedRefererLinks": "true",
            "Link": "1",
            "OOXMLRecalcMode": "0",
            "FirstRun": "false",
        }

    def test_it_knows_no_account(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("GREEN_API_TOKEN_INSTANCE", "GETCONTACTS_HOME", "PYTHONPATH", "OF_THE_USER"):
            monkeypatch.setenv(name, "here")
        told = said(tmp_path, "/usr/bin/env")
        assert [line for line in told.splitlines() if line.endswith("=here")] == [
            "OF_THE_USER=here"
        ]

    def test_what_it_prints_is_nobodys_business(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        libreoffice.computed(b"", script(tmp_path, "echo odd; echo odder >&2"))
        assert capfd.readouterr() == ("", "")

    def test_nothing_of_it_stays(self, tmp_path: Path) -> None:
        copy = Path(said(tmp_path, 'echo "$last"').strip())
        assert not copy.parent.exists()


class TestFailure:
    def test_one_that_saves_nothing_has_failed(self, tmp_path: Path) -> None:
        assert libreoffice.computed(b"", script(tmp_path, "exit 0")) is None

    def test_one_that_complains_may_have_saved_a_copy(self, tmp_path: Path) -> None:
        assert said(tmp_path, "echo saved; exit 1") == "saved\n"

    def test_one_that_cannot_be_started_has_failed(self, tmp_path: Path) -> None:
        assert libreoffice.computed(b"", str(tmp_path / "soffice")) is None

    def test_one_that_does_not_end_is_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libreoffice, "SECONDS", 0.05)
        assert libreoffice.computed(b"", script(tmp_path, "exec /bin/sleep 60")) is None
