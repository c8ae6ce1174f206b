"""Where a fleet keeps its shards: a folder, or a bucket; what is made there is made once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from workbook.errors import StoreUnusable, WrongUsage
from workbook.files import privacy
from workbook.files.folder import resolved
from workbook.fleet.extra import demand

PART = ".part-"  # begins the names of files that are not whole yet
PRIVATE_FOLDER = 0o700


class Store(Protocol):
    """Objects by name, such as shards/0007/00000001.json; each is there whole or not at all.

    Every method raises StoreUnusable where the storage does not do what it should.
    """

    url: str

    def read(self, name: str) -> bytes | None:
        """Return an object, None if there is none."""

    def create(self, name: str, content: bytes) -> bool:
        """Make an object unless there is one of that name; tell whether it was made."""

    def put(self, name: str, content: bytes) -> None:
        """Make or replace an object."""

    def fetch(self, name: str, file: Path) -> None:
        """Copy an object into a file."""

    def send(self, file: Path, name: str) -> None:
        """Copy a file into an object, whose name nobody else uses."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the objects in a folder, without the folder."""

    def delete(self, name: str) -> None:
        """Delete an object, if it is there."""


def opened(url: str) -> Store:
    """Return the store at an address: a path, file://… or s3://bucket/path.

    Raises WrongUsage for another kind of address, and for one with a secret in it, as addresses
    are seen by the scheduler.
    """
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme in ("", "file"):
        if not (path := url.removeprefix("file://")):
            raise WrongUsage("The store has no name; name a folder or s3://BUCKET/PATH.")
        return Folder(Path(path))
    parts = urlsplit(url)
    if scheme != "s3":
        raise WrongUsage("A store is a folder or s3://BUCKET/PATH; there is no other kind yet.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise WrongUsage(
            "The address of a store must hold no key or password, as the scheduler sees it. Put "
            "them where the workers run: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    if not parts.netloc or not parts.path.strip("/"):
        raise WrongUsage("Name a bucket and a path in it: s3://BUCKET/PATH.")
    demand("s3fs", "fsspec")
    from workbook.fleet.bucket import Bucket

    return Bucket(url.rstrip("/"))


class Folder:
    """A store in a folder of this machine, or one that several share; its owner's alone."""

    def __init__(self, path: Path) -> None:
        self._root = resolved(path.expanduser().absolute())
        self.url = str(self._root)
        with self._errors(), suppress(FileNotFoundError):
            privacy.check(self._root, self._root.stat())

    def read(self, name: str) -> bytes | None:
        with self._errors():
            try:
                return (self._root / name).read_bytes()
            except FileNotFoundError:
                return None

    def create(self, name: str, content: bytes) -> bool:
        with self._errors(), self._part(name) as part:
            part.write_bytes(content)
            try:
                os.link(part, self._root / name)  # which is whole, and fails if there is one
            except FileExistsError:
                return False
            return True

    def put(self, name: str, content: bytes) -> None:
        with self._errors(), self._part(name) as part:
            part.write_bytes(content)
            part.replace(self._root / name)

    def fetch(self, name: str, file: Path) -> None:
        with self._errors():
            shutil.copyfile(self._root / name, file)

    def send(self, file: Path, name: str) -> None:
        with self._errors(), self._part(name) as part:
            shutil.copyfile(file, part)
            part.replace(self._root / name)

    def names(self, folder: str) -> list[str]:
        with self._errors():
            try:
                found = [each.name for each in (self._root / folder).iterdir() if each.is_file()]
            except FileNotFoundError:
                return []
        return [name for name in found if not name.startswith(PART)]

    def delete(self, name: str) -> None:
        with self._errors():
            (self._root / name).unlink(missing_ok=True)

    @contextmanager
    def _part(self, name: str) -> Iterator[Path]:
        """Give a private file beside the object, which is gone afterwards."""
        folder = self._root
        folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        for part_of_name in Path(name).parts[:-1]:  # `parents` would make them as the umask says
            folder /= part_of_name
            folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=PART, dir=folder)
        os.close(handle)
        try:
            yield Path(part)
        finally:
            Path(part).unlink(missing_ok=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        why = ""
        try:
            yield
        except OSError as error:
            why = "gone" if isinstance(error, FileNotFoundError) else (error.strerror or "")
            why = "denied" if isinstance(error, PermissionError) else why
            why = "file" if isinstance(error, NotADirectoryError | FileExistsError) else why
        if why:
            raise StoreUnusable(self.url, why)
