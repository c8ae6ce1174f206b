"""XML parts in and out of lxml: strangers' files, so nothing outside them is ever looked up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from lxml import etree

from workbook.merge.refusals import BrokenPart

UNREADABLE = "is not XML that can be read"


def parsed(data: bytes, part: str) -> etree._Element:
    """Return the root of a part. Raises BrokenPart, also for a part with a document type."""
    root = None
    with suppress(etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(data, _cautious(), base_url=part)
    if root is None:
        raise BrokenPart(part, UNREADABLE)
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenPart(part, "has a document type, which no workbook needs")
    return root


def each(data: bytes, part: str, name: str) -> Iterator[etree._Element]:
    """Yield the elements of one name, each gone when the next one comes. Raises BrokenPart."""
    if b"<!" in data or b"\0" in data:  # a document type, or an encoding that could hide one
        yield from parsed(data, part).iter(f"{{*}}{name}")
        return
    with suppress(etree.XMLSyntaxError):
        for _, element in etree.iterparse(
            BytesIO(data), tag=f"{{*}}{name}", resolve_entities=False, no_network=True
        ):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]
        return
    raise BrokenPart(part, UNREADABLE)


def plain(data: bytes, part: str) -> bytes:
    """Return a part spelled plainly: UTF-8, no comments, no CDATA. Raises BrokenPart."""
    root = parsed(data, part)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def written(root: etree._Element) -> bytes:
    """Return a part as bytes, with the declaration that Excel writes."""
    return etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True
    )


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


def _cautious() -> etree.XMLParser:
    """Return a parser that looks nothing up and expands nothing."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
