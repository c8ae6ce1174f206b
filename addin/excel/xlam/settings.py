"""The add-in's own settings: the pairs on its one sheet, which xlwings' VBA reads."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePosixPath, PureWindowsPath

from addin.excel.xlam.vba_sources import UDFS
from workbook.errors import WrongUsage


def settings(interpreter: str) -> list[tuple[str, str]]:
    """Return names and values, texts all: VBA reads "TRUE" alike in every language.

    Raises WrongUsage for an interpreter that is no full path.
    """
    return [
        (_setting_of(interpreter), interpreter),
        ("UDF Modules", UDFS),
        ("Use UDF Server", "TRUE"),
        ("ADD_WORKBOOK_TO_PYTHONPATH", "FALSE"),
        ("getcontacts version", version("green-api-contacts")),
        ("xlwings version", version("xlwings")),
    ]


def _setting_of(interpreter: str) -> str:
    """Return the name under which Windows or macOS looks for a path like this."""
    if PureWindowsPath(interpreter).is_absolute():
        return "Interpreter_Win"
    if PurePosixPath(interpreter).is_absolute():
        return "Interpreter_Mac"
    raise WrongUsage(
        f'"{interpreter}" is no full path of a Python; give one such as '
        r"C:\Users\me\venv\Scripts\python.exe"
    )
