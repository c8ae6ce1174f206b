"""What people type as their name stays text that can be read: pages, pictures, widths and charts.

Facts are checked and no pixels. The pictures are kept in the folder that GETCONTACTS_PICTURES names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.cli.command import getcontacts, use
from tests.hosts.display import MISSING, lasting_screen, picture
from tests.hosts.libreoffice import SCRIPTS, convert, needs_libreoffice, needs_uno, run_uno
from tests.proof.report import tried
from workbook.errors import ADVICE, HOW_TO_LOG_IN, AddressRefused, NotReady, Unreachable
from workbook.simulator.people import account, person
from workbook.simulator.simulator import Simulator
from workbook.store import call_slots

POPPLER = [tool for tool in ("pdftotext", "pdftoppm") if shutil.which(tool) is None]
needs_poppler = pytest.mark.skipif(bool(POPPLER), reason=f"not installed here: {POPPLER}")
needs_screen = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {MISSING}")

WIDEST = 60  # characters; longer names are cut at their neighbour's cell
MOST = 60 * 7 / 96 * 2540  # its width in hundredths of a millimetre, by a digit of seven pixels
HEBREW = [person(f"9725000000{n:02}@c.us", "דנה כהן", "דנה מהעבודה") for n in range(30)]


def demo() -> Path:
    assert getcontacts("demo", "looks.xlsx").code == 0
    return Path("looks.xlsx")


def exported(contacts: list[dict[str, Any]], *words: str) -> Path:
    with pytest.MonkeyPatch.context() as patch, Simulator(contacts=contacts, rate=0) as service:
        use(service, patch)
        patch.setattr(call_slots, "INTERVAL", 0.0)
        patch.setenv("GREEN_API_ID_INSTANCE", service.id_instance)
        assert getcontacts("export", "looks.xlsx", *words).code == 0
    return Path("looks.xlsx")


def full() -> Path:
    return exported(account(), "--columns", "full")


def hebrew() -> Path:
    return exported(HEBREW, "--columns", "full")


def updated() -> Path:
    exported(account()[:-30])
    return exported(account(), "--update")


def changed() -> Path:
    exported(account()[:-30])
    renamed = [{**row, "name": f"{row.get('name')} the second"} for row in account()[:40]]
    return exported([*renamed, *account()[40:]], "--overwrite", "--changes", "--accept-loss")


BOOKS: dict[str, Callable[[], Path]] = {
    each.__name__: each for each in (demo, full, hebrew, updated, changed)
}


@pytest.fixture(params=BOOKS)
def book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make each of the workbooks that a user gets to see, with the command."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / BOOKS[request.param]()
    return made.rename(made.with_name(f"{request.param}.xlsx"))


def kept(picture: Path) -> None:
    """Keep a picture for people, where they asked for it."""
    if folder := os.environ.get("GETCONTACTS_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, folder)


def run(*words: str | Path) -> bytes:
    return subprocess.run(words, check=True, capture_output=True, timeout=120).stdout


def ink(png: Path) -> int:
    """Return how many colours a picture has; a blank page has one."""
    return int(run("identify", "-format", "%k", png))


@needs_poppler
@needs_libreoffice
def test_no_printed_page_shows_a_number_that_does_not_fit(book: Path, tmp_path: Path) -> None:
    pdf = convert(book, "pdf", tmp_path / "pdf")
    text = run("pdftotext", "-layout", pdf, "-").decode()
    assert "###" not in text
    assert not [error for error in ("#REF!", "#NAME?", "#VALUE!", "Err:") if error in text]
    assert "Contacts from GREEN-API" in text
    lists = [page for page in text.split("\f") if "@c.us" in page]
    assert lists
    assert all("id" in page.split("@")[0].split() for page in lists), "titles are on every page"
    run("pdftoppm", "-r", "60", "-png", pdf, tmp_path / book.stem)
    pages = sorted(tmp_path.glob(f"{book.stem}-*.png"))
    assert pages
    for page in pages:
        assert ink(page) > 20
        kept(page)
    tried("text", len(pages))


@needs_uno
def test_no_column_is_narrower_than_what_is_in_it(book: Path) -> None:
    sheets = json.loads(run_uno(SCRIPTS / "uno_widths.py", str(book)))
    columns = 0
    for sheet in sheets:
        for title, now, best, shrinks in zip(
            sheet["titles"], sheet["now"], sheet["optimal"], sheet["shrinks"], strict=True
        ):
            assert now >= min(best, MOST) or shrinks, (sheet["name"], title, now, best)
            columns += 1
    tried("text", columns)


@needs_uno
def test_the_charts_are_there_and_whole(book: Path) -> None:
    with ZipFile(book) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
        for name in charts:
            part = archive.read(name)
            assert b"<c:v>" in part or b"<v>" in part, "previews draw from the copies of the cells"
            assert b"#REF!" not in part
    sheets = json.loads(run_uno(SCRIPTS / "uno_widths.py", str(book)))
    assert charts
    assert {each["name"]: each["charts"] for each in sheets}["Summary"] == len(charts)
    tried("text", len(charts))


SENTENCES = [
    *ADVICE.values(),
    f"Nothing was saved. {AddressRefused('a' * 60 + '.example.com')}",
    f"Nothing was saved. {Unreachable('1101.api.green-api.com', 'certificate')}",
    f"Log in again ({HOW_TO_LOG_IN}). {NotReady('x' * 40)}",
]


@pytest.mark.window
@needs_screen
def test_the_account_window_shows_all_it_says_and_never_the_token(tmp_path: Path) -> None:
    from tests.addin.shared.test_account_window import showing

    display = lasting_screen()
    with showing(display) as shown:
        for sentence in SENTENCES:
            shown.window.said.set(sentence)
            shown.root.update()
            cut = [
                each for each in inside(shown.root) if each.winfo_reqwidth() > each.winfo_width()
            ]
            assert not [each for each in cut if each.winfo_class() != "TEntry"], sentence
            assert shown.root.winfo_reqheight() <= shown.root.winfo_height()
            assert shown.root.winfo_rootx() + shown.root.winfo_width() <= 900, "the screen's width"
        pictures = []
        for token in ("a" * 50, "Z9" * 25):
            shown.window.fields["token"].set(token)
            shown.root.focus_set()
            shown.root.update()
            pictures.append(picture(display))
    assert pictures[0] == pictures[1], "two tokens of one length look the same"
    (tmp_path / "window.ppm").write_bytes(pictures[0])
    run("convert", tmp_path / "window.ppm", tmp_path / "window.png")
    assert ink(tmp_path / "window.png") > 20
    kept(tmp_path / "window.png")
    tried("text", len(SENTENCES))
    tried("token", 2)


def inside(widget: Any) -> Iterator[Any]:
    """Go through all widgets that can be seen within one."""
    for child in widget.winfo_children():
        if child.winfo_ismapped():
            yield child
            yield from inside(child)
