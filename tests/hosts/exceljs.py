"""exceljs, an .xlsx library of another language: installed from npm while the tests run.

It is looked for in GETCONTACTS_EXCELJS, a folder `node_modules`; tests without it are skipped.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

VERSION = "4.4.0"
SECONDS = 180


def run_node(script: Path, said: str) -> bytes:
    """Return what a script for Node.js with exceljs prints when it is told this."""
    modules = _modules()
    if modules is None:
        pytest.skip(f"exceljs is missing, and npm cannot install exceljs@{VERSION} here")
    done = subprocess.run(
        ["node", str(script)],
        input=said.encode(),
        capture_output=True,
        timeout=SECONDS,
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(modules)},
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@cache
def _modules() -> Path | None:
    if named := os.environ.get("GETCONTACTS_EXCELJS"):
        return Path(named)
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="getcontacts-exceljs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([*command, f"exceljs@{VERSION}"], capture_output=True, timeout=SECONDS)
    return folder / "node_modules" if done.returncode == 0 else None
