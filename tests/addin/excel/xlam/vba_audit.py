"""What a VBA project lets others reach: a parse of its procedures, held against closed lists.

It reads the VBA that the add-in is written in and knows nothing else: any other word, member,
statement or declaration is a finding, and so is anything that starts or hands over something in
another form than those written down here. Both branches of #If count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

STRING = re.compile(r'"(?:[^"]|"")*"')
COMMENT = re.compile(rf"({STRING.pattern})|'.*")
CONDITION = re.compile(r"#(If (Mac|Win64) Then|Else|End If)$")
ATTRIBUTE = re.compile(rf"Attribute (\w+\.)?VB_\w+ = ({STRING.pattern}|True|False)$")
HEAD = re.compile(
    r"(?:(Public|Private|Friend|Global) )?(Sub|Function|Property \w+) (\w+)\(([^()]*)\)(?: As \w+)?$"
)
DECLARE = re.compile(r"(?:(Public|Private) )?Declare (?:PtrSafe )?(?:Sub|Function) (\w+) Lib (.*)$")
PIECE = rf"(?:{STRING.pattern}|\w+)"
CONST = re.compile(
    rf"(?:(Public|Private|Global) )?Const (\w+)(?: As \w+)? = ({PIECE}(?: & {PIECE})*)$"
)
ASSIGNED = re.compile(r"(?:Set )?(\w+) = (.+)$")
NAMED = re.compile(r"(\w+):=")
MEMBER = re.compile(r"([\w()]*)\s*\.\s*(\w+)")
NAME = re.compile(r"[A-Za-z_]\w*\$?")
STRANGE = re.compile(r"[^\w\s.,:()&=<>+$-]", re.ASCII)  # [..] evaluates, ! asks for a member

# statements of a shape that does nothing by itself
PLAIN = re.compile(
    r"On Error Resume Next|On Error GoTo \w+|Exit (Sub|Function)|End (If|Select)|Else|Case Else"
)
WORDS = {
    *("If", "Then", "Is", "Nothing", "Not", "Select", "Case", "Set", "Dim", "Static", "As"),
    *("Boolean", "Byte", "Long", "Object", "String", "Variant"),
    *("StrConv", "String$", "ChrW", "StrPtr", "VarPtr", "Array", "Now", "TimeSerial"),
    *("Application", "ThisWorkbook", "ActiveWorkbook", "Err"),
}
VB = re.compile(r"vb(Critical|Exclamation|FromUnicode|Lf|NewLine|NullChar)$")
MEMBERS = {
    *("Err.Raise", "Err.Description", "ThisWorkbook.Name", "Python().CallUDF"),
    *("Application.OnTime", "Application.OnUndo", "Application.MacroOptions"),
    *("server.SetAttr", "server.Module", "server.Exec"),
    # what is read of the workbook whose cell asks; it goes to Python as data
    *("Application.Caller", ".Worksheet", ".Parent", "book.FullName", "book.Path"),
    *("book.Windows", "(1).Hwnd"),
}
ARGUMENTS = {"Macro", "Description", "Category", "ArgumentDescriptions"}

# what starts something, hands something over or may open a help file, and the only ways to do it
RISKY = {
    *("AppleScriptTask", "Exec", "Module", "SetAttr", "CallUDF", "Press"),
    *("OnTime", "OnUndo", "MacroOptions", "MsgBox", "Raise"),
}
TEXT = rf"(?:{STRING.pattern}|ChrW\(\d+\))(?: & (?:{STRING.pattern}|ChrW\(\d+\)))*"
OURS = r"\"'\" & ThisWorkbook\.Name & \"'!"  # continued by the name of a procedure
WAYS = [
    re.compile(each)
    for each in (
        r'If AppleScriptTask\(MAC_SCRIPT, "VbaHandler", MacStart\(\) & code & MAC_REST\) = "1"',
        r'server\.SetAttr server\.Module\("xlwings\._xlwindows"\), "BOOK_CALLER", ActiveWorkbook',
        r"server\.Exec code",
        r"If XLPyDLLActivateAuto\(server, VarPtr\(words\(0\)\), 0\) <> 0",
        r"broken = XLPyDLLActivateAuto\(server, VarPtr\(words\(0\)\), 1\) <> 0",
        r"If SetCurrentDirectoryW\(StrPtr\(folder\)\) = 0",
        r"loaded = LoadLibraryW\(StrPtr\(file\)\) <> 0",
        r"Press [1-8]",
        rf"Application\.OnTime Now(?: \+ TimeSerial\(0, 0, 5\))?, {OURS}DescribeFunctions\"",
        rf'Application\.OnUndo "Undo refresh", {OURS}UndoRefresh"',
        rf'Application\.MacroOptions Macro:={OURS}GETCONTACT(?:S|SINFO)?", Description:={TEXT}, '
        rf"Category:={TEXT}, ArgumentDescriptions:=Array\( {TEXT}(?:, {TEXT})*\)",
        rf"MsgBox (?:Err\.Description|{STRING.pattern}), vb\w+, TITLE",
        rf"Err\.Raise OUR_ERROR(?:, Description:={PIECE}(?: & {PIECE})*)?",
    )
]
# the folder that Excel was in is taken and given back, and nothing else is done with it
FORMER_FOLDER = {
    "GetCurrentDirectoryW LONGEST_PATH, StrPtr(former)",
    "SetCurrentDirectoryW StrPtr(former)",
}
# all that the variables in those statements are ever given
GIVEN = {
    "code": re.compile("(REFRESH|UNDO|LAST_PRESS|EXPORT|ACCOUNT|CHECK|HELP|ALLOW)_CODE"),
    "words": re.compile(r"StrConv\(SERVE & vbNullChar, vbFromUnicode\)"),
    "folder": re.compile(r"WindowsFolder\(\)"),
    "file": re.compile(r'folder & "\\(\.\.\\)?" & LIBRARY'),
}
# by these no variable gets a value; where one of them is risky, its form is on the list above
CARRIES_NOTHING = re.compile(r"Dim |Static |MsgBox |Err\.Raise |server\.SetAttr ").match
FOREIGN = {"ActiveWorkbook", "Err", "GetCurrentDirectoryW"}  # what others can choose


@dataclass
class Procedure:
    """A Sub or Function: who sees it, its parameters, its statements."""

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

    @property
    def labels(self) -> set[str]:
        """Return the places where an error leads to."""
        return set(re.findall(r"On Error GoTo (\w+)", "\n".join(self.statements)))


@dataclass
class Code:
    """The parse of one module."""

    procedures: list[Procedure] = field(default_factory=list)
    declares: list[tuple[str, str]] = field(default_factory=list)  # name, signature
    constants: list[tuple[str, str, str]] = field(default_factory=list)  # visibility, name, value
    others: list[str] = field(default_factory=list)

    @property
    def signatures(self) -> list[str]:
        """Return everything that could be called, each with its visibility and parameters."""
        return [*(each for _, each in self.declares), *(each.signature for each in self.procedures)]

    def procedure(self, name: str) -> Procedure:
        return next(each for each in self.procedures if each.name == name)

    def values(self, name: str) -> list[str]:
        """Return what a constant is, in each branch of #If."""
        return [value for _, each, value in self.constants if each == name]

    @property
    def names(self) -> set[str]:
        """Return what the module itself declares."""
        declared = {name for name, _ in self.declares} | {name for _, name, _ in self.constants}
        return declared | {each.name for each in self.procedures}


