"""The VBA that hands worksheet functions over to Python, made from what their decorators say.

Only xlwings' real decorators say it, and they want pywin32. Where that is missing, they are
imported over a stub, and both are taken away again, so that nothing else ever sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

import msgspec

from addin.excel.xlam.literals import literal

LONGEST_TEXT = 255  # what Excel's function window shows of a description
PYWIN32 = ("pythoncom", "pywintypes", "win32com", "win32com.client")
CALLER = "workbook"  # the argument that no cell gives
SILENT = "GETCONTACT"  # what goes wrong with it stays out of the letters of a mail merge
DECORATORS = ("func", "arg", "ret", "sub", "script")

# No workbook is handed over: xlwings would look for Python in its sheets. Nor is the calling cell,
# of which xlwings makes a Range for every call. Which workbook asks is told as a text.
WRAPPER = """\
Public Function {name}({parameters})
Attribute {name}.VB_Description = {description}
    On Error GoTo failed
    {name} = Python().CallUDF("{module}", "{name}", Array({arguments}), Nothing, Nothing)
    Exit Function
failed: 'Python could not even be started
    {name} = {failure}
End Function
"""


class Function(msgspec.Struct, frozen=True):
    """A worksheet function: what Excel's function window shows, and its VBA."""

    name: str
    description: str
    category: str
    arguments: tuple[str, ...]
    argument_texts: tuple[str, ...]
    source: str


def functions(module_name: str) -> list[Function]:
    """Return the worksheet functions of a module, by name.

    Raises ValueError for a description that Excel would cut off.
    """
    with generator(module_name) as (_, module):
        found = [getattr(module, name) for name in dir(module)]
        return [_function(module_name, each) for each in found if hasattr(each, "__xlfunc__")]


def _function(module_name: str, udf: Any) -> Function:
    facts = udf.__xlfunc__
    name, description = facts["name"], _one_line(udf.__doc__ or "")
    given = [argument for argument in facts["args"] if argument["name"] != CALLER]
    arguments = tuple(argument["name"] for argument in given)
    source = WRAPPER.format(
        name=name,
        module=module_name,
        parameters=", ".join(map(_parameter, given)),
        arguments=", ".join((*arguments, "CallingWorkbook()")),
        description=literal(description),
        failure='""' if name == SILENT else "Err.Description",
    )
    texts = tuple(_one_line(argument["doc"]) for argument in given)
    return Function(name, description, facts["category"], arguments, texts, source)


def _parameter(argument: dict[str, Any]) -> str:
    return f"{'Optional ' if 'optional' in argument else ''}{argument['name']}"


def _one_line(text: str) -> str:
    """Return a docstring as one line. Raises ValueError where Excel would cut it off."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_TEXT:
        raise ValueError(f"1 to {LONGEST_TEXT} characters fit, not {len(line)}: {line}")
    return line


@contextmanager
def generator(module_name: str) -> Iterator[tuple[Any, ModuleType]]:
    """Give xlwings.udfs and the module, its functions decorated for good."""
    if find_spec("pythoncom"):
        yield import_module("xlwings.udfs"), import_module(module_name)
        return
    with _stubbed() as udfs:
        yield udfs, _fresh(module_name)


@contextmanager
def _stubbed() -> Iterator[Any]:
    import xlwings

    kept = {name: getattr(xlwings, name) for name in DECORATORS}
    try:
        sys.modules.update(_pywin32())
        udfs = import_module("xlwings.udfs")
        for name in DECORATORS:
            setattr(xlwings, name, getattr(udfs, f"xl{name.replace('script', 'sub')}"))
        yield udfs
    finally:
        for name in (*PYWIN32, "xlwings.udfs"):
            sys.modules.pop(name, None)
        vars(xlwings).pop("udfs", None)
        vars(xlwings).update(kept)


def _pywin32() -> dict[str, ModuleType]:
    modules = {name: ModuleType(name) for name in PYWIN32}
    vars(modules["pythoncom"]).update(CoInitialize=None)
    vars(modules["win32com.client"]).update(Dispatch=None)
    return modules


def _fresh(module_name: str) -> ModuleType:
    """Run a module once more: when it was imported before, its decorators did nothing."""
    spec = find_spec(module_name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
