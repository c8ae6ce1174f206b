"""Who is written: by phone book, by country, by when they came; in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import getcontacts, use
from tests.ooxml.update_files import read
from workbook.export.formats import FORMATS
from workbook.simulator.people import group, person
from workbook.simulator.simulator import Simulator

ANNA = person("4915100000001@c.us", "Anna", "Anna Berg")
DANA = person("972500000002@c.us", "Dana")
CARA = person("4915100000003@c.us", "Cara")
TEAM = group("120363043968066561@g.us", "Team")


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve four contacts, of whom one came after the first list."""
    monkeypatch.chdir(tmp_path)
    with Simulator(contacts=[ANNA, DANA, TEAM], rate=0) as simulator:
        use(simulator, monkeypatch)
        assert getcontacts("export", "first.csv").code == 0
        simulator.contacts = [ANNA, DANA, CARA, TEAM]
        yield simulator


def names(*words: str) -> list[str]:
    ran = getcontacts("export", "-", "--format", "json", *words)
    assert ran.code == 0, ran.stderr
    return [row["name"] for row in json.loads(ran.out)]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (("--saved", "yes"), ["Anna"]),
        (("--saved", "no"), ["Dana", "Cara"]),
        (("--country", "DE"), ["Anna", "Cara"]),
        (("--country", "de, Israel"), ["Anna", "Dana", "Cara"]),
        (("--new-since", "last"), ["Cara"]),
        (("--new-since", "2020-01-01"), ["Cara"]),
        (("--new-since", "2999-01-01"), []),
        (("--country", "DE", "--saved", "no", "--count", "1"), ["Cara"]),
    ],
)
def test_a_selection_takes_those_who_are_meant(words: tuple[str, ...], chosen: list[str]) -> None:
    assert names(*words) == chosen


def test_a_second_list_without_anybody_new_has_nobody_new() -> None:
    assert names("--new-since", "last") == ["Cara"]
    assert names("--new-since", "last") == []
    assert names("--new-since", "last", "--offline") == []


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_takes_a_selection(form: str) -> None:
    ran = getcontacts("export", "some", "--format", form, "--country", "IL")
    assert (ran.code, "1 contact (1 user) is in some" in ran.stderr) == (0, True)


def test_a_selection_never_looks_like_a_loss(service: Simulator) -> None:
    getcontacts("export", "book.xlsx")
    for words in ((), ("--missing", "mark", "--columns", "basic,status")):
        ran = getcontacts("export", "book.xlsx", "--update", "--country", "IL", *words)
        assert ran.code == 0, ran.stderr
        assert "missing" not in ran.stderr
        assert "not seen" not in ran.stderr
    assert len(read(Path("book.xlsx").read_bytes())) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--country", "Germony"), "did you mean Germany?"),
        (("--new-since", "yesterday"), "is no date"),
    ],
)
def test_what_cannot_be_selected_is_refused_before_any_call(
    service: Simulator, words: tuple[str, ...], said: str
) -> None:
    calls = len(service.calls)
    ran = getcontacts("export", "list.csv", *words)
    assert (ran.code, said in ran.stderr, len(service.calls)) == (2, True, calls)
