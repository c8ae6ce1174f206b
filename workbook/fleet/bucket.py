"""A store in a bucket that speaks S3, through fsspec; keys come from the environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from workbook.errors import StoreUnusable

# of S3: there is such an object, or another request is making it now
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


class Bucket:
    """Objects below a prefix; as `store.Store`."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self._errors():
            # anew, for keys may change while a worker lives
            self._files, self._root = fsspec.core.url_to_fs(
                url, use_listings_cache=False, skip_instance_cache=True
            )

    def read(self, name: str) -> bytes | None:
        with self._errors():
            try:
                content = self._files.cat_file(self._at(name))
            except FileNotFoundError:
                return None
        assert isinstance(content, bytes)
        return content

    def create(self, name: str, content: bytes) -> bool:
        with self._errors():
            try:
                self._files.pipe_file(self._at(name), content, mode="create")
            except OSError as error:
                if _is_taken(error):
                    return False
                raise
        return True

    def put(self, name: str, content: bytes) -> None:
        with self._errors():
            self._files.pipe_file(self._at(name), content)

    def fetch(self, name: str, file: Path) -> None:
        with self._errors():
            self._files.get_file(self._at(name), str(file))

    def send(self, file: Path, name: str) -> None:
        with self._errors():
            self._files.put_file(str(file), self._at(name))

    def names(self, folder: str) -> list[str]:
        with self._errors():
            try:
                found = self._files.ls(self._at(folder), detail=True, refresh=True)
            except FileNotFoundError:
                return []
        return [each["name"].rpartition("/")[2] for each in found if each["type"] == "file"]

    def delete(self, name: str) -> None:
        with self._errors():
            try:
                self._files.rm_file(self._at(name))
            except FileNotFoundError:
                return

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise what the storage says as ours: its own words may quote an address with a key."""
        why = ""
        try:
            yield
        except NoCredentialsError:
            why = "no key"
        except (PermissionError, ClientError):
            why = "denied"
        except FileNotFoundError:
            why = "gone"
        except (OSError, BotoCoreError) as error:
            why = type(error).__name__
        if why:
            raise StoreUnusable(self.url, why)


def _is_taken(error: OSError) -> bool:
    """Tell whether S3 refused because of its condition; s3fs has an error of its own for some."""
    cause = error.__cause__
    code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
    return isinstance(error, FileExistsError) or code in TAKEN
