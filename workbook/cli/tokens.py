"""Tell of files that may still hold tokens after those that we keep were deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbook.accounts import credentials
from workbook.cli import console


@contextmanager
def telling_copies() -> Iterator[None]:
    """Name the files beside ours that may hold a token and are there after the block."""
    before = credentials.copies()
    try:
        yield
    finally:
        left = [str(each) for each in before if each.exists()]
        if left:
            console.warn(
                "A token may also be in these files, which are not ours; delete them yourself: "
                f"{console.shown(', '.join(left))}"
            )
