"""Connect to the LibreOffice that `libreoffice.run_uno` started; runs in the system's Python."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uno

PIPE = "uno:pipe,name={};urp;StarOffice.ComponentContext"
MACROS_WITHOUT_ASKING = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN


def desktop() -> Any:
    """Wait for the office and return its com.sun.star.frame.Desktop."""
    there = context()
    return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)


def context(seconds: float = 60) -> Any:
    """Wait for the office and return its component context."""
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    deadline = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(PIPE.format(os.environ["UNO_PIPE"]))
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def load(path: Path, **properties: object) -> Any:
    """Open a file hidden and read-only (no lock file stays), its macros allowed.

    FilterName= is for what LibreOffice does not detect, such as an .xlam.
    """
    wanted: dict[str, object] = {
        "Hidden": True,
        "ReadOnly": True,
        "MacroExecutionMode": MACROS_WITHOUT_ASKING,
    }
    wanted.update(properties)
    return desktop().loadComponentFromURL(
        path.resolve().as_uri(), "_blank", 0, properties_of(wanted)
    )


def properties_of(values: Mapping[str, object]) -> tuple[Any, ...]:
    """Return values by name as UNO takes them."""
    return tuple(_property(*item) for item in values.items())


def _property(name: str, value: object) -> Any:
    result = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    result.Name, result.Value = name, value
    return result
