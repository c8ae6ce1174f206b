"""What a file that was replaced still is: whose, for whom, and with which marks on it."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.other_user import NOBODY, another_user, as_root, common_folder
from tests.hosts.windows import windows
from workbook.errors import OwnerShutOut
from workbook.export import output_file
from workbook.files import atomic
from workbook.files.attributes import ACL, LABEL

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
linux = pytest.mark.skipif(not hasattr(os, "setxattr"), reason="Linux alone tells these to Python")

OWNER, USER, GROUP, MASK, OTHER = 1, 2, 4, 16, 32  # of an ACL


def acl(*entries: tuple[int, int, int]) -> bytes:
    """Build an ACL as Linux keeps it: tag, rights, id."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in entries)


READ_BY_NOBODY = acl(
    (OWNER, 6, 0xFFFFFFFF), (USER, 4, NOBODY), (GROUP, 0, 0xFFFFFFFF), (MASK, 4, 0xFFFFFFFF),
    (OTHER, 0, 0xFFFFFFFF),
)  # fmt: skip


@pytest.fixture
def shared() -> Iterator[Path]:
    """Make a folder in which everybody may do anything."""
    with common_folder(0o777) as made:
        yield made


def made(path: Path, owner: int, group: int, mode: int) -> Path:
    path.write_text("old")
    os.chown(path, owner, group)
    path.chmod(mode)
    return path


def set_or_skip(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this file system or user has no {name}: {error.strerror}")


@as_root
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_owner_group_and_mode_stay(mode: int, tmp_path: Path) -> None:
    path = made(tmp_path / "file", NOBODY, 1234, mode)
    atomic.write(path, b"new")
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (NOBODY, 1234, mode)
    assert path.read_bytes() == b"new"


@as_root
def test_set_id_bits_are_not_taken_over(tmp_path: Path) -> None:
    path = made(tmp_path / "file", NOBODY, NOBODY, 0o6775)
    atomic.write(path, b"new")
    assert path.stat().st_mode & 0o7777 == 0o775


@linux
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user.origin", b"https://example.com"),
        (ACL, READ_BY_NOBODY),
        pytest.param(LABEL, b"system_u:object_r:samba_share_t:s0\0", marks=as_root),
    ],
)
def test_acl_and_extended_attributes_stay(name: str, value: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    set_or_skip(path, name, value)
    mode = path.stat().st_mode
    atomic.write(path, b"new")
    assert os.getxattr(path, name) == value
    assert path.stat().st_mode == mode
    assert path.read_bytes() == b"new"


@linux
def test_a_file_without_acl_gets_none_from_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    set_or_skip(tmp_path, "system.posix_acl_default", READ_BY_NOBODY)
    atomic.write(path, b"new")
    assert ACL not in os.listxattr(path)
    assert path.stat().st_mode & 0o777 == 0o644


@linux
def test_a_new_file_gets_the_acl_of_its_folder(tmp_path: Path) -> None:
    set_or_skip(tmp_path, "system.posix_acl_default", READ_BY_NOBODY)
    atomic.write(tmp_path / "file", b"new")
    assert os.getxattr(tmp_path / "file", ACL) == READ_BY_NOBODY


@linux
def test_a_group_gets_no_rights_that_only_an_acl_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    set_or_skip(path, ACL, READ_BY_NOBODY)  # the group's bits of the mode are its mask
    really = os.setxattr

    def refuse(file: int, name: str, value: bytes) -> None:
        if name == ACL:
            raise OSError(errno.ENOTSUP, "Operation not supported")
        really(file, name, value)

    monkeypatch.setattr(os, "setxattr", refuse)
    atomic.write(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_umask_decides_about_a_new_file(mask: int, mode: int, tmp_path: Path) -> None:
    former = os.umask(mask)
    try:
        atomic.write(tmp_path / "file", b"new")
    finally:
        os.umask(former)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


@posix
def test_a_part_of_a_file_is_as_private_as_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o644)
    with atomic.part_file(tmp_path / "file") as part:
        assert os.fstat(part.file.fileno()).st_mode & 0o777 == 0o600


@posix
def test_a_file_that_vanished_meanwhile_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o640)
    with atomic.part_file(path) as part:
        path.unlink()
        part.replace_target(None)
    assert path.stat().st_mode & 0o777 == 0o640


