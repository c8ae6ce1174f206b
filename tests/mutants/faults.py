"""The faults that can be put into a module, one at a time, as changes of its text; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

# what a hurried hand mistakes for what
OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.FloorDiv: ("//", "*"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
}
OPPOSITES = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
NAMES = {
    "all": "any", "any": "all", "endswith": "startswith", "fullmatch": "match", "lstrip": "rstrip",
    "max": "min", "min": "max", "partition": "rpartition", "reversed": "list", "rpartition": "partition",
    "rstrip": "lstrip", "sorted": "list", "startswith": "endswith",
}  # fmt: skip
LEFT_OUT = ("casefold", "lower", "lstrip", "rstrip", "strip", "upper")
QUIET = ("debug", "info", "warning", "exception")  # what is logged is no result


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A piece of a module's source (UTF-8) replaced by another one."""

    start: int
    end: int
    new: str

    def put_into(self, source: str) -> str:
        """Return the source with this fault."""
        content = source.encode()
        return (content[: self.start] + self.new.encode() + content[self.end :]).decode()

    def line(self, source: str) -> int:
        """Return the number of the first line that is changed."""
        return source.encode().count(b"\n", 0, self.start) + 1

    def change(self, source: str) -> tuple[str, str]:
        """Return the lines that are changed, before and after, without blanks around them."""
        content = source.encode()
        start = content.rfind(b"\n", 0, self.start) + 1
        end = content.find(b"\n", self.end)
        head, tail = content[start : self.start], content[self.end : end]
        before = head + content[self.start : self.end] + tail
        return _in_one(before.decode()), _in_one((head + self.new.encode() + tail).decode())


def _in_one(lines: str) -> str:
    return " ".join(lines.split())


def faults(source: str) -> list[Fault]:
    """Return every fault that can be put into this source, in its order."""
    return sorted({*_Finder(source).of(ast.parse(source))})


class _Finder:
    """Go through a module's nodes, but for what only types, documents or imports."""

    def __init__(self, source: str) -> None:
        self._source = source.encode()
        self._lines = [0]
        for line in self._source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def of(self, node: ast.AST) -> Iterator[Fault]:
        """Yield the faults of a node and of all nodes within it."""
        if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Assert):
            return
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return  # as an assertion: what is zipped is of one length
        if isinstance(node, ast.If) and "TYPE_CHECKING" in self._text(node.test):
            return
        yield from self._here(node)
        for child in _children(node):
            yield from self.of(child)

    def _here(self, node: ast.AST) -> Iterator[Fault]:
        match node:
            case ast.Compare():
                operands = [node.left, *node.comparators]
                for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
                    yield from self._operator(left, operator, right)
            case ast.BinOp():
                yield from self._operator(node.left, node.op, node.right)
            case ast.BoolOp():
                neutral = "False" if isinstance(node.op, ast.Or) else "True"
                yield from (self._put(each, neutral) for each in node.values)
            case ast.UnaryOp(op=ast.Not()):
                yield self._put(node, f"({self._text(node.operand)})")
            case ast.If() | ast.While() | ast.IfExp():
                yield from self._negated(node.test)
            case ast.comprehension():
                for test in node.ifs:
                    yield from self._negated(test)
            case ast.Call():
                yield from self._call(node)
            case ast.Constant():
                yield from self._constant(node)
            case ast.stmt():
                yield from self._statement(node)

    def _statement(self, node: ast.stmt) -> Iterator[Fault]:
        match node:
            case ast.Expr(value=ast.Call(func=func)):
                if not (isinstance(func, ast.Attribute) and func.attr in QUIET):
                    yield self._put(node, "pass")
            case ast.AugAssign() | ast.Raise():
                yield self._put(node, "pass")
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
                yield self._put(value, "None")
            case ast.Break():
                yield self._put(node, "continue")
            case ast.Continue():
                yield self._put(node, "break")

    def _operator(self, left: ast.expr, operator: ast.AST, right: ast.expr) -> Iterator[Fault]:
        if type(operator) not in OPERATORS:
            return
        old, new = OPERATORS[type(operator)]
        start, end = self._span(left)[1], self._span(right)[0]
        word = re.sub(r"\s+", r"\\s+", re.escape(old).replace(r"\ ", " "))
        at = re.search(word, self._source[start:end].decode())
        if at is not None:
            yield Fault(start + at.start(), start + at.end(), new)

    def _negated(self, test: ast.expr) -> Iterator[Fault]:
        match test:
            case ast.UnaryOp(op=ast.Not()) | ast.NamedExpr():
                return  # the first has its fault already
            case ast.Compare(ops=[operator]) if isinstance(operator, OPPOSITES):
                return
        yield self._put(test, f"not ({self._text(test)})")

    def _call(self, node: ast.Call) -> Iterator[Fault]:
        func = node.func
        if isinstance(func, ast.Name) and func.id in NAMES and not node.keywords:
            yield self._put(func, NAMES[func.id])
        if isinstance(func, ast.Attribute):
            start, end = self._span(func.value)[1], self._span(node)[1]
            if func.attr in LEFT_OUT and not node.args:
                yield Fault(start, end, "")
            elif func.attr in NAMES:
                renamed = self._span(func)[1]
                yield Fault(renamed - len(func.attr), renamed, NAMES[func.attr])

    def _constant(self, node: ast.Constant) -> Iterator[Fault]:
        if isinstance(node.value, bool):
            yield self._put(node, str(not node.value))
        elif isinstance(node.value, int | float):
            yield self._put(node, str(node.value + 1))

    def _put(self, node: ast.expr | ast.stmt, new: str) -> Fault:
        return Fault(*self._span(node), new)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is within a node, but for types and decorators."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (each for each in node.args.defaults)
            yield from (each for each in node.args.kw_defaults if each is not None)
            yield from node.body
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from () if node.value is None else (node.value,)
        case _:
            yield from ast.iter_child_nodes(node)
