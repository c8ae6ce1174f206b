"""Inside Windows: Excel with our add-in, played, a step for each line of JSON that comes in.

What our VBA does is done here call for call, by the real DLL of xlwings: the folder of Python and
the command are those that stand in the add-in. Message boxes are read and answered as a person
would. An answer is a line of JSON: {"value": …}, or {"error": …}.

excel.py FOLDER COMMAND
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
import threading
import time
from ctypes import wintypes
from importlib.metadata import version
from typing import Any

assert sys.platform == "win32"

import pythoncom
import win32api
import win32com.client
import win32con
import win32gui

from tests.hosts.excel_data import Area, Cell, Excel, SheetData, TableData, area_of
from tests.windows.inside import com
from tests.windows.inside.excel_objects import Application, Workbook, Worksheet

OMITTED, ERROR = -2147352572, 10  # DISP_E_PARAMNOTFOUND; VT_ERROR
BUTTONS = {"ok": win32con.IDOK, "yes": win32con.IDYES, "no": win32con.IDNO}
TITLE = "Contacts"


class Variant(ctypes.Structure):
    """A VARIANT, as far as it is looked into."""

    _fields_ = (
        ("vt", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("pointer", ctypes.c_void_p),
        ("record", ctypes.c_void_p),
    )


class Vba:
    """The private parts of our VBA: LoadOnce and Python."""

    def __init__(self, folder: str, command: str) -> None:
        self.folder, self.command = folder, ctypes.create_string_buffer(command.encode("mbcs"))
        self.kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        self.kernel.LoadLibraryW.restype = ctypes.c_void_p
        name = f"xlwings64-{version('xlwings')}.dll"
        tried = (rf"{folder}\{name}", rf"{folder}\..\{name}")
        assert any(map(self.kernel.LoadLibraryW, tried)), f"{name} is not in {folder} or beside it"
        self.activate = ctypes.WinDLL(name).XLPyDLLActivateAuto  # by its bare name, as Declare does
        self.activate.argtypes = (ctypes.POINTER(Variant), ctypes.c_void_p, ctypes.c_long)

    def python(self) -> Any:
        """Return xlwings' server, started if it is not there."""
        found = self._activated(0)
        if not found.pointer:
            former = ctypes.create_unicode_buffer(32767)
            self.kernel.GetCurrentDirectoryW(32767, former)
            assert self.kernel.SetCurrentDirectoryW(self.folder)
            found = self._activated(1)
            self.kernel.SetCurrentDirectoryW(former)
        wrap = ctypes.PyDLL(pythoncom.__file__).PyCom_PyObjectFromIUnknown
        wrap.restype = ctypes.py_object
        wrap.argtypes = (ctypes.c_void_p, ctypes.c_char_p, wintypes.BOOL)
        iid = bytes(pythoncom.IID_IDispatch)
        return win32com.client.dynamic.Dispatch(wrap(found.pointer, iid, True))

    def end(self) -> None:
        """End the server."""
        self._activated(-1)

    def _activated(self, mode: int) -> Variant:
        result = Variant()
        if self.activate(ctypes.byref(result), ctypes.addressof(self.command), mode):
            raise OSError(ctypes.wstring_at(result.pointer) if result.vt == 8 else result.vt)
        return result


