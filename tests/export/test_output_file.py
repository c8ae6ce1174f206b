"""When a file may be replaced, and what becomes of it when something goes wrong meanwhile."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.hosts.windows import DENIED, IN_USE, forbid, hold, protect, refused, share, windows
from workbook.errors import FileChanged, HomeNotWritable, NotWritable, WrongUsage
from workbook.export import output_file
from workbook.files import atomic, privacy

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which files are open")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes, and links need rights")


def text(content: str) -> Callable[[BinaryIO], int]:
    return lambda file: file.write(content.encode())


def write(out: Path, content: str, *, overwrite: bool = False) -> None:
    """Write as a command does: first the check, then the work, then the replace."""
    path = output_file.writable_target(str(out), overwrite=overwrite)
    output_file.replace(path, text(content), overwrite=overwrite)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "contacts.xlsx"


def test_a_new_file_holds_what_was_written(out: Path) -> None:
    assert output_file.replace(out, text("new")) == 3, "what the writer returned"
    assert out.read_text() == "new"
    assert names(out.parent) == ["contacts.xlsx"]


def test_the_file_we_wrote_is_replaced_unasked(out: Path) -> None:
    for content in ("one", "two", "three"):
        write(out, content)
    assert out.read_text() == "three"


@pytest.mark.parametrize("changed", ["somebody's own", "one ", ""])
def test_a_file_that_is_not_byte_for_byte_ours_is_left_alone(out: Path, changed: str) -> None:
    write(out, "one")
    out.write_text(changed)
    with pytest.raises(FileChanged, match=r"Name another file, or replace it with --overwrite"):
        output_file.writable_target(str(out))
    assert out.read_text() == changed


def test_what_we_wrote_earlier_but_not_last_is_not_ours(out: Path) -> None:
    write(out, "one")
    write(out, "two")
    out.write_text("one")
    with pytest.raises(FileChanged):
        output_file.writable_target(str(out))


def test_a_copy_of_ours_under_another_name_is_not_ours(out: Path) -> None:
    write(out, "one")
    copy = out.with_name("copy.xlsx")
    copy.write_text("one")
    with pytest.raises(FileChanged):
        output_file.writable_target(str(copy))


def test_overwrite_replaces_any_file_and_makes_it_ours(out: Path) -> None:
    out.write_text("somebody's own")
    write(out, "one", overwrite=True)
    write(out, "two")
    assert out.read_text() == "two"


def test_a_file_changed_while_we_worked_is_left_alone(out: Path) -> None:
    write(out, "one")

    def meanwhile(file: BinaryIO) -> None:
        file.write(b"two")
        out.write_text("somebody's own")

    with pytest.raises(FileChanged):
        output_file.replace(output_file.writable_target(str(out)), meanwhile)
    assert out.read_text() == "somebody's own"
    assert names(out.parent) == ["contacts.xlsx"]


def test_a_folder_is_no_file(out: Path) -> None:
    with pytest.raises(WrongUsage, match=r"is a folder; name a file in it"):
        output_file.writable_target(str(out.parent), overwrite=True)


def test_a_missing_parent_is_named(out: Path) -> None:
    with pytest.raises(WrongUsage, match=r"There is no folder .*nowhere"):
        output_file.writable_target(str(out.parent / "nowhere" / "contacts.xlsx"))
    out.write_text("")
    with pytest.raises(WrongUsage, match="There is no folder"):
        output_file.writable_target(str(out / "contacts.xlsx"))


@pytest.mark.parametrize("name", ["a\0b", pytest.param("x" * 300, marks=posix)])
def test_what_can_be_no_name_is_told(out: Path, name: str) -> None:
    with pytest.raises(WrongUsage, match="no name for a file"):
        output_file.writable_target(str(out.parent / name))


@posix
def test_a_circle_of_links_is_told(out: Path) -> None:
    out.symlink_to(out)
    with pytest.raises(WrongUsage, match="no name for a file"):
        output_file.writable_target(str(out))


@posix
def test_pipes_and_devices_are_no_files(out: Path) -> None:
    os.mkfifo(out)
    for special in (str(out), os.devnull):
        with pytest.raises(WrongUsage, match="no ordinary file"):
            output_file.writable_target(special, overwrite=True)


@posix
def test_a_pipe_that_a_name_leads_to_is_no_file_either(tmp_path: Path) -> None:
    read, write = os.pipe()
    with pytest.raises(WrongUsage, match="no ordinary file"):
        output_file.writable_target(f"/dev/fd/{write}")
    os.close(read)
    os.close(write)


@posix
def test_a_folder_that_was_deleted_under_us_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(WrongUsage, match="change into another one"):
        output_file.writable_target("contacts.xlsx")


@posix
def test_a_link_stays_a_link_and_its_target_is_replaced(out: Path) -> None:
    kept = out.parent / "kept" / "real.xlsx"
    kept.parent.mkdir()
    out.symlink_to(kept)
    write(out, "one")
    write(out, "two")
    assert out.is_symlink()
    assert kept.read_text() == "two"
    assert names(kept.parent) == ["real.xlsx"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_of_the_old_file_is_kept(out: Path, mode: int) -> None:
    write(out, "one")
    out.chmod(mode)
    write(out, "two")
    assert out.stat().st_mode & 0o777 == mode


@posix
def test_a_new_file_has_the_mode_any_new_file_has(out: Path) -> None:
    other = out.with_name("other")
    other.touch()
    write(out, "one")
    assert out.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize("name", ["连络人" * 27 + ".xlsx", "אנשי קשר.csv", "👪.json", " a b .vcf"])
def test_names_of_any_language_and_length_will_do(out: Path, name: str) -> None:
    named = out.with_name(name)
    write(named, "one")
    write(named, "two")
    assert named.read_text() == "two"


@pytest.mark.skipif(sys.platform != "linux", reason="only there names may be any bytes")
def test_a_name_of_odd_bytes_will_do(out: Path) -> None:
    named = Path(os.fsdecode(os.fsencode(out.parent) + b"/\xff.csv"))
    write(named, "one")
    write(named, "two")
    assert named.read_text() == "two"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "choose another folder"),
        (OSError(errno.EROFS, "Read-only file system"), "choose another folder"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
@pytest.mark.parametrize(
    "step", ["open", "fsync", "replace", "scandir", pytest.param("fchmod", marks=posix)]
)
def test_a_failed_write_leaves_the_old_file_and_no_litter(
    out: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: OSError, said: str
) -> None:
    write(out, "old")
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(error))
        with pytest.raises(NotWritable, match=said):
            output_file.replace(out, text("new"))
    assert out.read_text() == "old"
    assert names(out.parent) == ["contacts.xlsx"]
    write(out, "new")


def test_where_nothing_can_be_remembered_nothing_is_replaced(out: Path, home: Path) -> None:
    out.write_text("old")
    home.write_text("no folder")
    with pytest.raises(NotWritable, match="home"):
        output_file.replace(out, text("new"), overwrite=True)
    assert out.read_text() == "old"
    assert names(out.parent) == ["contacts.xlsx"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), OSError(errno.ENOSPC, "")])
def test_nothing_half_written_is_ever_there(out: Path, error: BaseException) -> None:
    def half(file: BinaryIO) -> None:
        file.write(b"half")
        file.flush()
        assert not out.exists()
        raise error

    with pytest.raises((type(error), NotWritable)):
        output_file.replace(out, half)
    assert names(out.parent) == []


def test_a_folder_that_cannot_be_looked_into_is_told(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "stat", failing(PermissionError(errno.EACCES, "")))
    with pytest.raises(NotWritable, match="choose another folder"):
        output_file.writable_target(str(out))


def test_a_file_that_may_not_be_read_is_not_replaced(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(out, "old")
    monkeypatch.setattr(os, "open", failing(PermissionError(errno.EACCES, "")))
    with pytest.raises(NotWritable):
        output_file.writable_target(str(out))


@pytest.mark.parametrize("have_open", [hold, share])
def test_a_file_open_in_another_program_is_told_after_some_tries(
    have_open: Callable[[pytest.MonkeyPatch, Path], None],
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(out, "old")
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    have_open(monkeypatch, out)
    with pytest.raises(NotWritable, match="open in Excel or another program"):
        output_file.replace(out, text("new"))
    assert out.read_text() == "old"
    assert 0.5 < sum(waits) < 2
    assert names(out.parent) == ["contacts.xlsx"]


def test_a_name_windows_refuses_is_told_as_denied(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    forbid(monkeypatch, out)
    with pytest.raises(NotWritable, match="writing is not allowed there"):
        output_file.replace(out, text("new"))


def test_beside_a_read_only_file_nothing_is_left(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(out, "old")
    out.chmod(0o444)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    protect(monkeypatch)
    with pytest.raises(NotWritable, match="writing is not allowed there"):
        output_file.replace(out, text("new"))
    assert out.read_text() == "old"
    assert names(out.parent) == ["contacts.xlsx"]


def test_a_read_only_part_that_a_killed_run_left_is_cleared(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.with_name(".contacts.xlsx.1234.getcontacts-part").touch(0o444)
    protect(monkeypatch)
    write(out, "new")
    assert names(out.parent) == ["contacts.xlsx"]


def test_a_virus_scanner_is_waited_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanning = [refused(IN_USE), refused(DENIED)]
    replacing: Any = os.replace

    def replaced(*paths: Any, **how: int) -> None:
        if scanning:
            raise scanning.pop()
        replacing(*paths, **how)

    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(os, "replace", replaced)
    write(out, "new")
    assert out.read_text() == "new"


def test_what_a_killed_run_left_is_cleared_by_the_next(out: Path) -> None:
    killed = "import os, sys, pathlib, workbook.export.output_file as f; f.replace(pathlib.Path(sys.argv[1]), lambda _: os._exit(9))"
    run = subprocess.run([sys.executable, "-c", killed, str(out)], check=False)
    assert run.returncode == 9
    left, *locks = names(out.parent)
    assert [*locks] == ([f"{left}.lock"] if os.name == "nt" else [])
    assert left.startswith(".contacts.xlsx.")
    out.with_name(".other.xlsx.1234.getcontacts-part").touch()
    write(out, "new")
    assert names(out.parent) == [
        ".other.xlsx.1234.getcontacts-part",
        "contacts.xlsx",
    ]


def test_runs_at_once_do_not_clear_each_others_part(out: Path) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slowly(file: BinaryIO) -> None:
        file.write(b"slow")
        started.set()
        assert go_on.wait(10)

    slow = threading.Thread(target=output_file.replace, args=(out, slowly))
    slow.start()
    assert started.wait(10)
    write(out, "fast")
    go_on.set()
    slow.join()
    assert out.read_text() == "slow"
    assert names(out.parent) == ["contacts.xlsx"]


@pytest.mark.parametrize("on", [None, pytest.param(windows, marks=linux)])
def test_a_part_stays_protected_until_it_has_its_name(
    out: Path, monkeypatch: pytest.MonkeyPatch, on: Callable[[pytest.MonkeyPatch], None] | None
) -> None:
    if on is not None:
        on(monkeypatch)
    replacing: Any = os.replace

    def late(*paths: Any, **how: int) -> None:
        monkeypatch.setattr(os, "replace", replacing)
        with atomic.part_file(out):  # of another run, which clears leftovers
            pass
        replacing(*paths, **how)

    monkeypatch.setattr(os, "replace", late)
    output_file.replace(out, text("of this run"))
    assert out.read_text() == "of this run"
    assert names(out.parent) == ["contacts.xlsx"]
    write(out, "of the next run")


def test_a_file_is_ours_whichever_of_two_runs_ends_last(out: Path) -> None:
    together = threading.Barrier(2)

    def slowly(file: BinaryIO) -> None:
        file.write(threading.current_thread().name.encode())
        together.wait(10)

    for _ in range(10):
        runs = [threading.Thread(target=output_file.replace, args=(out, slowly)) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
        assert output_file.writable_target(str(out))


@posix
def test_a_file_system_without_locks_is_written_all_the_same(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(fcntl, "flock", failing(OSError(errno.ENOLCK, "No locks available")))
    left = out.with_name(".contacts.xlsx.1234.getcontacts-part")
    left.touch()
    write(out, "new")
    assert out.read_text() == "new"
    assert left.exists(), "who knows whether it is in use"


@posix
def test_a_part_taken_for_a_leftover_is_made_anew(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    answers: list[Callable[..., None]] = [failing(BlockingIOError()), lambda *_: None]
    monkeypatch.setattr(fcntl, "flock", lambda *_: answers.pop(0)())
    write(out, "new")
    assert out.read_text() == "new"


def test_a_full_disk_of_the_home_is_not_called_another_run(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    monkeypatch.setattr(output_file, "locked", failing(full))
    with pytest.raises(HomeNotWritable, match="the disk is full"), output_file.alone(out):
        pass


def test_a_home_that_is_read_only_is_named_and_not_the_file(
    out: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "ensure", failing(OSError(errno.EROFS, "Read-only")))
    with pytest.raises(HomeNotWritable, match="set GETCONTACTS_HOME") as told:
        output_file.alone(out).__enter__()
    assert told.value.path == str(home)
