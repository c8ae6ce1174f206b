"""A second user of this machine; only root can play him."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can act as a second user"
)

_DROP = f"import os, sys\nos.setgroups([])\nos.setgid({NOBODY})\nos.setuid({NOBODY})\n"


@contextmanager
def common_folder(mode: int) -> Iterator[Path]:
    """Make a folder that every user can reach, with this mode."""
    folder = Path(tempfile.mkdtemp(prefix="getcontacts-test-")).resolve()
    folder.chmod(mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def another_user(group: int = NOBODY) -> Iterator[None]:
    """Be the second user, of this group, inside the block."""
    import grp  # noqa: F401 - a Python of root's may be closed to him
    import pwd  # noqa: F401

    groups = os.getgroups()
    os.setgroups([])
    os.setegid(group)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@contextmanager
def racing(code: str, *words: str | Path) -> Iterator[None]:
    """Run code of the second user all the while, again and again; its errors are his own."""
    loop = "\n".join(f"        {line}" for line in code.strip().splitlines())
    script = f"{_DROP}print('ready', flush=True)\nwhile True:\n    try:\n{loop}\n    except OSError: pass\n"
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            assert process.poll() is None, "he gave up"
            process.kill()
