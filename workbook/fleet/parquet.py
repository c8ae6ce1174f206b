"""Results as Parquet, for programs of data: what the lines of JSON say, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import json, parquet

from workbook.export.json import SAVED


def converted(lines: Path, columns: Sequence[str]) -> Path:
    """Write beside a file of lines the same rows as Parquet, and return that file."""
    kinds = [pa.field(each, pa.bool_() if each == SAVED else pa.string()) for each in columns]
    schema, file = pa.schema(kinds), lines.with_suffix(".parquet")
    options = json.ParseOptions(explicit_schema=schema)
    has_rows = lines.stat().st_size > 0
    table = json.read_json(lines, parse_options=options) if has_rows else schema.empty_table()
    parquet.write_table(table, file)
    return file
