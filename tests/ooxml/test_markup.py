"""Parts of a file as trees and back: what is read, what is refused, and that nothing is looked up."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from workbook.merge.refusals import BrokenPart
from workbook.ooxml import markup
from workbook.ooxml.markup import (
    MANY_ELEMENTS,
    UNREADABLE,
    each,
    is_true,
    local,
    marks,
    name_of,
    namespace,
    parsed,
    plain,
    whole,
    written,
)

PART = "xl/a.xml"
DOCUMENT_TYPE = "has a document type"
FULL = b"<r>" + b"=" * 1_999_998 + b"</r>"


def element(text: str) -> etree._Element:
    return parsed(text.encode(), PART)


def texts(data: bytes, *names: str) -> list[str]:
    """Return the texts of the elements of these names, as they come."""
    return [found.text or "" for found in each(data, PART, *names)]


class TestAPartIsRead:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "UTF8", "utf-16", "us-ascii", "iso-8859-1", "ISO-8859-15", "windows-1252"],
    )
    def test_in_every_encoding_in_which_elements_can_be_counted(self, encoding: str) -> None:
        data = f'<?xml version="1.0" encoding="{encoding}"?><a><b>x</b></a>'.encode(encoding)
        assert parsed(data, PART).findtext("b") == "x"
        assert texts(data, "b") == ["x"]

    def test_behind_a_byte_order_mark(self) -> None:
        declared = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><a><b>x</b></a>'
        assert texts(declared, "b") == ["x"]
        assert name_of(parsed(declared, PART)) == PART

    def test_where_only_its_text_speaks_of_an_encoding(self) -> None:
        for data in (
            b"<a><b>encoding='UTF-7'</b></a>",
            b"<?xml version='1.0'?><a><b>encoding='UTF-7'</b></a>",
        ):
            assert texts(data, "b") == ["encoding='UTF-7'"]

    def test_as_long_as_its_elements_can_be_held(self) -> None:
        assert parsed(FULL, PART).tag == "r"
        assert texts(FULL, "nobody") == []

    def test_with_comments_and_cdata(self) -> None:
        data = b"<a><!-- <b>no</b> --><b><![CDATA[<x>]]></b></a>"
        assert parsed(data, PART).findtext("b") == "<x>"
        assert texts(data, "b") == ["<x>"]


class TestAPartIsRefused:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", UNREADABLE),
            (b"no markup", UNREADABLE),
            (b"<a><b>x</b>", UNREADABLE),
            (b"<a><b>x</a>", UNREADABLE),
            (b"<a><b>&who;</b></a>", UNREADABLE),
            (b"<a>" * 300 + b"</a>" * 300, UNREADABLE),
            (b"<?xml version='1.0' encoding='UTF-7'?><a/>", UNREADABLE),
            (b"\xef\xbb\xbf<?xml version='1.0'\nENCODING = \"utf-7\"?><a/>", UNREADABLE),
            ("<?xml version='1.0' encoding='IBM037'?><a/>".encode("cp037"), UNREADABLE),
            (FULL.replace(b"=", b"==", 1), MANY_ELEMENTS),
            (b"<!DOCTYPE a><a/>", DOCUMENT_TYPE),
            ("<!DOCTYPE a><a/>".encode("utf-16"), DOCUMENT_TYPE),
        ],
    )
    def test_with_its_name_and_the_reason(self, data: bytes, reason: str) -> None:
        with pytest.raises(BrokenPart, match=f"{PART} {reason}"):
            parsed(data, PART)
        with pytest.raises(BrokenPart, match=f"{PART} {reason}"):
            texts(data, "a", "b")

    @pytest.mark.parametrize("kind", ['[<!ENTITY x SYSTEM "{}">]', 'SYSTEM "{}"'])
    def test_without_a_look_at_the_files_it_names(self, kind: str, tmp_path: Path) -> None:
        (tmp_path / "named").write_text("<!ELEMENT")  # whoever reads it stumbles
        data = f"<!DOCTYPE a {kind.format((tmp_path / 'named').as_uri())}><a>&x;</a>"
        with pytest.raises(BrokenPart, match=DOCUMENT_TYPE):
            parsed(data.replace("&x;", "&x;" if "ENTITY" in kind else "").encode(), PART)


class TestElementsOneByOne:
    DATA = b"<s><i><t>1</t></i><k/><i><t>2</t></i><j>3</j></s>"

    def test_are_those_of_the_wanted_names_in_any_namespace(self) -> None:
        assert [local(found) for found in each(self.DATA, PART, "i", "j")] == ["i", "i", "j"]
        assert texts(b'<s xmlns="u"><t>1</t><x:t xmlns:x="v">2</x:t></s>', "t") == ["1", "2"]

    def test_are_whole_and_few_in_memory(self) -> None:
        for found in each(b"<s>" + b"<i><t>1</t></i>" * 9 + b"</s>", PART, "i"):
            holder = found.getparent()
            assert holder is not None
            assert found.findtext("t") == "1"
            assert holder.index(found) <= 1  # of those before, the last one

    def test_are_blank_once_the_next_one_has_come(self) -> None:
        assert [len(found) for found in [*each(self.DATA, PART, "i")]] == [0, 0]

    def test_may_be_the_root_itself(self) -> None:
        assert texts(b"<a>x</a>", "a") == ["x"]

    def test_are_counted_each_for_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markup, "TREE_MARKS", 60_000)
        data = b"<s>" + (b"<i>" + b"=" * 20_000 + b"</i>") * 8 + b"</s>"
        assert len(texts(data, "i")) == 8
        with pytest.raises(BrokenPart, match=f"{PART} {MANY_ELEMENTS}"):
            texts(data, "k")


class TestAPartIsWritten:
    DECLARED = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"

    def test_as_excel_declares_it_with_all_that_is_around_its_root(self) -> None:
        data = "<!-- mine --><a><?go on?>ä<b/></a>"
        assert written(element(data)) == self.DECLARED + data.encode()

    def test_plainly_without_comments_instructions_and_cdata(self) -> None:
        data = "<a>1<!-- <b/> -->2<?go on?>3<![CDATA[<ä>]]></a>".encode("utf-16")
        assert plain(data, PART) == self.DECLARED + "<a>123&lt;ä&gt;</a>".encode()


@pytest.mark.parametrize(
    ("data", "count"), [(b"", 0), (b"text", 0), (b"<a/>", 1), (b'<a b="" c="">x</a>', 4)]
)
def test_marks_are_two_for_an_element_and_one_for_an_attribute(data: bytes, count: int) -> None:
    assert marks(data) == count


@pytest.mark.parametrize(("text", "ns"), [('<a xmlns="u:v"/>', "{u:v}"), ("<a/>", "")])
def test_a_namespace_is_that_of_the_root_in_braces(text: str, ns: str) -> None:
    assert namespace(element(text)) == ns
    assert local(element(text)) == "a"


def test_a_comment_has_no_name() -> None:
    assert local(element("<a><!-- b --></a>")[0]) == ""


def test_an_element_that_was_made_belongs_to_no_part() -> None:
    assert name_of(etree.Element("a")) == ""
    assert name_of(element("<a><b/></a>")[0]) == PART


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("007", 7), ("999999999", 999999999)])
def test_a_whole_number_is_read(value: str, number: int) -> None:
    assert whole(element(f'<a n="{value}"/>'), "n", 5) == number


def test_a_number_that_is_not_stated_is_the_default() -> None:
    assert whole(element("<a/>"), "n", 5) == 5


@pytest.mark.parametrize("value", ["", "-1", "+1", " 1", "1.0", "x", "²", "٣", "1000000000"])
def test_what_is_no_whole_number_is_refused_by_name(value: str) -> None:
    with pytest.raises(BrokenPart, match=f"{PART} has a n that is no number"):
        whole(element(f'<a n="{value}"/>'), "n", 5)


@pytest.mark.parametrize(
    ("value", "yes"),
    [("1", True), ("true", True), ("on", True), ("0", False), ("false", False), (None, False)],
)
def test_yes_is_said_in_three_ways(value: str | None, yes: bool) -> None:
    assert is_true(value) is yes
