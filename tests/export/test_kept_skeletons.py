"""A workbook without rows is made by openpyxl once; what is kept of it gives the same bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.export.xlsx_files import BELIEVABLE, ROW, SHOP, WHEN, sheet_of, table_of, texts, written
from workbook.accounts import settings as kept_settings
from workbook.contacts.columns import BASIC
from workbook.contacts.summary import Trend, summarize
from workbook.errors import NotWritable
from workbook.export import kept_skeletons, skeleton
from workbook.export.look import Look, Skeleton
from workbook.sync.purge import purge_everything

LOOK = Look("Contacts", BASIC, [20, 30, 40, 10], [8], rtl=False)
CHARTED = [("By type", 9)]

CHARTS = st.none() | st.lists(
    st.sampled_from([("By type", 9), ("Growth", 15), ("Phones by country", 25)]), max_size=3
)
MOMENT = st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1))
LOOKS = st.builds(
    Look,
    st.just("Contacts"),
    st.just(BASIC),
    st.lists(st.integers(10, 255), min_size=4, max_size=4),
    st.sampled_from([[0], [1], [2_000_003], [1_048_575, 7]]),
    st.booleans(),
)
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])


@given(LOOKS, CHARTS, MOMENT, OFFSETS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filled_one_is_what_openpyxl_makes(
    look: Look, charts: list[tuple[str, int]] | None, moment: datetime, offset: timezone
) -> None:
    looks, when = [look, replace(look, name="Changes")], moment.replace(tzinfo=offset)
    expected = skeleton.make(looks, charts, when)
    assert kept_skeletons.make(looks, charts, when) == expected
    assert kept_skeletons.make(looks, charts, when) == expected


@pytest.fixture(autouse=True)
def made_home(home: Path) -> None:
    """Let the test's own home be there: where there is none, nothing is kept."""
    assert kept_settings.made_home() == home


def kept(home: Path) -> list[Path]:
    return [*home.glob(kept_settings.SKELETONS)]


def made(look: Look = LOOK) -> Skeleton:
    return kept_skeletons.make([look], CHARTED, WHEN)


def test_the_second_run_does_without_openpyxl() -> None:
    first = made()
    with patch.dict(sys.modules, {"workbook.export.skeleton": None}):
        assert made() == first


def test_it_fits_the_list_of_another_day() -> None:
    today = summarize(BELIEVABLE, SHOP)
    growth = (("2026-11-23", 8), ("2026-11-24", 9))
    tomorrow = replace(today, trend=Trend(growth=growth, new=(("Anna", WHEN),)))
    written(table_of(ROW), summary=replace(today, trend=Trend(growth=growth[:1])))
    with patch.dict(sys.modules, {"workbook.export.skeleton": None}):
        content = written(table_of(ROW, ROW), summary=tomorrow)
    assert {"Anna", "2026-11-24"} <= {row[0] for row in texts(sheet_of(content, 1))}


def test_it_is_for_its_owner_alone_and_names_nobody(home: Path) -> None:
    written(table_of(ROW), summary=summarize(BELIEVABLE, SHOP))
    (path,) = kept(home)
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600
    assert b"shop" not in path.read_bytes()


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:200] + b"!" + content[201:],
        lambda content: b"\0" * (kept_skeletons.LARGEST + 1),
    ],
)
def test_a_damaged_one_is_made_anew(home: Path, harm: Callable[[bytes], bytes]) -> None:
    first = made()
    (path,) = kept(home)
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    assert made() == first
    assert path.read_bytes() == whole


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; its user folder is private")
def test_one_that_others_can_change_is_not_believed(home: Path) -> None:
    first = made()
    (path,) = kept(home)
    path.chmod(0o666)
    with patch.object(skeleton, "make", wraps=skeleton.make) as made_anew:
        assert made() == first
    made_anew.assert_called_once()


def test_only_the_youngest_are_kept(home: Path) -> None:
    for columns in range(1, kept_skeletons.MOST + 4):
        made(replace(LOOK, header=["title"] * columns, widths=[10] * columns))
    assert len(kept(home)) == kept_skeletons.MOST


def test_a_sheet_with_somebodys_own_name_is_not_kept(home: Path) -> None:
    made(replace(LOOK, name="Anna"))
    assert not kept(home)


def test_a_home_that_takes_nothing_makes_no_difference() -> None:
    with patch("workbook.files.atomic.write", side_effect=NotWritable("home", "it is full")):
        assert made() == skeleton.make([LOOK], CHARTED, WHEN)


def test_purge_leaves_none(home: Path) -> None:
    made()
    purge_everything()
    assert not home.exists()


def test_nothing_is_kept_where_openpyxl_does_not_tell_its_version(home: Path) -> None:
    with patch.object(kept_skeletons, "_maker", side_effect=FileNotFoundError):
        assert made() == skeleton.make([LOOK], CHARTED, WHEN)
    assert not kept(home)
