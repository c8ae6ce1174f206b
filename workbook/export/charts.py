"""Charts of a column of labels and one of counts, by openpyxl; summary_xml.py puts values in."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    StrData,
    StrRef,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

BLUE = "4472C4"
GREY, FAINT = "BFBFBF", "E7E6E6"
COUNT = "#,##0"

# where lying bars are, in parts of the chart: left of them is room for the name of any country
BESIDE_LABELS = ManualLayout("inner", xMode="edge", yMode="edge", x=0.3, y=0.13, w=0.62, h=0.83)


def add_bar_chart(
    sheet: Worksheet, title: str, corners: tuple[str, str], *, upright: bool = False
) -> None:
    """Draw counts, with their labels, between two cells.

    Bars lie with the first one on top, or stand upright. Their counts stand at them, so there are
    neither gridlines nor an axis of numbers.
    """
    chart = BarChart(gapWidth=50, barDir="col" if upright else "bar")
    _begin(chart, title)
    chart.append(_series(title))
    chart.x_axis.tickLblSkip = 1  # every bar has its label, however narrow
    chart.x_axis.scaling.orientation = "minMax" if upright else "maxMin"
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
    if not upright:
        chart.layout = Layout(BESIDE_LABELS)
    _place(sheet, chart, corners)


def add_line_chart(sheet: Worksheet, title: str, corners: tuple[str, str]) -> None:
    """Draw how counts go on, with their labels, between two cells."""
    chart = LineChart()
    _begin(chart, title)
    line = _series(title)
    line.dLbls = line.invertIfNegative = None
    line.spPr = GraphicalProperties(ln=LineProperties(solidFill=BLUE, w=28_575))
    line.marker = Marker("circle", size=4, spPr=GraphicalProperties(solidFill=BLUE))
    line.smooth = False
    chart.append(line)
    slanting = RichTextProperties(rot=-45 * 60_000)  # days are too long to stand side by side
    words = Paragraph(pPr=ParagraphProperties(defRPr=CharacterProperties()))
    chart.x_axis.txPr = RichText(slanting, p=[words])
    chart.y_axis.delete = False
    chart.y_axis.number_format = COUNT
    chart.y_axis.majorTickMark = "none"
    faint = GraphicalProperties(ln=LineProperties(solidFill=FAINT))
    chart.y_axis.majorGridlines = ChartLines(spPr=faint)
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    _place(sheet, chart, corners)


def _begin(chart: BarChart | LineChart, title: str) -> None:
    chart.title = _title(title)
    chart.roundedCorners = False
    chart.legend = None
    chart.x_axis.delete = False
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=GREY))


def _place(sheet: Worksheet, chart: BarChart | LineChart, corners: tuple[str, str]) -> None:
    between = TwoCellAnchor(_from=_corner(corners[0]), to=_corner(corners[1]))
    chart.anchor = between  # type: ignore[assignment]  # the stubs know names of cells only
    sheet.add_chart(chart)


def _title(text: str) -> Title:
    run = RegularTextRun(CharacterProperties(sz=1300, b=True), text)  # hundredths of a point
    return Title(Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)


def _series(title: str) -> Series:
    return Series(
        tx=SeriesLabel(v=title),
        cat=AxDataSource(strRef=StrRef("A", StrData(0))),  # column A
        val=NumDataSource(numRef=NumRef("B", NumData(COUNT, 0))),
        spPr=GraphicalProperties(solidFill=BLUE),
        dLbls=DataLabelList(
            showVal=True,
            showLegendKey=False,
            showCatName=False,
            showSerName=False,
            showPercent=False,
        ),
        invertIfNegative=False,
    )


def _corner(cell: str) -> AnchorMarker:
    row, column = coordinate_to_tuple(cell)
    return AnchorMarker(col=column - 1, row=row - 1)
