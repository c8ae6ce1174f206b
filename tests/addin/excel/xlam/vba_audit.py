"""What a VBA project lets others reach: a parse of its procedures, held against a closed list.

It reads what the add-in uses of VBA and knows nothing else: any other name, statement or
declaration is a finding. Both branches of #If count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.addin.excel.xlam.vba import RESERVED

STRING = re.compile(r'"(?:[^"]|"")*"')
HEAD = re.compile(
    r"(?:(Public|Private|Friend|Global) )?(?:Static )?(Sub|Function|Property \w+) (\w+)\((.*?)\)(?: As \w+)?$"
)
DECLARE = re.compile(r"(?:(Public|Private) )?Declare (?:PtrSafe )?(?:Sub|Function) (\w+) Lib (.*)$")
CONST = re.compile(r"(?:(Public|Private|Global) )?Const (\w+)(?: As \w+)? = (.+)$")
NAME = re.compile(r"[A-Za-z_]\w*\$?")
ASSIGNED = re.compile(r"(?:Set |Let )?(\w+) = (.+)$")

# statements with files would be among the reserved words
WORDS = RESERVED - {"open", "put", "get", "write", "print", "lineinput", "input", "lock", "seek"}
KEYWORDS = WORDS | {"error", "goto", "object"}

# what procedures may use: nothing of it opens, starts, evaluates or fetches anything
HARMLESS = {"Err", "Raise", "MsgBox", "Application", "ActiveWorkbook", "IRibbonControl"}
# functions of their arguments, names of arguments, and what no workbook of others can choose
# what is read of the workbook whose cell asks; it goes to Python as data
CALLER = {"Caller", "Worksheet", "Parent", "FullName", "Path", "Windows", "Hwnd"}
PURE = {
    *("StrConv", "String$", "ChrW", "StrPtr", "VarPtr", "Array", "Now", "TimeSerial"),
    *("ThisWorkbook", "Name", "Macro", "Description", "Category", "ArgumentDescriptions"),
}
VB = re.compile(r"vb[A-Z]\w+$")
# what starts something, or hands something over: its arguments are constants, or it is a finding
RISKY = {
    *("AppleScriptTask", "Exec", "Module", "SetAttr", "CallUDF"),
    *("OnTime", "OnUndo", "MacroOptions"),
}


@dataclass
class Procedure:
    """A Sub or Function: who sees it, its parameters, its statements without strings."""

    visibility: str
    kind: str
    name: str
    parameters: list[str]
    signature: str
    statements: list[str] = field(default_factory=list)

    def assigned(self, name: str) -> list[str]:
        """Return every expression that is given to a variable."""
        found = (ASSIGNED.match(statement) for statement in self.statements)
        return [match[2] for match in found if match and match[1] == name]

    @property
    def locals(self) -> set[str]:
        """Return the variables that are declared inside."""
        declared = (each for each in self.statements if re.match(r"(Dim|Static) ", each))
        return {name for each in declared for name in re.findall(r"(\w+)(?:\(\))? As \w+", each)}


@dataclass
class Code:
    """The parse of one module."""

    procedures: list[Procedure] = field(default_factory=list)
    declares: list[tuple[str, str]] = field(default_factory=list)  # name, signature
    constants: dict[str, tuple[str, str]] = field(default_factory=dict)  # visibility, expression
    others: list[str] = field(default_factory=list)

    @property
    def signatures(self) -> list[str]:
        """Return everything that could be called, each with its visibility and parameters."""
        return [*(each for _, each in self.declares), *(each.signature for each in self.procedures)]

    def procedure(self, name: str) -> Procedure | None:
        return next((each for each in self.procedures if each.name == name), None)


def parsed(source: str) -> Code:
    """Return what stands in a module."""
    code, inside = Code(), None
    for line in _lines(source):
        if inside is not None:
            inside = None if re.match(r"End (Sub|Function|Property)\b", line) else inside
            if inside is not None:
                inside.statements += _statements(line)
        elif head := HEAD.match(line):
            inside = _procedure(head)
            code.procedures.append(inside)
        elif declare := DECLARE.match(line):
            signature = f"{declare[1] or 'Public'} Declare {declare[2]} {declare[3]}"
            code.declares.append((declare[2], signature))
        elif const := CONST.match(line):
            code.constants[const[2]] = (const[1] or "Private", const[3])
        elif line != "Option Explicit":
            code.others.append(line)
    return code


def _lines(source: str) -> Iterator[str]:
    """Yield logical lines, without comments, Attribute lines and the # of conditions."""
    for line in re.sub(r" _\r?\n\s*", " ", source).splitlines():
        code = re.sub(r"""("(?:[^"]|"")*")|'.*""", lambda each: each[1] or "", line).strip()
        if code and not re.match(r"Attribute |#(If|Else|ElseIf|End|Const)\b", code):
            yield code


def _procedure(head: re.Match[str]) -> Procedure:
    listed = filter(None, (part.strip() for part in head[4].split(",")))
    names = [
        re.sub(r"^(?:(?:Optional|ByVal|ByRef|ParamArray) )*(\w+).*$", r"\1", each)
        for each in listed
    ]
    visibility = head[1] or "Public"
    return Procedure(
        visibility, head[2], head[3], names, f"{visibility} {head[2]} {head[3]}({head[4]})"
    )


