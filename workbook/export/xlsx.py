"""A table as a workbook: the rows are streamed into sheets that openpyxl made, without cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain, islice
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

from workbook.contacts.columns import BATCH, NAME, Block, Table
from workbook.contacts.counting import leaning
from workbook.contacts.summary import Summary
from workbook.export.deflate import speed_up
from workbook.export.look import Look, Skeleton
from workbook.export.shared_strings import PART, SharedStrings
from workbook.export.sheet_xml import Rows
from workbook.export.summary_lines import Lines
from workbook.export.widths import column_widths
from workbook.files.source_date_epoch import epoch

ROWS_PER_SHEET = 1_048_575  # below the header (Excel specifications and limits)
SAMPLE = 500  # rows by which widths and direction are judged
COMPRESSION = 1  # 6 makes files a fifth smaller and the writing two thirds longer
HUGE = 10_000_000  # cells; a part of that many may pass 2 GiB, which takes a zip64 entry

NAMES = ("name", "contactName", "label")

_DIMENSION = re.compile(rb'<dimension ref="(A1:[A-Z]+)1"\s*/>')
_IGNORED = (
    b'<ignoredErrors><ignoredError sqref="%b" twoDigitTextYear="1" numberStoredAsText="1"/>'
    b"</ignoredErrors>"
)


def warm_up() -> None:
    """Import what writing takes (a tenth of a second), so that it can be done while waiting."""
    from workbook.export import kept_skeletons

    if not kept_skeletons.are_there():
        from openpyxl.packaging import extended  # which openpyxl itself imports while it saves

        from workbook.export import skeleton

        assert extended
        assert skeleton


def write(
    table: Table,
    out: BinaryIO,
    *,
    name: str = NAME,
    summary: Summary | None = None,
    beside: Mapping[str, Table] = {},
    rtl: bool | None = None,
    when: datetime | None = None,
) -> None:
    """Write the table, with a sheet for the summary and one for each table beside, to a stream.

    The stream need not be seekable. `name` is that of the first sheet and of its table. Without
    `rtl` the sheet runs as most names of the summary, else of the first rows, are written. `when`
    is the time in the document's properties; by default SOURCE_DATE_EPOCH, else now. The same
    input and time make the same bytes.
    """
    from workbook.export import kept_skeletons, summary_lines

    blocks = [_block(name, table, summary, rtl)]
    blocks += [_block(sheet, each, summary, rtl) for sheet, each in beside.items()]
    lines = summary_lines.of(summary) if summary else None
    bones = kept_skeletons.make(
        [block.look for block in blocks],
        [(block.title, height) for block, height in lines.charts] if lines else None,
        when or epoch() or datetime.now(UTC),
    )
    cells = max(block.table.length * len(block.table.header) for block in blocks)
    with (
        closing(SharedStrings()) as strings,
        ZipFile(out, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as archive,
    ):
        for part, pieces in _parts(bones, blocks, lines, strings):
            # a name, not a ZipInfo: that gives the entry the date of Excel's own, 1980-01-01
            with archive.open(part, "w", force_zip64=cells > HUGE) as entry:
                speed_up(entry)
                for piece in pieces:
                    entry.write(piece)


class _Block(msgspec.Struct, frozen=True):
    """A table on its way into sheets: how they look, and the rows still to be written."""

    look: Look
    table: Table
    rows: Rows


def _block(name: str, table: Table, summary: Summary | None, rtl: bool | None) -> _Block:
    blocks = table.blocks()
    first = [*islice(blocks, SAMPLE // BATCH)]
    sample = [[*chain(*column)] for column in zip(*first, strict=True)] or [
        [] for _ in table.header
    ]
    look = Look(
        name,
        table.header,
        column_widths(table.header, sample),
        _sheet_lengths(table.length),
        _runs_rtl(table.header, sample, summary) if rtl is None else rtl,
    )
    return _Block(look, table, Rows(chain(first, blocks)))


def _sheet_lengths(rows: int) -> list[int]:
    full, rest = divmod(rows, ROWS_PER_SHEET)
    return [ROWS_PER_SHEET] * full + [rest] * (rest > 0 or not full)


def _runs_rtl(header: Sequence[str], sample: Block, summary: Summary | None) -> bool:
    if summary:
        return summary.mostly_rtl
    names = [values for title, values in zip(header, sample, strict=True) if title in NAMES]
    return leaning(chain(*names)) > 0


def _parts(
    bones: Skeleton, blocks: Sequence[_Block], lines: Lines | None, strings: SharedStrings
) -> Iterator[tuple[str, Iterable[bytes]]]:
    from workbook.export.sheet_xml import rows_xml
    from workbook.export.summary_xml import chart_xml, sheet_xml

    charts = enumerate(lines.charts if lines else (), start=1)
    drawn = {f"xl/charts/chart{number}.xml": block for number, (block, _) in charts}
    taking = {
        part: (block, length, styles)
        for block, parts, styles in zip(blocks, bones.sheets, bones.styles, strict=True)
        for part, length in zip(parts, block.look.lengths, strict=True)
    }
    for name, part in bones.parts.items():
        shared = strings.of_part(name, part)
        if name in taking:
            (block, length, styles), header = taking[name], taking[name][0].table.header
            numbers = range(2, 2 + length)
            rows = rows_xml(block.rows, numbers, header, styles, strings, block.table.altered)
            yield name, _filled(shared, length, rows)
        elif lines is not None and name == bones.summary:
            yield name, sheet_xml(shared, lines, bones.summary_styles, strings)
        elif name in drawn:
            yield name, [chart_xml(shared, drawn[name])]
        else:
            yield name, [shared]
    if any(block.rows.take(1) for block in blocks):
        raise ValueError("a table has more rows than its length says")
    yield PART, strings.part()


def _filled(part: bytes, length: int, rows: Iterable[bytes]) -> Iterator[bytes]:
    """Go through a sheet part with these rows in it.

    Tells what openpyxl does not: how far it reaches, and that numbers may stand as text there. Its
    place in the schema is before the tables (ECMA-376 part 1, A.2, CT_Worksheet).
    """
    head, tail = part.split(b"</sheetData>")
    found = _DIMENSION.search(head)
    assert found
    reach = found[1] + b"%d" % (length + 1)
    yield head.replace(found[0], b'<dimension ref="%b"/>' % reach)
    yield from rows
    yield b"</sheetData>"
    yield tail.replace(b"<tableParts", _IGNORED % reach + b"<tableParts")
