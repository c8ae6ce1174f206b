"""Into Excel's start folder and out of it again, leaving nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from addin.excel import install, machine
from addin.excel.install import NAME
from addin.excel.xlam import library
from addin.excel.xlam.library import XlwingsChanged
from tests.hosts.excel_machine import dll, mac, windows
from tests.hosts.windows import forbid, hold
from workbook.errors import NotDeleted, NotWritable, WrongUsage


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return str(windows(tmp_path, monkeypatch))


@pytest.fixture
def excel_folder(tmp_path: Path) -> Path:
    return tmp_path / "Roaming" / "Microsoft" / "Excel"


def everything_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*"))


def test_it_goes_into_the_folder_excel_opens_on_windows(python: str, excel_folder: Path) -> None:
    found = install.install(python)
    assert found.path == excel_folder / "XLSTART" / "GetContacts.xlam"
    assert found.path.read_bytes()[:2] == b"PK"
    assert found.stamp is not None
    assert found.stamp.interpreter == python


def test_it_goes_into_the_folder_excel_opens_on_a_mac(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac(tmp_path, monkeypatch)
    group = tmp_path / "Library" / "Group Containers" / "UBF8T346G9.Office"
    place = group / "User Content.localized" / "Startup.localized" / "Excel"
    assert install.install().path == place / NAME
    assert everything_in(place.parent) == ["Excel", NAME]


def test_elsewhere_it_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Linux")
    for verb in (install.install, install.status, install.remove):
        with pytest.raises(WrongUsage, match="getcontacts addin build"):
            verb()


def test_twice_is_harmless_and_leaves_one_file(python: str, excel_folder: Path) -> None:
    assert install.install(python) == install.install(python)
    assert everything_in(excel_folder) == [NAME, "XLSTART"]


def test_the_same_file_is_not_written_again_so_excel_may_have_it_open(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, install.install(python).path)
    install.install(python)


def test_a_former_version_is_replaced(python: str) -> None:
    former = install.install(r"C:\former\python.exe")
    now = install.install(python)
    assert former.path == now.path
    assert install.status() == now


@pytest.mark.parametrize(("refuse", "why"), [(hold, "open"), (forbid, "denied")])
def test_an_open_file_and_a_forbidden_one_are_told_apart(
    python: str,
    excel_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    refuse: Callable[[pytest.MonkeyPatch, Path], None],
    why: str,
) -> None:
    former = install.install(r"C:\former\python.exe")
    refuse(monkeypatch, former.path)
    with pytest.raises(NotWritable) as told:
        install.install(python)
    assert told.value.why == why
    assert install.status() == former, "the old one is as it was"
    assert everything_in(excel_folder) == [NAME, "XLSTART"], "no litter"


def test_nothing_half_written_is_ever_where_excel_would_open_it(
    python: str, excel_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("os.fsync", lambda _: seen.append(everything_in(excel_folder / "XLSTART")))
    install.install(python)
    assert seen == [[]]


def test_what_a_killed_run_left_is_cleared(python: str, excel_folder: Path) -> None:
    excel_folder.mkdir(parents=True)
    (excel_folder / f".{NAME}.1234.getcontacts-part").write_text("half")
    install.install(python)
    assert everything_in(excel_folder) == [NAME, "XLSTART"]


def test_before_it_is_installed_the_status_says_where_it_would_be(
    python: str, excel_folder: Path
) -> None:
    found = install.status()
    assert (found.path, found.stamp) == (excel_folder / "XLSTART" / NAME, None)
    assert not excel_folder.exists()


def test_a_file_that_cannot_be_read_is_told(python: str) -> None:
    install.status().path.mkdir(parents=True)
    with pytest.raises(WrongUsage, match=r"GetContacts\.xlam cannot be read"):
        install.status()


def test_a_python_that_excel_could_not_use_is_refused(
    python: str, excel_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "works_isolated", lambda _: False)
    with pytest.raises(WrongUsage, match=r"python -I.*--user.*virtual environment"):
        install.install(python)
    assert not excel_folder.exists()


def test_a_dll_that_nobody_reviewed_is_refused_with_the_way_on(
    python: str, excel_folder: Path
) -> None:
    dll(Path(python)).write_bytes(b"MZ and more")
    with pytest.raises(XlwingsChanged, match=r"xlwings64.*pip install --force-reinstall xlwings=="):
        install.install(python)
    assert not excel_folder.exists()


def test_an_xlwings_that_nobody_reviewed_is_refused_with_the_way_on(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "version", lambda _: "0.38.0")
    with pytest.raises(XlwingsChanged, match=r"^xlwings 0\.38\.0 is not what.*xlwings==0\.37\.8"):
        install.install(python)


def test_removing_leaves_nothing(python: str, excel_folder: Path) -> None:
    install.install(python)
    assert install.remove()
    assert everything_in(excel_folder) == ["XLSTART"]
    assert not install.remove()


def test_removing_while_excel_has_it_open_is_refused_politely(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, install.install(python).path)
    with pytest.raises(NotDeleted, match=r"was not deleted: .* open in Excel"):
        install.remove()


def test_removing_where_that_is_forbidden_names_no_other_folder(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, install.install(python).path)
    with pytest.raises(NotDeleted, match="read-only or not yours to delete"):
        install.remove()