def parsed(source: str) -> Code:
    """Return what stands in a module."""
    code, inside = Code(), None
    for line in _lines(source):
        if inside is not None:
            if re.fullmatch(r"End (Sub|Function|Property)", line):
                inside = None
            else:
                inside.statements += _statements(line)
        elif head := HEAD.match(line):
            inside = _procedure(head)
            code.procedures.append(inside)
        else:
            _declared(code, line)
    return code


def _declared(code: Code, line: str) -> None:
    if declare := DECLARE.match(line):
        signature = f"{declare[1] or 'Public'} Declare {declare[2]} {declare[3]}"
        code.declares.append((declare[2], signature))
    elif const := CONST.match(line):
        code.constants.append((const[1] or "Private", const[2], const[3]))
    elif line != "Option Explicit":
        code.others.append(line)


def _lines(source: str) -> Iterator[str]:
    """Yield logical lines, without comments, descriptions and the # of conditions.

    A line whose end cannot be told for sure stays as it is, with its quote: that is a finding.
    """
    waiting = ""
    for physical in source.splitlines():
        code = COMMENT.sub(lambda each: each[1] or "", physical)
        if '"' in STRING.sub("", code) or (code != physical and physical.rstrip().endswith("_")):
            yield f"{waiting} {physical.strip()}".strip()
            waiting = ""
            continue
        waiting = f"{waiting} {code.strip()}".strip()
        if waiting.endswith(" _"):
            waiting = waiting[:-2]
            continue
        if waiting and not CONDITION.match(waiting) and not ATTRIBUTE.match(waiting):
            yield waiting
        waiting = ""
    if waiting:
        yield waiting


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
    yield from (f"{module}: {line}" for line in code.others)
    for signature in code.signatures:
        if signature not in allowed:
            yield f"{module}: {signature} is not among what may be there"
    for visibility, name, value in code.constants:
        if visibility != "Private":
            yield f"{module}: the constant {name} can be seen by anybody"
        for used in NAME.findall(STRING.sub("", value)):
            if not code.values(used):
                yield f"{module}: the constant {name} uses {used}"
    for procedure in code.procedures:
        yield from _misuses(f"{module}.{procedure.name}", code, procedure)


