"""One fault and the tests that should notice it, run in a fork of this process."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import re
import resource
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).parents[2]
# what all tests take; what is tested must not be here, as it is to be imported with its fault
HEAVY = ("_hypothesis_pytestplugin", "_pytest.pytester", "click", "faulthandler", "http.server",
         "keyring", "lxml.etree", "msgspec", "openpyxl", "phonenumbers", "platformdirs", "requests",
         "rich.console", "sqlite3", "stamina", "trustme", "vobject", "xlwings")  # fmt: skip
# a trial is to begin at once: no plugin but hypothesis', no words about what is red
OPTIONS = (
    "-q", "-x", "-o", "addopts=", "-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider", "-p", "no:doctest",
    "-p", "no:junitxml", "--assert=plain", "--tb=no", "--hypothesis-profile=once",
    "-m", "not (long or validator or window or windows)",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",  # hypothesis is there already
)  # fmt: skip
SECONDS = 40  # of CPU; more is taken by what does not end
FAILED = (
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,  # a file of tests cannot be imported
    pytest.ExitCode.USAGE_ERROR,  # nor can what all of them take
)


def prepare() -> None:
    """Import what takes time, so that no fork has to."""
    for name in HEAVY:
        importlib.import_module(name)
    once = (Phase.explicit, Phase.generate)  # a failure is enough; nobody reads the smallest one
    settings.register_profile(
        "once", deadline=None, database=None, phases=once, derandomize=True, max_examples=50
    )


def tried(module: str, source: str, tests: Sequence[str]) -> str:
    """Run tests with another source of a module, in this order; return the first that is red, or "".

    Where the first one does not end or cannot be imported, it is said to be red.
    """
    with tempfile.TemporaryDirectory(prefix="getcontacts-mutants-") as folder:
        process = os.fork()
        if not process:
            _child(module, source, tests, folder)
        status = os.waitpid(process, 0)[1]
        words = Path(folder, "words").read_text("utf-8", "replace")[-2_000:]
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return ""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return tests[0]
    if code in FAILED:
        named = re.search(r"^(?:FAILED|ERROR) ([^\s\[]+)", words, re.MULTILINE)
        return named[1] if named else tests[0]
    raise RuntimeError(f"pytest ended with {code} in {' '.join(tests)}: {words}")


def _child(module: str, source: str, tests: Sequence[str], folder: str) -> None:
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "yes"
    with Path(folder, "words").open("w") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    sys.meta_path.insert(0, _Faulty(module, source))
    code: int = pytest.ExitCode.INTERNAL_ERROR
    try:
        code = pytest.main([*OPTIONS, f"--basetemp={folder}/tests", *tests])
    finally:
        os._exit(code)


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Import one module from a source that is in no file."""

    def __init__(self, module: str, source: str) -> None:
        self._module, self._source = module, source
        self._file = str(ROOT / f"{module.replace('.', '/')}.py")

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._module:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=self._file)
        spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:
        return self._source

    def get_code(self, fullname: str) -> object:  # type: ignore[override]  # a CodeType
        return compile(self._source, self._file, "exec")
