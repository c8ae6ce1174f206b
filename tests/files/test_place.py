"""The place of a workbook: one spelling, whatever Excel, a share or a link call it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbook.files import place


@pytest.mark.parametrize(
    "spelled",
    [
        r"C:\Users\Ann\Lists\Shop.xlsx",
        r"c:\users\ann\LISTS\shop.XLSX",
        "C:/Users/Ann/Lists/Shop.xlsx",
        r"\\?\C:\Users\Ann\Lists\Shop.xlsx",
        r"C:\Users\Ann\Other\..\Lists\.\Shop.xlsx",
    ],
)
def test_a_path_of_windows_is_one_place_in_any_spelling(spelled: str) -> None:
    assert place.windows(spelled) == r"c:\users\ann\lists\shop.xlsx"


@pytest.mark.parametrize(
    "spelled", [r"\\Server\Share\Łódź.xlsx", r"\\?\UNC\server\share\łódź.XLSX"]
)
def test_a_share_is_one_place_in_any_spelling(spelled: str) -> None:
    assert place.windows(spelled) == r"\\server\share\łódź.xlsx"


@pytest.mark.parametrize(
    "spelled",
    [
        "https://Shop-my.sharepoint.com/personal/ann/Documents/Müller%20und%20Co.xlsx",
        "HTTPS://shop-my.sharepoint.com/personal/Ann/Documents/M%C3%BCller und Co.xlsx?web=1#a",
        "https://shop-my.sharepoint.com/personal/ann/x/../Documents/Mu%CC%88ller und Co.xlsx",
    ],
)
def test_an_address_is_one_place_in_any_spelling(spelled: str) -> None:
    expected = "https://shop-my.sharepoint.com/personal/ann/documents/müller und co.xlsx"
    assert place.place_of(spelled) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("straße", "strasse"), ("\u212aelvin", "kelvin"), ("Mu\u0308ller", "Müller")]
)
def test_two_names_that_windows_tells_apart_are_two_places(one: str, other: str) -> None:
    assert place.windows(rf"C:\{one}.xlsx") != place.windows(rf"C:\{other}.xlsx")
    assert place.posix(f"/l/{one}.xlsx") != place.posix(f"/l/{other}.xlsx")


def test_an_address_that_asks_for_another_workbook_is_another_place() -> None:
    first = place.place_of("https://files.example/get?id=1")
    assert first != place.place_of("https://files.example/get?id=2")
    assert first == place.place_of("https://files.example/get?id=1&web=1")


@pytest.mark.parametrize("name", ["Book1", "Mappe1.xlsx", "", "Worksheet in Letter.docx"])
def test_a_workbook_that_was_never_saved_has_no_place(name: str) -> None:
    assert place.place_of(name) == ""


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_is_the_place_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").touch()
    (tmp_path / "link.xlsx").symlink_to("book.xlsx")
    assert place.place_of(str(tmp_path / "link.xlsx")) == place.place_of(
        str(tmp_path / "book.xlsx")
    )


def test_two_files_that_differ_by_case_are_two_on_linux() -> None:
    assert place.posix("/lists/Shop.xlsx") != place.posix("/lists/shop.xlsx")
    assert place.posix("/l/Shop.xlsx", any_case=True) == place.posix("/l/shop.xlsx", any_case=True)


@pytest.mark.parametrize(
    ("where", "within"),
    [
        ("/srv/lists/a.xlsx", True),
        ("/srv/lists/2026/a.xlsx", True),
        ("/srv/lists2/a.xlsx", False),
        ("/srv/a.xlsx", False),
        ("/srv/lists/Downloads/a.xlsx", False),
        ("/srv/lists/Content.Outlook/X1/a.xlsx", False),
        ("", False),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="its places begin with a drive")
def test_a_folder_that_is_allowed_is_allowed_by_whole_names(where: str, within: bool) -> None:
    assert place.is_within(where, ["/srv/lists/", "/opt"]) is within


def test_the_whole_disk_is_no_folder_to_be_allowed() -> None:
    assert not place.is_within("/home/ann/a.xlsx", ["/"])
