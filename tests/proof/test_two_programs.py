"""The Excel in memory does to a table what a real spreadsheet program does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.calc import Calc, running
from tests.hosts.libreoffice import needs_uno
from tests.proof.two_programs import Life, in_calc, in_memory, life, play

A_FEW, MANY = range(12), range(12, 200)


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    folder = tmp_path_factory.mktemp("calc")
    with running(folder, {}, folder / "profile") as calc:
        yield calc


@needs_uno
class TestTwoPrograms:
    @pytest.mark.parametrize("seed", A_FEW)
    def test_they_agree(
        self, seed: int, calc: Calc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compare(life(seed), calc, tmp_path, monkeypatch)

    @pytest.mark.long
    @pytest.mark.parametrize("seed", MANY)
    def test_they_agree_always(
        self, seed: int, calc: Calc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compare(life(seed), calc, tmp_path, monkeypatch)


def compare(life: Life, calc: Calc, folder: Path, patch: pytest.MonkeyPatch) -> None:
    seen = []
    for name, program in (("excel", in_memory()), ("calc", in_calc(calc))):
        patch.setenv("GETCONTACTS_HOME", str(folder / name))
        with program as there:
            seen.append(play(life, there, patch))
    for number, (excel, other) in enumerate(zip(*seen, strict=True)):
        assert excel == other, f"after {seen[0][:number]}"
