"""A copy of a workbook computed by LibreOffice, where that is installed.

Its profile is made for this once: macros and links are off, and all formulas are computed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 300  # a first start makes a profile, and a large workbook takes its time
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
# path and property in the registry -> value; links: ScLkUpdMode, 1 is never
_SETTINGS = {
    ("Common/Security/Scripting", "MacroSecurityLevel"): "3",
    ("Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Calc/Content/Update", "Link"): "1",
    ("Calc/Formula/Load", "OOXMLRecalcMode"): "0",
    ("Common/Misc", "FirstRun"): "false",
}
_ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
)


def program() -> str | None:
    """Return where LibreOffice is, None where it is not installed."""
    return shutil.which("soffice") or next((at for at in _PLACES if Path(at).exists()), None)


def computed(workbook: bytes, soffice: str) -> bytes | None:
    """Return the workbook as LibreOffice saves it with all formulas computed; None if it fails."""
    with tempfile.TemporaryDirectory(prefix="getcontacts-") as name:
        folder = Path(name)
        (folder / "user").mkdir()
        (folder / "user" / "registrymodifications.xcu").write_text(_settings(), "utf-8")
        copy, out = folder / "copy.xlsx", folder / "out"
        copy.write_bytes(workbook)
        command = [
            soffice,
            f"-env:UserInstallation={folder.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(copy)),
        ]
        try:
            subprocess.run(  # noqa: S603  # our own arguments, no shell
                command, capture_output=True, timeout=SECONDS, check=False, env=_environment()
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        made = out / "copy.xlsx"
        return made.read_bytes() if made.exists() else None


def _settings() -> str:
    items = (
        _ITEM.format(path=path, name=name, value=value) for (path, name), value in _SETTINGS.items()
    )
    return _REGISTRY.format(items="".join(items))


def _environment() -> dict[str, str]:
    """Return the environment without what is ours: another program needs no account of anybody."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GREEN_API", "GETCONTACTS", "PYTHON"))
    }
