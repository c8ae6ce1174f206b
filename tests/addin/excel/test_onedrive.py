"""The file that an address of OneDrive stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.excel import onedrive

PERSONAL = "https://d.docs.live.net/1a2b3c"
BUSINESS = "https://firm-my.sharepoint.com/personal/ann_firm_com/Documents"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "OneDrive" / "My lists" / "people.xlsx"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    ("variable", "root"),
    [
        ("OneDrive", PERSONAL),
        ("OneDriveConsumer", PERSONAL),
        ("OneDrive", BUSINESS),
        ("OneDriveCommercial", BUSINESS),
    ],
)
@pytest.mark.parametrize("blank", [" ", "%20"])
def test_a_synced_workbook_is_the_file_in_onedrives_own_folder(
    file: Path, monkeypatch: pytest.MonkeyPatch, variable: str, root: str, blank: str
) -> None:
    monkeypatch.setenv(variable, str(file.parent.parent))
    assert onedrive.local(f"{root}/My{blank}lists/people.xlsx") == file


@pytest.mark.parametrize(
    "address",
    [
        f"{PERSONAL}/My lists/other.xlsx",
        f"{PERSONAL}/My lists",
        f"{PERSONAL}/../OneDrive/My lists/people.xlsx",
        f"{PERSONAL}/..%2FOneDrive%2FMy lists%2Fpeople.xlsx",
        "https://firm.sharepoint.com/sites/team/Documents/My lists/people.xlsx",
        "https://evil.example/1a2b3c/My lists/people.xlsx",
        "https://d.docs.live.net.evil.example/1a2b3c/My lists/people.xlsx",
    ],
)
def test_any_other_address_stays_one(
    file: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("OneDrive", str(file.parent.parent))
    assert onedrive.local(address) is None


def test_where_onedrive_is_not_set_up_no_file_is_looked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        monkeypatch.delenv(variable, raising=False)
    assert onedrive.local(f"{PERSONAL}/My lists/people.xlsx") is None