class Reader(threading.Thread):
    """Read each message box, and press the button that is next among `answers`, else the first."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.said: list[str] = []
        self.answers: list[str] = []

    def run(self) -> None:
        """Look for boxes for ever."""
        while True:
            time.sleep(0.05)
            if box := win32gui.FindWindow("#32770", TITLE):
                self._answer(box)

    def _answer(self, box: int) -> None:
        texts: list[str] = []
        win32gui.EnumChildWindows(box, lambda child, _: texts.append(_text(child)) or True, None)
        if not any(texts):
            return  # it is not drawn yet
        self.said.append(max(texts, key=len))
        button = BUTTONS[self.answers.pop(0) if self.answers else "ok"]
        while win32gui.IsWindow(box):
            win32gui.PostMessage(box, win32con.WM_COMMAND, button, 0)
            time.sleep(0.05)


def _text(window: int) -> str:
    if win32gui.GetClassName(window) != "Static":
        return ""
    text = ctypes.create_unicode_buffer(4096)
    send = ctypes.WinDLL("user32").SendMessageW  # GetWindowText sees no other process's texts
    send.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, ctypes.c_void_p)
    send(window, win32con.WM_GETTEXT, len(text), ctypes.addressof(text))
    return text.value


def _window() -> int:
    made = win32gui.WNDCLASS()
    made.lpszClassName, made.lpfnWndProc = "XLMAIN", {}
    made.hInstance = win32api.GetModuleHandle(None)
    win32gui.RegisterClass(made)
    style, size = win32con.WS_OVERLAPPEDWINDOW, (0, 0, 400, 200)
    return win32gui.CreateWindow("XLMAIN", "Excel", style, *size, 0, 0, made.hInstance, None)


class Steps:
    """What a test can ask for."""

    def __init__(self, vba: Vba) -> None:
        self.vba, self.reader = vba, Reader()
        self.reader.start()
        self.excel = Excel(sheets=[SheetData("Sheet1")])
        self.book = Workbook(Application(self.excel, _window()))
        self.sheet = self.excel.sheets[0]

    def set(self, **values: Any) -> None:
        """Change what this Excel is and has: its chosen_file, full_name, window, names…"""
        for name, value in values.items():
            setattr(self.excel, name, value)

    def protect(self, protected: bool) -> None:
        """Protect the first sheet, or no longer."""
        self.sheet.protected = protected

    def lay(self, *rows: list[Any]) -> None:
        """Put a table Contacts onto the first sheet."""
        self.sheet.cells.clear()
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                formula = value if str(value)[:1] == "=" else ""
                self.sheet.cells[row, column] = Cell(0.0 if formula else value, formula)
        self.sheet.tables[:] = [TableData("Contacts", Area(1, 1, len(rows), len(rows[0])))]

    def enter(self, address: str, values: list[list[Any]]) -> None:
        """Type values into the first sheet."""
        self.sheet.enter(area_of(address), values)

    def table(self, name: str = "") -> list[list[Any]] | None:
        """Return the first table of a sheet, titles first, formulas as they are."""
        sheet = self.excel.sheet(name) if name else self.sheet
        area = sheet.tables[0].area if sheet.tables else None
        return (
            None
            if area is None
            else [
                [sheet.cell(*at).formula or sheet.cell(*at).value for at in line]
                for line in area.lines()
            ]
        )

    def press(self, code: str, *answers: str) -> dict[str, Any]:
        """Do what VBA's Press does; return what was said, and the calls into Excel meanwhile."""
        com.counted.clear()
        com.called.clear()
        self.reader.said.clear()
        self.reader.answers[:] = answers
        self.excel.said.clear()
        server = self.vba.python()
        server.SetAttr(server.Module("xlwings._xlwindows"), "BOOK_CALLER", com.served(self.book))
        server.Exec(code)
        still = (self.excel.painting, self.excel.events, self.excel.calculating)
        return {
            "said": [*self.reader.said],
            "status": self.excel.said,
            "as before": still == (True, True, "automatic"),
            "calls": dict(com.counted),
            "most": com.called.most_common(40),
        }

    def call(self, module: str, function: str, *arguments: Any) -> Any:
        """Call a worksheet function as its wrapper in VBA does, from a cell of the workbook."""
        given = [self._argument(each) for each in arguments]
        server = self.vba.python()
        return server.CallUDF(module, function, (*given, self.caller()), None, None)

    def caller(self) -> str:
        """Return what the wrappers in VBA tell of the workbook."""
        return f"{self.book.FullName}\n{self.book.Path}\n{self.excel.window}"

    def _argument(self, given: Any) -> Any:
        if given is None:
            return win32com.client.VARIANT(ERROR, OMITTED)
        if isinstance(given, dict):
            return com.served(Worksheet(self.book, self.sheet).Range(given["range"]))
        return float(given) if isinstance(given, int) and not isinstance(given, bool) else given

    def evaluate(self, expression: str) -> str:
        """Return what Python in the server thinks of something."""
        server = self.vba.python()
        return str(server.Str(server.Eval(expression)))

    def end(self) -> None:
        """End Python, as Excel's end does."""
        self.vba.end()


def main() -> None:
    """Do the steps that come in, until no more come."""
    pythoncom.CoInitialize()
    com.describe()
    lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8")
    steps = Steps(Vba(*sys.argv[1:]))
    for line in lines:
        name, given, named = json.loads(line)
        try:
            answer = {"value": getattr(steps, name)(*given, **named)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    os._exit(0)  # at their end, hosts of COM hang


if __name__ == "__main__":
    main()
