"""Our own tests, room by room, run by Windows' own Python.

What cannot pass there is marked with its reason where it stands. Left out are tests of the command
and of Excel, which have files of their own beside this one, of consent, whose places are those of
Linux, and of windows, for that Python has no tkinter.
"""

from __future__ import annotations

import re

import pytest

from tests.hosts.wine import ROOT, Windows

SECONDS = 180  # for each of them
ROOMS = {
    "contacts": "",
    "merge": "",
    "accounts": "",
    "store": "",
    "files": "",
    "sync": "",
    "export": "",
    "ooxml": "",
    "green_api": "protocol other_methods partner contacts_stream",
    "addin/shared": "account_form arguments blocks messages refresh_decision undo",
}
# in place of the options of pyproject.toml, of which two need libraries that are not there
QUICK = "not (libreoffice or long or slow or validator or window or windows)"
OPTIONS = ("-q", "-p", "no:cacheprovider", "-o", "addopts=", "--tb=short", "-m", QUICK)


@pytest.mark.parametrize("room", ROOMS)
def test_our_own_tests_pass_on_windows(machine: Windows, room: str) -> None:
    files = [f"tests/{room}/test_{file}.py" for file in ROOMS[room].split()] or [f"tests/{room}"]
    # what these tests leave is not to be found among users' files
    words = ("-m", "pytest", *OPTIONS, f"--basetemp=C:\\own {room.replace('/', ' ')}", *files)
    there = machine.within(PYTEST_ADDOPTS="")  # those of whoever runs this one are not for it
    ran = there.run(*words, cwd=ROOT, console="utf-8", seconds=SECONDS)
    assert ran.code == 0, ran.out[-10_000:] + ran.err
    passed = re.search(r"(\d+) passed", ran.out)
    assert passed is not None
    assert int(passed[1]) > 40
