"""A screen of its own for tests that open windows, with real keys pressed on it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec

MISSING = [tool for tool in ("Xvfb", "xdotool", "import") if shutil.which(tool) is None] + [
    module for module in ("_tkinter",) if find_spec(module) is None
]


@contextmanager
def screen() -> Iterator[str]:
    """Run an X server without a monitor and yield its display, such as ":1"."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "900x700x24", "-nolisten", "tcp"]
    command += ["-r"]  # else a key repeats itself where a busy machine lets it go late
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@cache
def lasting_screen() -> str:
    """Return the display of a screen that stays until this process ends.

    Tk keeps its connection as long as the process lives, and when the screen ends, the next
    window's events end the whole process, without a word.
    """
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(screen())


def press(display: str, *words: str) -> None:
    """Give xdotool's words to the window that has the focus on this display."""
    here = {**os.environ, "DISPLAY": display}
    subprocess.run(["xdotool", *words], env=here, check=True, timeout=30)


def picture(display: str) -> bytes:
    """Return what the whole screen shows, pixel by pixel (PPM)."""
    command = ["import", "-display", display, "-window", "root", "ppm:-"]
    return subprocess.run(command, check=True, capture_output=True).stdout
