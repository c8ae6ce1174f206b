"""The Excel that is played inside Windows, with our add-in in it, as the tests speak to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from addin.excel.addin_info import stamp_of
from tests.addin.excel.xlam.vba import sources
from tests.hosts.wine import ROOT, STEP, Running, Windows

EXCEL = Path(__file__).with_name("inside") / "excel.py"
CONSTANT = re.compile(r'Private Const (\w+) As String = "((?:[^"]|"")*)"')
CALL = re.compile(r'CallUDF\("([\w.]+)", "(\w+)"')


@dataclass(frozen=True, slots=True)
class AddIn:
    """What stands in the VBA of an add-in file: its constants, and the module of each function."""

    folder: str
    constants: dict[str, str]
    modules: dict[str, str]

    @staticmethod
    def of(file: Path) -> AddIn:
        """Read an add-in file."""
        content = file.read_bytes()
        code = sources(content)["ContactsAddin"]
        constants = {name: text.replace('""', '"') for name, text in CONSTANT.findall(code)}
        modules = {function: module for module, function in CALL.findall(code)}
        folder = stamp_of(content).interpreter.rpartition("\\")[0]
        return AddIn(folder, constants, modules)


@dataclass(frozen=True, slots=True)
class Excel:
    """An Excel that runs."""

    running: Running
    addin: AddIn

    def do(self, step: str, *given: Any, **named: Any) -> Any:
        """Let it do a step of Steps in inside/excel.py, and return what came of it."""
        process, timer = self.running.process, Timer(STEP, self.running.process.kill)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        timer.start()
        try:
            process.stdin.write(json.dumps([step, given, named]).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            timer.cancel()
        assert line, f"Excel has ended: {process.stderr.read().decode('cp1252', 'replace')}"
        answer = json.loads(line)
        assert "error" not in answer, answer
        return answer["value"]

    def press(self, button: str, *answers: str) -> dict[str, Any]:
        """Press a button of the tab, and each button of the message boxes that come."""
        got = self.do("press", self.addin.constants[f"{button}_CODE"], *answers)
        assert isinstance(got, dict)
        return got

    def cell(self, function: str, *arguments: Any) -> Any:
        """Return what a cell with this function shows: None is an argument that was left out."""
        return self.do("call", self.addin.modules[function], function, *arguments)


@contextmanager
def excel(pc: Windows, addin: AddIn) -> Iterator[Excel]:
    """Run Excel; it and its Python end afterwards."""
    here = pc.within(PYTHONPATH=ROOT)
    running = here.start(EXCEL, addin.folder, addin.constants["SERVE"])
    program = Excel(running, addin)
    try:
        yield program
        program.do("end")
    finally:
        running.kill()
