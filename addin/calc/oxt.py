"""The extension file (.oxt), built from plain text alone: no tool of LibreOffice, no SDK.

Its parts: the office side in Python, the types of the functions (IDL), and what LibreOffice's
configuration has to know of functions, toolbar and menu (XCU).
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from addin.calc import IDENTIFIER, SETTINGS
from addin.excel import udfs
from workbook import __version__
from workbook.errors import WrongUsage

OFFICE = "pythonpath/getcontacts_office"  # where LibreOffice's Python looks for packages
COMPONENT = "from getcontacts_office.component import g_ImplementationHelper  # noqa: F401\n"
EPOCH = (1980, 1, 1, 0, 0, 0)
CONTEXT = "com.sun.star.sheet.SpreadsheetDocument"
SCHEMA = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

# word, title; None is a line between buttons
BUTTONS = (
    ("refresh", "Refresh"),
    ("undo", "Undo refresh"),
    None,
    ("allow", "Allow"),
    ("export", "Export…"),
    None,
    ("account", "Account…"),
    ("check", "Check"),
    ("help", "Help"),
)
# function, its texts, and those of its arguments
FUNCTIONS = (
    (udfs.GETCONTACTS, (udfs.KIND, udfs.COUNT, udfs.HEADERS, udfs.ACCOUNT)),
    (udfs.GETCONTACT, (udfs.WHO, udfs.FIELD, udfs.ACCOUNT)),
    (udfs.GETCONTACTSINFO, (udfs.ACCOUNT,)),
)


def build(interpreter: str | None = None) -> bytes:
    """Return the extension that starts this Python, or another one; the same bytes every time.

    Raises WrongUsage for anything but a full path.
    """
    python = interpreter or sys.executable
    if not (PureWindowsPath(python).is_absolute() or PurePosixPath(python).is_absolute()):
        raise WrongUsage(f"{python!r} is no full path of a Python.")
    return packed(parts(python))


def packed(texts: Mapping[str, str]) -> bytes:
    """Return files as one."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(ZipInfo(name, EPOCH), text, ZIP_DEFLATED)
    return content.getvalue()


def parts(interpreter: str) -> dict[str, str]:
    """Return the files in the extension."""
    command = [interpreter, "-I", "-m", "addin.calc.child", __version__]
    configuration = {
        "Addons.xcu": _configuration("Addons", _addons()),
        "CalcAddIns.xcu": _configuration("CalcAddIns", _add_in()),
        "CalcWindowState.xcu": _configuration("CalcWindowState", _place(), ".UI"),
        "ProtocolHandler.xcu": _configuration("ProtocolHandler", _protocol()),
    }
    return {
        "META-INF/manifest.xml": _manifest(configuration),
        "description.xml": _description(),
        "types.idl": _types(),
        **configuration,
        "component.py": COMPONENT,
        **{f"{OFFICE}/{name}": text for name, text in _office_side()},
        f"{OFFICE}/{SETTINGS}": json.dumps({"command": command}),
    }


