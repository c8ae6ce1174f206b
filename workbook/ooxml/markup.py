"""Parse and write XML parts. The files come from strangers: nothing outside them is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from lxml import etree

from workbook.merge.refusals import BrokenPart

# the encoding, where the part begins with a declaration
_DECLARED = re.compile(rb"(?is)(?:\xef\xbb\xbf)?<\?xml(?:(?!\?>).)*?encoding\s*=\s*[\"']([^\"']*)")
_COUNTABLE = re.compile(rb"utf-?8|utf-?16|us-ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
_EBCDIC = bytes.fromhex("4c6fa794")
TREE_MARKS = 2_000_000  # of a tree in memory, which takes 200 bytes for each
MANY_ELEMENTS = "has more elements than can be held"
UNREADABLE = "is not XML that can be read"


def parsed(data: bytes, part: str) -> etree._Element:
    """Return the root of a part. Raises BrokenPart, also for a part with a document type."""
    _check_encoding(data, part)
    if marks(data) > TREE_MARKS:
        raise BrokenPart(part, MANY_ELEMENTS)
    root = None
    with suppress(etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(data, _cautious(), base_url=part)
    if root is None:
        raise BrokenPart(part, UNREADABLE)
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenPart(part, "has a document type, which no workbook needs")
    return root


def each(data: bytes, part: str, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names, each gone when the next one comes. Raises BrokenPart."""
    tags = [f"{{*}}{name}" for name in names]
    if b"<!" in data or b"\0" in data:  # a document type, or an encoding that could hide one
        yield from parsed(data, part).iter(*tags)
        return
    _check_encoding(data, part)
    source = _Counting(data, part)
    with suppress(etree.XMLSyntaxError):
        for _, element in etree.iterparse(
            source, tag=tags, resolve_entities=False, no_network=True
        ):
            source.seen = 0
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]
        return
    raise BrokenPart(part, UNREADABLE)


class _Counting(BytesIO):
    """Counts what was read since `seen` was 0, for that is held as a tree."""

    def __init__(self, data: bytes, part: str) -> None:
        super().__init__(data)
        self.seen, self._part = 0, part

    def read(self, size: int | None = None, /) -> bytes:
        data = super().read(size)
        self.seen += marks(data)
        if self.seen > TREE_MARKS:
            raise BrokenPart(self._part, MANY_ELEMENTS)
        return data


def marks(data: bytes) -> int:
    """Return how many "<" and "=" there are: an element has two of them, an attribute one."""
    return data.count(b"<") + data.count(b"=")


def plain(data: bytes, part: str) -> bytes:
    """Return a part spelled plainly: UTF-8, no comments, no CDATA. Raises BrokenPart."""
    root = parsed(data, part)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return etree.tostring(root, encoding="UTF-8", standalone=True)


def written(root: etree._Element) -> bytes:
    """Return a part as bytes, with the declaration that Excel writes."""
    return etree.tostring(root.getroottree(), encoding="UTF-8", standalone=True)


def namespace(root: etree._Element) -> str:
    """Return the namespace of a part, in braces: strict and transitional files differ in it."""
    tag = str(root.tag)
    return tag[: tag.index("}") + 1] if tag.startswith("{") else ""


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace, "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def whole(element: etree._Element, attribute: str, default: int) -> int:
    """Return an attribute that holds a whole number. Raises BrokenPart when it does not."""
    value = element.get(attribute)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BrokenPart(name_of(element), f"has a {attribute} that is no number")
    return int(value)


def name_of(element: etree._Element) -> str:
    """Return the name of the part that an element belongs to."""
    return element.getroottree().docinfo.URL or ""


def is_true(value: str | None) -> bool:
    """Tell whether an attribute says yes: Excel writes 1, LibreOffice true."""
    return value in ("1", "true", "on")


def _check_encoding(data: bytes, part: str) -> None:
    """Raise BrokenPart where "<" may be another byte, so that elements could not be counted."""
    declared = _DECLARED.match(data)
    if data.startswith(_EBCDIC) or (declared and not _COUNTABLE.fullmatch(declared[1])):
        raise BrokenPart(part, UNREADABLE)


def _cautious() -> etree.XMLParser:
    """Return a parser that looks nothing up and expands nothing."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
