"""Which workbook a formula is in, and whether that one may see contacts."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from addin.shared import consent_gate
from addin.shared.consent_gate import AddinTooOld, Caller, Gate, NoCell, NotAllowed, caller_of
from workbook.store import consents
from workbook.sync import consent

INSTANCE, OTHER = "1101000001", "1101000002"
SAVED = Caller("/lists/form.xlsx", "77")
UNSAVED = Caller("", "77", "Book1")


def saved(folder: Path, name: str = "form.xlsx", written: float = 0.0) -> Caller:
    """Write a workbook now, or as if so many seconds from now, and return it in the window."""
    file = folder.resolve() / name
    file.touch()
    os.utime(file, (time.time() + written,) * 2)
    return Caller(str(file), "77")


def passes(gate: Gate, caller: Caller, instance: str = INSTANCE) -> bool:
    """Tell whether a formula is let through, as a spreadsheet program would tell its workbook."""
    told = f"{caller.place or caller.name or 'Book1'}\n{'/lists' if caller.place else ''}\n{caller.window}"
    try:
        gate.check(told, instance)
    except NotAllowed:
        return False
    return True


def test_the_text_of_excel_names_the_workbook() -> None:
    assert caller_of("/lists/form.xlsx\n/lists\n77") == SAVED


def test_a_workbook_that_was_never_saved_has_a_window_alone() -> None:
    assert caller_of("Book1\n\n77") == UNSAVED


def test_an_add_in_that_does_not_say_who_asks_has_to_be_installed_anew() -> None:
    with pytest.raises(AddinTooOld, match="getcontacts addin install"):
        caller_of(None)


def test_what_is_no_cell_gets_no_contacts() -> None:
    with pytest.raises(NoCell):
        caller_of("")


def test_a_line_break_in_a_name_makes_it_no_other_workbook() -> None:
    with pytest.raises(NoCell):
        caller_of("/lists/form.xlsx\nmailed.xlsx\n/lists\n77")


def test_a_mailed_workbook_sees_nothing_until_it_is_allowed() -> None:
    gate = Gate()
    assert not passes(gate, SAVED)
    gate.allow(SAVED, INSTANCE)
    assert passes(gate, SAVED)
    assert not passes(gate, SAVED, OTHER)
    assert passes(Gate(), SAVED), "the next Excel knows it, too"


def test_a_workbook_that_was_moved_is_asked_again() -> None:
    Gate().allow(SAVED, INSTANCE)
    assert not passes(Gate(), Caller("/other/form.xlsx", "78"))


def test_a_workbook_keeps_its_consent_at_its_first_save(tmp_path: Path) -> None:
    gate = Gate()
    gate.allow(UNSAVED, INSTANCE)
    assert passes(gate, UNSAVED)
    form = saved(tmp_path)
    assert passes(gate, form)
    assert consent.may_see(form.place, INSTANCE)


def test_a_workbook_keeps_its_consent_when_it_is_saved_under_another_name(tmp_path: Path) -> None:
    consent.allow(SAVED.place, INSTANCE)
    gate = Gate()
    assert passes(gate, SAVED)
    assert passes(gate, saved(tmp_path))


@pytest.mark.parametrize("written", [-3600.0, 3600.0])
def test_a_mailed_workbook_in_the_window_of_a_closed_one_is_asked(
    tmp_path: Path, written: float
) -> None:
    gate = Gate()
    gate.allow(SAVED, INSTANCE)
    assert passes(gate, SAVED)
    assert not passes(gate, saved(tmp_path, "mailed.xlsx", written))
    assert not passes(gate, Caller("", "77", "Form1")), "one of a template"


def test_what_came_from_the_internet_is_asked_in_any_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent_gate, "is_marked", lambda path: path.name == "mailed.xlsx")
    gate = Gate()
    gate.allow(UNSAVED, INSTANCE)
    assert not passes(gate, saved(tmp_path, "mailed.xlsx"))


def test_a_new_workbook_in_the_window_of_another_new_one_is_asked() -> None:
    gate = Gate()
    gate.allow(Caller("", "77"), INSTANCE)
    assert passes(gate, UNSAVED)
    assert not passes(gate, Caller("", "77", "Form1"))


def test_another_window_is_another_workbook() -> None:
    gate = Gate()
    gate.allow(UNSAVED, INSTANCE)
    assert not passes(gate, Caller("", "78"))
    assert not passes(gate, Caller("", ""))


def test_what_the_command_allows_and_takes_back_counts_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("addin.shared.consent_gate.SAME", -1.0)
    gate = Gate()
    consent.allow(SAVED.place, INSTANCE)
    assert passes(gate, SAVED)
    consents.take_back(SAVED.place)
    assert not passes(gate, SAVED)
