"""Results that LibreOffice computes: which workbooks it is given, and what is taken of its copy.

A script stands for LibreOffice: it saves a copy that the test made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.ooxml.small_books import OUTSIDE, book, grid, part, sheet
from tests.ooxml.small_files import BOOK, MAIN, Arrow
from workbook.merge.ranges import Range
from workbook.ooxml.computing import compute
from workbook.ooxml.package import Package
from workbook.ooxml.worksheet import Grid

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs end with .exe there")

A1, ALL = Range(1, 1, 1, 1), Range(1, 1, 9, 9)
NO = "Results were not computed:"
Saving = Callable[[Package | None], None]


@pytest.fixture
def saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saving:
    """Let the LibreOffice of the path save this as its copy, or nothing at all."""

    def saving(copy: Package | None) -> None:
        made = tmp_path / "made.xlsx"
        if copy is not None:
            with made.open("wb") as out:
                copy.write(out)
        script = tmp_path / "soffice"
        script.write_text(
            "#!/bin/sh\n"
            'while [ "$1" != --outdir ]; do shift; done\n'
            f'/bin/mkdir "$2" && /bin/cp "{made}" "$2/copy.xlsx"\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return saving


def cell(kind: str, value: str) -> str:
    """Return a formula's cell with a result."""
    return f'<c t="{kind}"><f>1</f><v>{value}</v></c>'


EMPTY = "<c><f>1</f></c>"


def computed(
    ours: Mapping[str, Mapping[str, str]], areas: Mapping[str, list[Range]]
) -> tuple[str, dict[str, Grid]]:
    """Return what computing these sheets comes to, and the sheets."""
    there = book({name: sheet(cells) for name, cells in ours.items()})
    its_grids = {name: grid(there, name) for name in ours}
    return compute(there, its_grids, areas), its_grids