def _office_side() -> Iterator[tuple[str, str]]:
    for file in sorted(files("addin.calc.office").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            yield file.name, file.read_text("utf-8")


def _manifest(configuration: Mapping[str, str]) -> str:
    kinds = {
        "types.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "component.py": "application/vnd.sun.star.uno-component;type=Python",
        **dict.fromkeys(configuration, "application/vnd.sun.star.configuration-data"),
    }
    entries = "\n".join(
        f'<manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{name}"/>'
        for name, kind in kinds.items()
    )
    space = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{HEAD}<manifest:manifest {space}>\n{entries}\n</manifest:manifest>\n"


def _description() -> str:
    space = "http://openoffice.org/extensions/description/2006"
    return f"""{HEAD}<description xmlns="{space}">
<identifier value="{IDENTIFIER}"/>
<version value="{__version__}"/>
<display-name><name lang="en">Contacts from GREEN-API</name></display-name>
</description>
"""


def _types() -> str:
    """Return the interface of the functions; Calc itself fills the calling document in."""
    methods = "\n".join(map(_method, (function for function, _ in FUNCTIONS)))
    opened = "".join(f"module {name} {{ " for name in IDENTIFIER.split("."))
    return f"{opened}\ninterface XContacts {{\n{methods}\n}};\n{'}; ' * IDENTIFIER.count('.')}}};\n"


def _method(function: Any) -> str:
    names = ["com::sun::star::beans::XPropertySet document"]
    names += [f"any {_identifier(name)}" for name in _parameters(function)]
    taken = ", ".join(f"[in] {name}" for name in names)
    return f"com::sun::star::sheet::XVolatileResult {function.__name__.lower()}({taken});"


def _identifier(name: str) -> str:
    return name.replace("_", "")  # IDL allows none of them here


def _parameters(function: Any) -> Iterator[str]:
    return (name for name in inspect.signature(function).parameters if name != "workbook")


def _configuration(component: str, content: str, package: str = "") -> str:
    name = f'oor:name="{component}" oor:package="org.openoffice.Office{package}"'
    return f"{HEAD}<oor:component-data {SCHEMA} {name}>\n{content}\n</oor:component-data>\n"


def _node(name: str, *inside: str, new: bool = True) -> str:
    how = ' oor:op="replace"' if new else ""
    return f"<node oor:name={quoteattr(name)}{how}>{''.join(inside)}</node>"


def _text(name: str, value: str, *, local: bool = False) -> str:
    language = ' xml:lang="en"' if local else ""
    return (
        f'<prop oor:name="{name}" oor:type="xs:string">'
        f"<value{language}>{escape(value)}</value></prop>"
    )


def _add_in() -> str:
    functions = [_function(*each) for each in FUNCTIONS]
    inside = _node("AddInFunctions", *functions, new=False)
    return _node("AddInInfo", _node(f"{IDENTIFIER}.AddIn", inside), new=False)


def _function(function: Any, texts: tuple[str, ...]) -> str:
    described = [
        _node(
            _identifier(name),
            _text("DisplayName", name, local=True),
            _text("Description", text, local=True),
        )
        for name, text in zip(_parameters(function), texts, strict=True)
    ]
    name = function.__name__
    return _node(
        name.lower(),
        _text("DisplayName", name, local=True),
        _text("Description", inspect.getdoc(function) or "", local=True),
        _text("Category", "Add-In"),
        _text("CompatibilityName", name, local=True),
        _node("Parameters", *described, new=False),
    )


def _addons() -> str:
    buttons = [_node(f"b{number}", *_button(each)) for number, each in enumerate(BUTTONS, start=1)]
    menu = _node(
        f"{IDENTIFIER}.menu",
        _text("Title", "Contacts", local=True),
        _text("Context", CONTEXT),
        _node("Submenu", *buttons, new=False),
    )
    bars = [
        _node(kind, _node(f"{IDENTIFIER}.bar", *buttons), new=False)
        for kind in ("OfficeToolBar", "OfficeNotebookBar")
    ]
    return _node("AddonUI", _node("OfficeMenuBar", menu, new=False), *bars, new=False)


def _button(each: tuple[str, str] | None) -> Iterator[str]:
    if each is None:
        yield _text("URL", "private:separator")
        return
    word, title = each
    yield _text("URL", f"{IDENTIFIER}:{word}")
    yield _text("Title", title, local=True)
    yield _text("Target", "_self")
    yield _text("Context", CONTEXT)


def _place() -> str:
    """Return where the toolbar is, and its name: else it floats, and is called Add-On 1."""
    told = "".join(
        f'<prop oor:name="{name}" oor:type="xs:{kind}"><value>{value}</value></prop>'
        for name, kind, value in (
            ("Docked", "boolean", "true"),
            ("DockingArea", "int", "0"),
            ("DockPos", "string", "0,5"),  # in a row of its own, below the others
            ("Visible", "boolean", "true"),
            ("Style", "int", "1"),  # text, no icons
        )
    )
    bar = f"private:resource/toolbar/addon_{IDENTIFIER}.bar"
    state = _node(bar, _text("UIName", "Contacts", local=True), told)
    return _node("UIElements", _node("States", state, new=False), new=False)


def _protocol() -> str:
    protocols = (
        '<prop oor:name="Protocols" oor:type="oor:string-list">'
        f"<value>{IDENTIFIER}:*</value></prop>"
    )
    return _node("HandlerSet", _node(f"{IDENTIFIER}.Buttons", protocols), new=False)
