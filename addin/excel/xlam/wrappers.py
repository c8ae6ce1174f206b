"""The VBA that hands worksheet functions over to Python, written by xlwings' own generator.

The generator wants pywin32. Where that is missing, it is imported over a stub, and both are taken
away again, so that nothing else ever sees them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec

from addin.excel.xlam.patch import Change, changed

LONGEST_TEXT = 255  # what Excel's function window shows of a description
PYWIN32 = ("pythoncom", "pywintypes", "win32com", "win32com.client")
SILENT = "GETCONTACT"  # what goes wrong with it stays out of the letters of a mail merge
DECORATORS = ("func", "arg", "ret", "sub", "script")

HEAD = """\
Attribute VB_Name = "xlwings_udfs"
#Const App = "Microsoft Excel"
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

    Raises ValueError for a description that Excel would cut off, XlwingsChanged for a wrapper that
    is not written as it was.
    """
    with generator(module_name) as (udfs, module):
        found = [getattr(module, name) for name in dir(module)]
        return [_function(udfs, module_name, each) for each in found if hasattr(each, "__xlfunc__")]


def udfs_module(wrapped: list[Function]) -> str:
    """Return the source of the module `xlwings_udfs`."""
    return HEAD + "".join(function.source for function in wrapped)


def _function(udfs: Any, module_name: str, udf: Any) -> Function:
    facts = udf.__xlfunc__
    description = _one_line(udf.__doc__ or "")
    shown = [argument for argument in facts["args"] if argument["name"] != "caller"]
    out = io.StringIO()
    alone, book = SimpleNamespace(udf=udf), SimpleNamespace(Name="GetContacts.xlam")
    udfs.generate_vba_wrapper(module_name, alone, out, book)
    return Function(
        name=facts["name"],
        description=description,
        category=facts["category"],
        arguments=tuple(argument["name"] for argument in shown),
        argument_texts=tuple(_one_line(argument["doc"]) for argument in shown),
        source=changed(out.getvalue(), _changes(facts["name"], description)),
    )


def _changes(name: str, description: str) -> tuple[Change, ...]:
    quoted = description.replace('"', '""')
    failing = f"failed:\n    {name} = "  # where Python could not even be started
    silence = (Change("error of a function", f"{failing}Err.Description", f'{failing}""'),)
    return (
        *(silence if name == SILENT else ()),
        # given the active workbook, xlwings would look for Python in its sheets, and make it the
        # caller of the button that is just at work
        Change("workbook of a function", ", ActiveWorkbook, ", ", Nothing, "),
        Change(
            "description of a function",
            ")\n    #If App",
            f')\nAttribute {name}.VB_Description = "{quoted}"\n    #If App',
        ),
    )


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