def shown(there: Grid) -> str:
    return (
        b"".join(there.written()).decode().partition("<sheetData>")[2].partition("</sheetData>")[0]
    )


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("theirs", "taken"),
        [
            (cell("n", "3"), "<c{}><f>1</f><v>3</v></c>"),
            ("<c><v>3</v></c>", "<c{}><f>1</f><v>3</v></c>"),
            (cell("str", "a_x0041_"), '<c{} t="str"><f>1</f><v>aA</v></c>'),
            (cell("str", "a_x0007_"), '<c{} t="str"><f>1</f><v>a_x0007_</v></c>'),
            (cell("str", "_x005F_x0041_"), '<c{} t="str"><f>1</f><v>_x005F_x0041_</v></c>'),
            (cell("str", "&lt;&amp; "), '<c{} t="str"><f>1</f><v>&lt;&amp; </v></c>'),
            (cell("s", "1"), '<c{} t="str"><f>1</f><v>Bob</v></c>'),
            (cell("b", "1"), '<c{} t="b"><f>1</f><v>1</v></c>'),
            (cell("e", "#N/A"), '<c{} t="e"><f>1</f><v>#N/A</v></c>'),
        ],
    )
    def test_a_result_keeps_its_kind(self, saves: Saving, theirs: str, taken: str) -> None:
        saves(book(
            {"S": sheet({"A1": theirs})},
            arrows={BOOK: [("sharedStrings", "xl/strings.xml")]},
            strings=f"<sst {MAIN}><si><t>Ann</t></si><si><t>Bob</t></si></sst>",
        ))  # fmt: skip
        words, there = computed({"S": {"A1": EMPTY}}, {"S": [A1]})
        assert words == "Computed by LibreOffice: 1 result."
        assert taken.format(' r="A1"') in shown(there["S"])

    def test_only_cells_that_were_forgotten_get_one(self, saves: Saving) -> None:
        cells = {f"{column}{row}": cell("n", "3") for row in (1, 2) for column in "AB"}
        saves(book({"S": sheet(cells)}))
        ours = dict.fromkeys(cells, EMPTY)
        words, there = computed({"S": ours}, {"S": [Range(2, 1, 2, 2)]})
        assert words == "Computed by LibreOffice: 2 results."
        assert shown(there["S"]).replace("<f>1</f><v>3</v>", "!").replace("<f>1</f>", "") == (
            '<row r="1"><c r="A1"></c><c r="B1">!</c></row><row r="2"><c r="A2"></c><c r="B2">!</c></row>'
        )

    def test_each_sheet_gets_its_own(self, saves: Saving) -> None:
        saves(book({"B": sheet({"A1": cell("n", "2")}), "A": sheet({"A1": cell("n", "1")})}))
        ours = {"A": {"A1": EMPTY}, "Gone": {"A1": EMPTY}, "B": {"A1": EMPTY}}
        words, there = computed(ours, {name: [ALL] for name in ours})
        assert words == "Computed by LibreOffice: 2 results."
        assert ["<v>1<" in shown(there["A"]), "<v>2<" in shown(there["B"])] == [True, True]

    @pytest.mark.parametrize("theirs", [{"A1": "<c/>"}, {"A1": EMPTY}, {"A2": cell("n", "3")}, {}])
    def test_where_there_is_none_none_is_taken(self, saves: Saving, theirs: dict[str, str]) -> None:
        saves(book({"S": sheet(theirs)}))
        words, there = computed({"S": {"A1": EMPTY}}, {"S": [ALL]})
        assert words == "Computed by LibreOffice: 0 results."
        assert "<v>" not in shown(there["S"])

    def test_many_are_counted_so_that_they_can_be_read(self, saves: Saving) -> None:
        cells = {f"A{row}": "<c><v>3</v></c>" for row in range(1, 1_001)}
        saves(book({"S": sheet(cells)}))
        words, _ = computed({"S": dict.fromkeys(cells, EMPTY)}, {"S": [Range(1, 1, 1, 1_000)]})
        assert words == "Computed by LibreOffice: 1,000 results."

    def test_it_is_given_the_workbook_as_it_is_now(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = tmp_path / "soffice"
        script.write_text(
            "#!/bin/sh\n"
            'while [ "$1" != --outdir ]; do shift; done\n'
            '/bin/mkdir "$2" && /bin/cp "$3" "$2/copy.xlsx"\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        there = book({"S": sheet({"A1": EMPTY})})
        its_grids = {"S": grid(there, "S")}
        there.put(part(1), sheet({"A1": cell("n", "5")}).encode())
        assert compute(there, its_grids, {"S": [A1]}) == "Computed by LibreOffice: 1 result."

    @pytest.mark.parametrize("made", [None, b"", b"PK\x03\x04half"])
    def test_what_it_could_not_open_or_save_is_told(
        self, saves: Saving, tmp_path: Path, made: bytes | None
    ) -> None:
        saves(None)
        if made is not None:
            (tmp_path / "made.xlsx").write_bytes(made)
        words, _ = computed({"S": {"A1": EMPTY}}, {"S": [A1]})
        assert words == f"{NO} LibreOffice could not open the workbook."


def refused(
    cells: Mapping[str, str] | None = None,
    after: str = "",
    within: str = "",
    arrows: Mapping[str, list[Arrow]] | None = None,
) -> str:
    """Return why a workbook is not computed, "" if it is."""
    there = book({"T": sheet({}), "S": sheet(cells or {}, after)}, within, arrows)
    said = compute(there, {"S": grid(there, "S")}, {"S": [A1]})
    return said.removeprefix(f"{NO} ") if said.startswith(NO) else ""


class TestWhatReachesOut:
    @pytest.fixture(autouse=True)
    def _computes(self, saves: Saving) -> None:
        saves(book({"S": sheet({})}))

    @pytest.mark.parametrize(
        ("formula", "function"),
        [
            ("WEBSERVICE(A1)", "WEBSERVICE"),
            ("_xlfn.webservice(A1)", "WEBSERVICE"),
            ("_xlfn._xlws.IMAGE(A1)", "IMAGE"),
            ("1+RTD(1)", "RTD"),
            ("DDE(1)", "DDE"),
            ("STOCKHISTORY(1)", "STOCKHISTORY"),
            ("CALL(1)", "CALL"),
            ("REGISTER(1)", "REGISTER"),
            ("REGISTER.ID(1)", "REGISTER.ID"),
            ("EXEC(1)", "EXEC"),
            ("WEBSERVICE(1)+CALL(1)", "CALL"),
        ],
    )
    def test_a_formula_that_fetches_is_named(self, formula: str, function: str) -> None:
        words = f"the workbook has formulas with {function}, which fetch data from elsewhere."
        assert refused({"A1": f"={formula}"}) == words
        for rule in ("formula", "formula1", "formula2"):
            assert refused(after=f"<{rule}>{formula}</{rule}>") == words
        name = f"<definedNames><definedName>1</definedName><definedName>{formula}</definedName></definedNames>"
        assert refused(within=name) == words

    @pytest.mark.parametrize("formula", ["1+1", '"WEBSERVICE(A1)"', "MYCALL(1)", "", "IMAGE!A1"])
    def test_any_other_formula_is_computed(self, formula: str) -> None:
        names = f"<definedNames><definedName>{formula}</definedName></definedNames>"
        assert (
            refused({"A1": f"<c><f>{formula}</f></c>"}, f"<formula>{formula}</formula>", names)
            == ""
        )

    def test_one_that_cannot_be_read_could_be_anything(self) -> None:
        words = "the workbook has a formula that getcontacts cannot read."
        assert refused({"A1": "=1", "A1048576": "=cmd|'/C calc'!A0"}) == words

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("connections", "connections to data elsewhere."),
            ("externalLink", "links to other files."),
        ],
    )
    def test_what_the_workbook_leads_to_is_told(self, kind: str, words: str) -> None:
        arrows: dict[str, list[Arrow]] = {BOOK: [("theme", "t.xml"), (kind, "x.xml")]}
        assert refused(arrows=arrows) == f"the workbook has {words}"

    @pytest.mark.parametrize(
        ("kind", "more", "is_refused"),
        [
            ("image", OUTSIDE, True),
            ("hyperlink/x", OUTSIDE, True),
            ("hyperlink", OUTSIDE, False),
            ("image", 'TargetMode="Internal"', False),
            ("image", "", False),
        ],
    )
    def test_an_arrow_out_of_the_file_may_only_be_one_to_click_on(
        self, kind: str, more: str, is_refused: bool
    ) -> None:
        arrows: dict[str, list[Arrow]] = {part(2): [("hyperlink", "a", OUTSIDE), (kind, "x", more)]}
        assert refused(arrows=arrows) == (
            "the workbook has links to other files." if is_refused else ""
        )

    def test_damaged_parts_lead_nowhere(self) -> None:
        there = book({"T": sheet({}), "S": sheet({})}, arrows={part(1): [("image", "x", OUTSIDE)]})
        there.put("xl/worksheets/_rels/sheet1.xml.rels", b"<odd")
        there.put(part(1), b"<odd")
        assert compute(there, {}, {}).startswith("Computed")

    def test_where_libreoffice_is_missing_it_is_said(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
        monkeypatch.setattr("workbook.ooxml.libreoffice._PLACES", ())
        assert refused({"A1": "=1"}) == "LibreOffice is not installed here."