def _misuses(where: str, code: Code, procedure: Procedure) -> Iterator[str]:
    for_cells = (procedure.visibility, procedure.kind) == ("Public", "Function")
    if for_cells and procedure.statements not in _hands_over(procedure):
        yield f"{where}: does more than to hand its arguments over"
    for name, value in GIVEN.items():
        for given in procedure.assigned(name):
            if not value.fullmatch(given):
                yield f"{where}: {name} becomes {given}"
    for statement in procedure.statements:
        for unknown in _unknown(code, procedure, statement):
            yield f"{where}: uses {unknown}"
        for name in _names(statement) & (RISKY | {name for name, _ in code.declares}):
            if not _is_listed(procedure, statement):
                yield f"{where}: {name} is used in another way: {statement}"
            elif _reached(code, procedure, statement):
                yield f"{where}: {name} is given more than constants in: {statement}"


def _hands_over(procedure: Procedure) -> list[list[str]]:
    """Return what a function for cells may be made of: its arguments go on as data, in an array."""
    start = ["On Error GoTo failed", _call(procedure), "Exit Function", "failed"]
    return [[*start, f"{procedure.name} = {each}"] for each in ('""', "Err.Description")]


def _call(procedure: Procedure) -> str:
    name, data = procedure.name, ", ".join((*procedure.parameters, "CallingWorkbook()"))
    return (
        f'{name} = Python().CallUDF("addin.excel.udfs", "{name}", Array({data}), Nothing, Nothing)'
    )


def _is_listed(procedure: Procedure, statement: str) -> bool:
    listed = statement in FORMER_FOLDER or statement == _call(procedure)
    return listed or any(way.fullmatch(statement) for way in WAYS)


def _unknown(code: Code, procedure: Procedure, statement: str) -> Iterator[str]:
    """Yield every word of a statement that is not on a list."""
    if PLAIN.fullmatch(statement) or statement in procedure.labels:
        return
    bare = STRING.sub("", statement)
    yield from STRANGE.findall(bare)
    yield from (f"{each}:=" for each in NAMED.findall(bare) if each not in ARGUMENTS)
    members = (f"{of}.{name}" for of, name in MEMBER.findall(bare))
    yield from (each for each in members if each not in MEMBERS)
    own = code.names | procedure.locals | {*procedure.parameters}
    for name in _names(NAMED.sub("", re.sub(r"\.\s*\w+", "", bare))):
        if name not in WORDS | RISKY | own and not VB.match(name):
            yield name


def _names(statement: str) -> set[str]:
    return set(NAME.findall(STRING.sub('""', statement)))


def _reached(code: Code, procedure: Procedure, statement: str) -> set[str]:
    """Return which variables of a statement others can have a say in."""
    if statement in FORMER_FOLDER or statement == _call(procedure) or CARRIES_NOTHING(statement):
        return set()
    return _names(statement) & _tainted(code, procedure)


def _tainted(code: Code, procedure: Procedure) -> set[str]:
    """Return every name that stands in a statement with a parameter or a thing of others.

    How the statement is made does not matter: =, LSet, For Each, an argument by reference.
    """
    foreign: set[str] = set(FOREIGN)
    while (
        more := {each.name for each in code.procedures if each.name in _spread(each, foreign)}
        - foreign
    ):
        foreign |= more
    return _spread(procedure, foreign)


def _spread(procedure: Procedure, foreign: set[str]) -> set[str]:
    """Return what others have a say in within a procedure: its parameters to begin with."""
    found, own = {*procedure.parameters, *foreign}, procedure.locals | {procedure.name}
    together = [_names(each) for each in procedure.statements if not CARRIES_NOTHING(each)]
    while more := {name for names in together if names & found for name in names & own} - found:
        found |= more
    return found


def text_of(code: Code, expression: str) -> str:
    """Return the text that an expression of literals, ChrW() and constants comes to."""
    parts = []
    for string, number, name in re.findall(rf"({STRING.pattern})|ChrW\((\d+)\)|(\w+)", expression):
        if string:
            parts.append(string[1:-1].replace('""', '"').encode("utf-16-le"))
        elif number:
            parts.append(int(number).to_bytes(2, "little"))
        else:
            [value] = code.values(name)
            parts.append(text_of(code, value).encode("utf-16-le"))
    return b"".join(parts).decode("utf-16-le")


def result_of(code: Code, function: str) -> str:
    """Return the text that a function without parameters gives, from its own assignments."""
    text = ""
    for expression in code.procedure(function).assigned(function):
        before, _, rest = expression.partition(f"{function} & ")
        text = text + text_of(code, rest) if rest and not before else text_of(code, expression)
    return text
