"""Let a new file take over owner, group, mode, ACL and other attributes of an old one."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from workbook.errors import OwnerShutOut

ACL = "system.posix_acl_access"
LABEL = "security.selinux"
MARK = "Zone.Identifier"  # the stream in which Windows marks what came from the internet
_READ_WRITE = 0o6
_COPYFILE_ACL, _COPYFILE_XATTR = 1, 4  # macOS: copyfile.h
_OWNER, _GROUP, _DACL = 1, 2, 4  # Windows: SECURITY_INFORMATION


def are_given_unasked(old: os.stat_result) -> bool:
    """Tell whether any new file of this user can have that owner and group."""
    if not hasattr(os, "geteuid"):
        return True
    return old.st_uid == os.geteuid() and old.st_gid in {os.getegid(), *os.getgroups()}


def take_over(path: Path, new: int, old: os.stat_result, source: int | None) -> None:
    """Give an open file what the old file at `path` has; `source`: that file, if it can be read.

    Set-id bits are never taken over. Raises OwnerShutOut if the system does not let us keep owner
    or group, and they could not use the file any more.
    """
    has_acl = source is not None and ACL in _names(source)
    kept = _chown(new, old)
    _refuse_shutting_out(path, os.fstat(new), old, has_acl=has_acl)
    if source is not None:
        kept = _copy_extended(source, new) and kept
    mode = stat.S_IMODE(old.st_mode) & 0o777
    if not kept:  # the group's rights were meant for others
        mode &= ~0o070 | (mode & 0o007) << 3
    os.fchmod(new, mode)


def _chown(new: int, old: os.stat_result) -> bool:
    """Keep owner and group as far as the system lets us; tell whether the group was kept."""
    now = os.fstat(new)
    with suppress(PermissionError):
        if now.st_uid != old.st_uid:
            os.fchown(new, old.st_uid, old.st_gid)
    with suppress(PermissionError):
        if os.fstat(new).st_gid != old.st_gid:
            os.fchown(new, -1, old.st_gid)
    return os.fstat(new).st_gid == old.st_gid


def _refuse_shutting_out(
    path: Path, new: os.stat_result, old: os.stat_result, *, has_acl: bool
) -> None:
    by_owner, by_group, by_others = (old.st_mode >> bits & _READ_WRITE for bits in (6, 3, 0))
    lost = ""
    if new.st_gid != old.st_gid and (has_acl or by_group & ~by_others):
        lost = f"the group {_group(old.st_gid)}"
    if new.st_uid != old.st_uid:
        in_group = new.st_gid == old.st_gid and old.st_gid in _groups_of(old.st_uid)
        rights = by_group if in_group else by_others
        if has_acl or by_owner & ~rights:
            lost = user_name(old.st_uid)
    if lost:
        raise OwnerShutOut(str(path), lost)


def user_name(uid: int) -> str:
    """Return the name of a user, or his number if he has none."""
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return f"user {uid}"


def _group(gid: int) -> str:
    import grp

    with suppress(KeyError):
        return grp.getgrgid(gid).gr_name
    return str(gid)


def _groups_of(uid: int) -> list[int]:
    import pwd

    with suppress(KeyError):
        user = pwd.getpwuid(uid)
        return os.getgrouplist(user.pw_name, user.pw_gid)
    return []


def _copy_extended(source: int, new: int) -> bool:
    """Copy ACL and extended attributes where the system lets us; tell whether the ACL is right."""
    if sys.platform == "darwin":
        import ctypes

        ctypes.CDLL(None).fcopyfile(source, new, None, _COPYFILE_ACL | _COPYFILE_XATTR)
        return True
    names = _names(source)
    for name in names:
        with suppress(OSError):
            os.setxattr(new, name, os.getxattr(source, name))
    if ACL in names:
        return ACL in _names(new)
    if ACL in _names(new):  # inherited from the folder
        os.removexattr(new, ACL)
    return True


def _names(file: int) -> list[str]:
    """Return the names of the extended attributes that a copy should have."""
    if not hasattr(os, "listxattr"):
        return []
    with suppress(OSError):  # a file system without any
        return [
            name for name in os.listxattr(file) if name.startswith("user.") or name in (ACL, LABEL)
        ]
    return []


def take_over_by_path(new: Path, old: Path) -> None:
    """Do the same on Windows: rights, and the mark of what came from the internet."""
    with suppress(OSError):  # no mark, or a file system without streams
        mark = Path(f"{old}:{MARK}").read_bytes()
        Path(f"{new}:{MARK}").write_bytes(mark)
    copy_rights(new, old)


def copy_rights(new: Path, old: Path) -> None:
    """Copy the access rights of a file on Windows, and owner and group where it lets us."""
    if sys.platform != "win32":
        return
    import ctypes

    api, size = ctypes.WinDLL("advapi32"), ctypes.c_ulong()
    for wanted in (_OWNER | _GROUP | _DACL, _DACL):
        api.GetFileSecurityW(str(old), wanted, None, 0, ctypes.byref(size))
        rights = ctypes.create_string_buffer(size.value)
        if api.GetFileSecurityW(
            str(old), wanted, rights, size, ctypes.byref(size)
        ) and api.SetFileSecurityW(str(new), wanted, rights):
            return