@as_root
@pytest.mark.parametrize("mode", [0o644, 0o664, 0o600])
def test_what_would_shut_its_owner_out_is_refused_before_any_call(mode: int, shared: Path) -> None:
    path = made(shared / "file", 1234, 1234, mode)
    with (
        another_user(),
        pytest.raises(OwnerShutOut, match=r"belongs to .*1234.* Name another file"),
    ):
        output_file.writable_target(str(path), overwrite=True)
    assert [each.name for each in shared.iterdir()] == ["file"]
    assert (path.stat().st_uid, path.read_text()) == (1234, "old")


@as_root
def test_a_file_that_everybody_may_write_is_replaced_by_anybody(shared: Path) -> None:
    path = made(shared / "file", 1234, 1234, 0o666)
    with another_user():
        output_file.writable_target(str(path), overwrite=True)
        atomic.write(path, b"new")
    assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (NOBODY, 0o666)


@as_root
def test_an_owner_who_keeps_his_rights_by_the_group_is_not_shut_out(shared: Path) -> None:
    import pwd

    daemon = pwd.getpwnam("daemon")
    theirs = made(shared / "theirs", daemon.pw_uid, daemon.pw_gid, 0o660)
    other = made(shared / "other", 1234, daemon.pw_gid, 0o660)
    with another_user(group=daemon.pw_gid):
        output_file.writable_target(str(theirs), overwrite=True)
        with pytest.raises(OwnerShutOut, match="1234"):
            output_file.writable_target(str(other), overwrite=True)


@as_root
def test_a_group_that_cannot_be_kept_is_refused_if_it_had_rights(shared: Path) -> None:
    path = made(shared / "file", NOBODY, 1234, 0o660)
    with another_user(), pytest.raises(OwnerShutOut, match="the group 1234"):
        output_file.writable_target(str(path), overwrite=True)
    path.chmod(0o600)
    with another_user():
        atomic.write(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


@as_root
def test_root_whom_a_server_takes_for_nobody_shuts_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "file", NOBODY, NOBODY, 0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    with pytest.raises(OwnerShutOut, match="belongs to nobody"):
        output_file.writable_target(str(path), overwrite=True)
    with pytest.raises(OwnerShutOut), path.open("rb"):
        output_file.read_for_update(str(path))
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@as_root
def test_a_backup_belongs_to_whom_the_file_belongs(tmp_path: Path) -> None:
    path = made(tmp_path / "file", NOBODY, 1234, 0o640)
    made(tmp_path / "file.bak", 0, 0, 0o666)  # somebody else's
    found, content = output_file.read_for_update(str(path))
    output_file.save_update(found, content, lambda out: out.write(b"new"), kept=Path)
    for each in (path, tmp_path / "file.bak1"):
        status = each.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (NOBODY, 1234, 0o640)
    assert (tmp_path / "file.bak1").read_text() == "old"


@linux
def test_windows_mark_of_origin_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows(monkeypatch)
    path, parts = tmp_path / "file", list[str]()
    path.write_text("old")
    Path(f"{path}:Zone.Identifier").write_bytes(b"[ZoneTransfer]\r\nZoneId=3\r\n")
    replacing = os.replace

    def look(part: Path, target: Path, **_: object) -> None:
        parts.append(Path(f"{part}:Zone.Identifier").read_text())
        replacing(part, target)

    monkeypatch.setattr(os, "replace", look)
    atomic.write(path, b"new")
    assert parts == ["[ZoneTransfer]\nZoneId=3\n"]
