"""Root writes into a folder where a second user swaps, links and removes all the while."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts.other_user import NOBODY, as_root, common_folder, racing
from workbook.errors import ContactsError
from workbook.export import output_file
from workbook.files import atomic

pytestmark = as_root
TIMES = 150

SWAP_PARTS = """
for name in os.listdir(folder):
    if name.endswith("-part"):
        path = folder + "/" + name
        os.rename(path, path + ".taken")
        os.symlink(victim, path)
"""
HARDLINK_PARTS = SWAP_PARTS.replace("os.symlink(victim, path)", "os.link(own, path)")
LINK_TARGET = """
path = folder + "/contacts.xlsx"
if not os.path.islink(path):
    if os.path.exists(path): os.rename(path, path + ".taken")
    os.symlink(victim, path)
else: os.unlink(path)
"""
SET_IDS = """
path = folder + "/contacts.xlsx"
if not os.path.exists(path) or os.stat(path).st_uid == 0:
    if os.path.exists(path): os.rename(path, path + ".taken")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o777))
os.chmod(path, 0o6777)
"""
SWAP_FOLDER = """
inner = folder + "/inner"
if os.path.islink(inner):
    os.unlink(inner)
    os.mkdir(inner, 0o777)
    os.chmod(inner, 0o777)
else:
    os.rename(inner, f"{inner}.{os.urandom(4).hex()}")
    os.symlink(os.path.dirname(victim), inner)
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """The folder, and beside it what is root's: a file that must stay as it is."""

    folder: Path
    victim: Path

    def race(self, attack: str, out: str = "contacts.xlsx") -> int:
        """Write as a command does, many times, and return how often that was refused."""
        own = self.folder / "own"
        own.touch()
        os.chown(own, NOBODY, NOBODY)
        names = "folder, victim, own = sys.argv[1:]\n"
        code = "\n".join((names, attack))
        refused = 0
        with racing(code, self.folder, self.victim, own):
            for _ in range(TIMES):
                try:
                    path = output_file.writable_target(str(self.folder / out), overwrite=True)
                    atomic.write(path, b"contacts")
                except ContactsError:
                    refused += 1
        return refused

    def state(self) -> dict[str, tuple[bytes, int, int, int, int]]:
        """Return all that could have been done to what is root's."""
        found = {}
        for path in self.victim.parent.iterdir():
            status = path.lstat()
            found[path.name] = (
                path.read_bytes(), status.st_mode, status.st_uid, status.st_ino, status.st_nlink
            )  # fmt: skip
        return found


@pytest.fixture(params=[0o777, 0o1777], ids=["folder", "sticky folder"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Make a folder for everybody, and one with a file of root's that others can see."""
    with common_folder(0o755) as secret, common_folder(request.param) as folder:
        victim = secret / "contacts.xlsx"
        victim.write_bytes(b"of root")
        victim.chmod(0o600)
        yield Scene(folder, victim)


@pytest.mark.slow
@pytest.mark.parametrize("attack", [SWAP_PARTS, HARDLINK_PARTS, LINK_TARGET, SET_IDS])
def test_nothing_of_roots_is_changed_whatever_is_swapped(attack: str, scene: Scene) -> None:
    before = scene.state()
    scene.race(attack)
    assert scene.state() == before
    for path in scene.folder.iterdir():
        if path.lstat().st_uid == 0 and path.is_file():
            assert not path.lstat().st_mode & 0o6000, path.name


@pytest.mark.slow
def test_a_folder_that_is_swapped_for_a_link_leads_nowhere(scene: Scene) -> None:
    inner = scene.folder / "inner"
    inner.mkdir()
    inner.chmod(0o777)
    os.chown(inner, NOBODY, NOBODY)
    before = scene.state()
    assert scene.race(SWAP_FOLDER, "inner/contacts.xlsx"), "or nothing was tried"
    assert scene.state() == before


def test_a_part_that_was_swapped_does_not_get_the_name(scene: Scene) -> None:
    target = scene.folder / "contacts.xlsx"
    with atomic.part_file(target) as part:
        path = scene.folder / part.name
        path.rename(scene.folder / "taken")
        path.symlink_to(scene.victim)
        with pytest.raises(ContactsError, match="took its part file away"):
            part.replace_target(None)
    assert not target.exists()
    assert scene.victim.read_bytes() == b"of root"


def test_what_took_the_targets_place_is_not_replaced(scene: Scene) -> None:
    target = scene.folder / "contacts.xlsx"
    target.write_text("old")
    with atomic.part_file(target) as part, part.existing() as old:
        target.rename(scene.folder / "taken")
        target.write_text("of another program")
        with pytest.raises(ContactsError, match="saved by another program"):
            part.replace_target(old)
    assert target.read_text() == "of another program"


def test_what_looks_like_a_leftover_but_is_a_link_or_pipe_is_left_alone(scene: Scene) -> None:
    link = scene.folder / ".contacts.xlsx.1.getcontacts-part"
    pipe = scene.folder / ".contacts.xlsx.2.getcontacts-part"
    link.symlink_to(scene.victim)
    os.mkfifo(pipe)  # whoever opens it to read would wait for ever
    atomic.write(scene.folder / "contacts.xlsx", b"contacts")
    assert link.is_symlink()
    assert pipe.is_fifo()
    assert scene.victim.exists()


def test_a_name_that_became_a_pipe_is_refused_at_once(scene: Scene) -> None:
    target = scene.folder / "contacts.xlsx"
    os.mkfifo(target)
    with pytest.raises(ContactsError, match="no ordinary file"):
        atomic.write(target, b"contacts")
