"""The README names everything a user can ask for, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tests.test_architecture import ROOMS
from workbook.cli import COMMANDS, app
from workbook.contacts.columns import COLUMNS
from workbook.export.formats import FORMATS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def part(title: str) -> str:
    """Return what stands between a heading and the next one of its kind."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


BUILT = part("How it is built")


def first_cells(text: str) -> list[str]:
    """Return the first cells of all rows of tables in a text."""
    return re.findall(r"^\| (.*?) \|", text, re.M)


def test_every_column_is_explained_in_the_order_of_the_file() -> None:
    named = [name for cell in first_cells(part("Columns")) for name in re.findall("`(.*?)`", cell)]
    assert named == [*COLUMNS]


def test_every_command_is_explained() -> None:
    rows = " ".join(first_cells(part("Commands")))
    assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", rows)] == []


def test_every_option_of_export_is_explained() -> None:
    command = app.get_command(click.Context(app), "export")
    assert command is not None
    options = {name for param in command.params for name in param.opts if name.startswith("--")}
    text = part("Commands")
    assert {name for name in options - {"--quiet", "--verbose"} if f"`{name}" not in text} == set()


def test_the_rooms_stand_in_the_order_of_their_imports() -> None:
    rows = re.findall(r"`((?:workbook|addin)/[a-z_]+)(?:\.py)?`", " ".join(first_cells(BUILT)))
    rooms = [room.replace("/", ".") for room in rows]
    folders = [room for room in ROOMS if (ROOT / room.replace(".", "/")).is_dir()]
    assert rooms == ["workbook.errors", *folders]


def test_every_file_that_a_recipe_names_is_there() -> None:
    recipes = BUILT.partition("| to add |")[2]
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|toml))`", recipes))
    files = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*") if ".venv" not in path.parts]
    assert [
        name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)
    ] == []
    assert len(named) > 10


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_named_with_the_option_that_chooses_it(form: str) -> None:
    [row] = re.findall(r"^\| `--format (.*?)` \|", README, re.M)
    assert form in row.split("\\|")


WORDS = 3_900  # of `wc -w` without the bars of tables


def test_it_can_be_read_in_a_quarter_of_an_hour() -> None:
    assert len(README.replace("|", "").split()) < WORDS


def test_no_line_is_longer_than_a_screen() -> None:
    lines = [line for line in README.splitlines() if not line.startswith("|") and "](" not in line]
    assert [line for line in lines if len(line) > 120] == []


def test_every_link_inside_leads_somewhere() -> None:
    titles = {re.sub(r"[^\w -]", "", t).replace(" ", "-").lower() for t in headings()}
    assert set(re.findall(r"\]\(#(.*?)\)", README)) <= titles
    files = re.findall(r"\]\(((?!https?:|#).*?)\)", README)
    assert [file for file in files if not (ROOT / file).is_file()] == []


def headings() -> list[str]:
    return re.findall(r"^##+ (.*)$", README, re.M)


def test_the_contents_name_every_part() -> None:
    top = README.partition("\n## ")[0]
    assert [title for title in headings() if f"[{title}](#" not in top] == []


def test_the_picture_is_small() -> None:
    assert (ROOT / "tests/pictures/demo.png").stat().st_size <= 150_000