def _statements(line: str) -> list[str]:
    """Return the statements of a line: what stands between colons, and behind Then."""
    hidden = STRING.sub(lambda each: '"' + "_" * (len(each[0]) - 2) + '"', line)
    cuts = [each.span() for each in re.finditer(r":(?!=)\s*| Then | Else ", hidden)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(line)]
    return [line[a:b].strip() for a, b in zip(starts, ends, strict=True) if line[a:b].strip()]


def findings(modules: Mapping[str, str], allowed: set[str]) -> list[str]:
    """Return what a project has or does beyond the signatures that it may have."""
    codes = {name: parsed(source) for name, source in modules.items()}
    return [finding for name, code in codes.items() for finding in _findings(name, code, allowed)]


def _findings(module: str, code: Code, allowed: set[str]) -> Iterator[str]:
    for name, (visibility, _) in code.constants.items():
        if visibility != "Private":
            yield f"{module}: the constant {name} can be seen by anybody"
    yield from (f"{module}: {line}" for line in code.others)
    for signature in code.signatures:
        if signature not in allowed:
            yield f"{module}: {signature} is not among what may be there"
    for procedure in code.procedures:
        for statement in procedure.statements:
            yield from _misused(module, code, procedure, statement)


def _misused(module: str, code: Code, procedure: Procedure, statement: str) -> Iterator[str]:
    risky = RISKY | {name for name, _ in code.declares}
    ours = {each.name for each in code.procedures} | set(code.constants)
    labels = set(re.findall(r"GoTo (\w+)", " ".join(procedure.statements)))
    known = (
        HARMLESS
        | CALLER
        | PURE
        | risky
        | ours
        | labels
        | procedure.locals
        | {*procedure.parameters}
    )
    where = f"{module}.{procedure.name}"
    if "[" in STRING.sub('""', statement):
        yield f"{where}: evaluates [...]"
    for name in NAME.findall(STRING.sub('""', statement)):
        if name not in known and name.casefold() not in KEYWORDS and not VB.match(name):
            yield f"{where}: uses {name}"
        if name in risky and not _harmless(code, procedure, name, statement):
            yield f"{where}: {name} is given more than constants in: {statement}"


def _harmless(code: Code, procedure: Procedure, name: str, statement: str) -> bool:
    given = arguments(statement, name)
    if name == "CallUDF":  # what a cell holds goes there as data, in an array
        function, data, *rest = given[1:]
        listed = f"Array({', '.join((*procedure.parameters, 'CallingWorkbook()'))})"
        return (function, data, rest) == (f'"{procedure.name}"', listed, ["Nothing", "Nothing"])
    if name == "SetAttr":  # the workbook as an object, under a fixed name
        return given == ['server.Module("xlwings._xlwindows")', '"BOOK_CALLER"', "ActiveWorkbook"]
    return all(is_constant(code, procedure, each) for each in given)


def arguments(statement: str, name: str) -> list[str]:
    """Return what is given to the first call of a name in a statement."""
    rest = statement[re.search(rf"\b{re.escape(name)}(?!\w)", statement).end() :]  # type: ignore[union-attr]
    depth, current = 0, ""
    found: list[str] = []
    for piece in re.findall(r'"(?:[^"]|"")*"|.', rest.strip()):
        depth += (piece == "(") - (piece == ")")
        if rest.startswith("(") and depth == 0:
            break
        if piece == "," and depth == rest.startswith("("):
            found, current = [*found, current], ""
        elif not (piece == "(" and depth == 1 and not current and not found):
            current += piece
    return [each.strip() for each in [*found, current] if each.strip()]


def is_constant(code: Code, procedure: Procedure, expression: str) -> bool:
    """Tell whether nothing but constants can ever be the value: no parameter, no cell, no file."""
    names = NAME.findall(STRING.sub('""', expression))
    return all(_is_constant(code, procedure, name) for name in names)


def _is_constant(code: Code, procedure: Procedure, name: str) -> bool:
    if name in procedure.parameters:
        return False
    function = code.procedure(name)
    declared = {name for name, _ in code.declares}
    if name in code.constants or name in PURE or name in declared or VB.match(name):
        return True
    if function is not None:
        return not function.parameters and _always_constant(code, function, name)
    if name in procedure.locals:
        return _always_constant(code, procedure, name)
    return name.casefold() in KEYWORDS


def _always_constant(code: Code, procedure: Procedure, name: str) -> bool:
    """Tell whether all that a variable or a result is ever given is constant, or itself again."""
    given = [re.sub(rf"\b{name}\b", '""', each) for each in procedure.assigned(name)]
    return all(is_constant(code, procedure, each) for each in given)


def text_of(code: Code, expression: str) -> str:
    """Return the text that an expression of literals, ChrW() and constants comes to."""
    parts = []
    for string, number, name in re.findall(rf"({STRING.pattern})|ChrW\((\d+)\)|(\w+)", expression):
        if string:
            parts.append(string[1:-1].replace('""', '"').encode("utf-16-le"))
        elif number:
            parts.append(int(number).to_bytes(2, "little"))
        else:
            parts.append(text_of(code, code.constants[name][1]).encode("utf-16-le"))
    return b"".join(parts).decode("utf-16-le")


def result_of(code: Code, function: str) -> str:
    """Return the text that a function without parameters gives, from its own assignments."""
    found, text = code.procedure(function), ""
    assert found is not None
    for expression in found.assigned(function):
        before, _, rest = expression.partition(f"{function} & ")
        text = text + text_of(code, rest) if rest and not before else text_of(code, expression)
    return text
