"""How many frames hold the token on its way into the URL, how many files a name on its way to a book.

A name is held as text: in a contact, a row, a change, a cell, a tree of cells. Files that only pass
on bytes in which it is (of an answer, a packed list, a part of the book) are counted apart.

python -m tests.proof.frames     print both lists, from a traced run against the simulator
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec
import pytest
from lxml import etree

from tests.cli.command import getcontacts, use
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / package}{os.sep}" for package in ("workbook", "addin"))
NOT_ON_THE_WAY = f"{os.sep}simulator{os.sep}"  # plays the other side
DEEP = 4  # a list of rows of cells in a struct


class Trace(msgspec.Struct):
    """What a run showed; `changes`: how often the name went from one file to another.

    `token`: the frames of ours that held it when its URL was made, innermost first. `files`: those
    that held the name, and whether as text.
    """

    token: list[str] = []
    files: dict[str, bool] = {}
    changes: int = 0

    def names(self, *, as_text: bool) -> list[str]:
        """Return the files that held the name as text, or those that only passed on bytes."""
        return [file for file, text in self.files.items() if text is as_text]


def holds(value: object, secret: str, *, packed: bool, deep: int = DEEP) -> bool:
    """Tell whether a text can be reached from a value, through containers and objects of ours.

    `packed`: or bytes in which it is.
    """
    if isinstance(value, str):
        return secret in value
    if isinstance(value, etree._Element):
        return any(secret in str(text) for text in value.itertext())
    if isinstance(value, bytes | bytearray | memoryview):
        return packed and secret.encode() in bytes(value)
    return deep > 0 and any(
        holds(each, secret, packed=packed, deep=deep - 1) for each in _inside(value)
    )


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if type(value).__module__.startswith(("workbook.", "addin.")) and not isinstance(value, type):
        slots = [name for each in type(value).__mro__ for name in getattr(each, "__slots__", ())]
        return [getattr(value, name, None) for name in {*slots, *getattr(value, "__dict__", ())}]
    return ()


@contextmanager
def traced(token: str, name: str) -> Iterator[Trace]:
    """Watch every call and return of this thread until the end of `with`."""
    seen, last = Trace(), ""

    def watch(frame: FrameType, event: str, returned: object) -> None:
        nonlocal last
        if event not in ("call", "return"):
            return
        if not seen.token and _has_url(frame, event, returned):
            seen.token = [_spelled(each) for each in _stack(frame) if _has(each, token)]
        file = _ours(frame)
        if file and _has(frame, name, returned):
            text = _has(frame, name, returned, packed=False)
            seen.files[file] = text or seen.files.get(file, False)
            seen.changes += file != last
            last = file

    def _has_url(frame: FrameType, event: str, returned: object) -> bool:
        if event == "return":
            return _ours(frame) != "" and isinstance(returned, str) and f"/{token}" in returned
        return frame.f_code.co_qualname == "Session.request"

    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def _has(frame: FrameType, secret: str, returned: object = None, *, packed: bool = True) -> bool:
    values = [*frame.f_locals.values(), returned]
    return any(holds(each, secret, packed=packed) for each in values)


def _ours(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    ours = file.startswith(OURS) and NOT_ON_THE_WAY not in file
    return str(Path(file).relative_to(ROOT)) if ours else ""


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if _ours(frame):
            yield frame
        frame = frame.f_back


def _spelled(frame: FrameType) -> str:
    return f"{_ours(frame)}: {frame.f_code.co_qualname}"


def measured(folder: Path) -> tuple[list[str], Trace]:
    """Export a list, then bring the workbook up to date with another name.

    Without a Summary, to which names of the past go on a way of their own.

    Returns the frames that hold the token (of the longer way), and what the update showed.
    """
    file, name = str(folder / "contacts.xlsx"), "Zebulon Quagga"
    with Simulator(rate=0) as service, pytest.MonkeyPatch.context() as patch:
        use(service, patch)
        service.contacts = [person("4915100000002@c.us", "Anna")]
        with traced(service.token, name) as export:
            assert getcontacts("export", file, "--no-summary").code == 0
        service.contacts = [person("4915100000002@c.us", name)]
        with traced(service.token, name) as update:
            assert getcontacts("export", file, "--update").code == 0
    return max(export.token, update.token, key=len), update


def main() -> None:
    """Print who holds the token as its URL is made, and the files a name passes."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GETCONTACTS_HOME"] = f"{folder}/home"
        token, seen = measured(Path(folder))
    text, packed = seen.names(as_text=True), seen.names(as_text=False)
    print(f"{len(token)} frames hold the token when its URL is made:", *token, sep="\n  ")
    print(f"{len(text)} files hold a name on its way into a book:", *text, sep="\n  ")
    print(f"{len(packed)} files only pass on bytes in which it is:", *packed, sep="\n  ")
    print(f"It goes from file to file {seen.changes} times.")


if __name__ == "__main__":
    main()
