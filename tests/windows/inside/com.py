"""Inside Windows: Python objects as COM objects with type information; every call is counted.

A class of `Com` names its members as Excel does: a property is read and written, a method called.
"""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

assert sys.platform == "win32"

import pythoncom
import pywintypes
import winerror
from win32com.server.exception import COMException
from win32com.server.policy import BasicWrapPolicy
from win32com.server.util import NewEnum, unwrap, wrap

from tests.hosts.excel_data import com_error

REFUSED, FAILED = -2146827284, -2147352567  # Excel's 1004, in an exception of COM
WIN64, VARIANT, CALL_AS = 3, (pythoncom.VT_VARIANT, 0, None), 4  # stdcall
GET, PUT, CALL = pythoncom.INVOKE_PROPERTYGET, pythoncom.INVOKE_PROPERTYPUT, pythoncom.INVOKE_FUNC
IN, FIRST = pythoncom.PARAMFLAG_FIN, 100
SPECIAL = {pythoncom.DISPID_VALUE: "Default_", pythoncom.DISPID_NEWENUM: "Enum_"}
Dispatched = pythoncom.TypeIIDs[pythoncom.IID_IDispatch]

counted: Counter[str] = Counter()  # calls from outside, by "Invoke" and "GetIDsOfNames"
called: Counter[str] = Counter()  # and by what they named


class Member(NamedTuple):
    """A member of a class: its number, how it is used, its arguments, and how many must be given."""

    id: int
    kinds: int
    names: tuple[str, ...]
    needed: int


class Com:
    """An object of Excel's. `Default_` is what calling it does, `Enum_` what going through it does."""

    guid: ClassVar[str] = ""
    read_with: ClassVar[tuple[str, ...]] = ()  # methods that are properties with arguments


def served(thing: Com) -> Any:
    """Return an object as others may have it."""
    return wrap(thing, usePolicy=Policy)


class Policy(BasicWrapPolicy):
    """How COM reaches such an object."""

    def _GetTypeInfoCount_(self) -> int:
        return 1

    def _GetTypeInfo_(self, index: int, lcid: int) -> Any:
        return 0, INFOS[type(self._obj_).__name__]

    def _GetIDsOfNames_(self, names: Any, lcid: int) -> Any:
        counted["GetIDsOfNames"] += 1
        found = MEMBERS[type(self._obj_).__name__].get(names[0].lower())
        if found is None:
            raise COMException(scode=winerror.DISP_E_UNKNOWNNAME)
        return (found.id,)

    def _invokeex_(self, id_: int, lcid: int, flags: int, args: Any, *_: Any) -> Any:
        name = SPECIAL.get(id_) or NAMES[id_]
        counted["Invoke"] += 1
        called[f"{type(self._obj_).__name__}.{name}"] += 1
        try:
            return _dressed(_done(self._obj_, name, flags, [_bare(each) for each in args]))
        except com_error as refusal:
            said = refusal.args[2][2]
        except COMException:
            raise
        except Exception:
            traceback.print_exc()
            said = f"a mistake of this Excel's in {type(self._obj_).__name__}.{name}"
        raise COMException(description=said, source="Microsoft Excel", scode=REFUSED)


def _done(thing: Com, name: str, flags: int, args: list[Any]) -> Any:
    if flags & PUT:
        return setattr(thing, name, args[0])
    if not hasattr(thing, name):
        raise COMException(scode=winerror.DISP_E_MEMBERNOTFOUND)
    found = getattr(thing, name)
    if inspect.ismethod(found):
        return found(*args)
    return found.Default_(*args) if args else found  # Windows(1)


def _dressed(value: Any) -> Any:
    if isinstance(value, Com):
        return served(value)
    if isinstance(value, list):
        return NewEnum([served(each) for each in value])
    return (value,) if isinstance(value, tuple) else value  # else its rows are results by reference


def _bare(value: Any) -> Any:
    if value is pythoncom.Missing or value == winerror.DISP_E_PARAMNOTFOUND:
        return None
    return unwrap(value) if isinstance(value, Dispatched) else value


def _members(kind: type[Com]) -> dict[str, Member]:
    names = [name for name in dir(kind) if name[0].isupper() and name[-1] != "_"]
    return {name.lower(): _member(kind, name) for name in names}


def _member(kind: type[Com], name: str) -> Member:
    what = inspect.getattr_static(kind, name)
    number = next((at for at, known in NAMES.items() if known == name), FIRST + len(NAMES))
    NAMES[number] = name
    if inspect.isfunction(what):
        taken = [*inspect.signature(what).parameters.values()][1:]
        needed = sum(each.default is inspect.Parameter.empty for each in taken)
        way = GET if name in kind.read_with else CALL
        return Member(number, way, tuple(each.name for each in taken), needed)
    written = not isinstance(what, property) or what.fset is not None
    return Member(number, GET | PUT if written else GET, (), 0)


def _describe(library: Any, kind: type[Com]) -> None:
    info = library.CreateTypeInfo(kind.__name__, pythoncom.TKIND_DISPATCH)
    info.SetGuid(pywintypes.IID(kind.guid) if kind.guid else pythoncom.CreateGuid())
    members = MEMBERS[kind.__name__].values()
    ways = ((each, way) for each in members for way in (GET, PUT, CALL) if each.kinds & way)
    for at, (member, way) in enumerate(ways):
        names = () if way == PUT else member.names
        info.AddFuncDesc(at, _function(member, way))
        info.SetFuncAndParamNames(at, (NAMES[member.id], *names))
    info.LayOut()


def _function(member: Member, way: int) -> Any:
    function = pythoncom.FUNCDESC()
    function.memid, function.invkind, function.callconv = member.id, way, CALL_AS
    function.funckind, function.rettype = pythoncom.FUNC_DISPATCH, VARIANT
    given = 1 if way == PUT else len(member.names)
    needed = 1 if way == PUT else member.needed
    function.args = tuple(
        (VARIANT[0], IN if at < needed else IN | pythoncom.PARAMFLAG_FOPT, None)
        for at in range(given)
    )
    function.cParamsOpt = given - needed
    return function


NAMES: dict[int, str] = {}
MEMBERS: dict[str, dict[str, Member]] = {}
INFOS: dict[str, Any] = {}


def _kinds(kind: type[Com]) -> Iterator[type[Com]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def describe() -> None:
    """Make the type information of all classes; once, before the first object is served."""
    kinds = [*_kinds(Com)]
    MEMBERS.update((kind.__name__, _members(kind)) for kind in kinds)
    file = Path(os.environ["TEMP"], f"excel-{os.getpid()}.tlb")
    library = pythoncom.CreateTypeLib2(WIN64, str(file))
    for kind in kinds:
        _describe(library, kind)
    library.SaveAllChanges()
    whole = library.QueryInterface(pythoncom.IID_ITypeLib)
    for at in range(whole.GetTypeInfoCount()):
        INFOS[whole.GetDocumentation(at)[0]] = whole.GetTypeInfo(at)
