"""Inside Windows: with this folder in PYTHONPATH, the import of keyring takes long, as at a cold start."""

from __future__ import annotations

import sys
import time
from importlib.abc import MetaPathFinder

SECONDS = 5  # more than the patience with a keyring that was loaded


class Slow(MetaPathFinder):
    """Find nothing, and take long for it."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Wait before the real finders look for keyring."""
        if name == "keyring":
            time.sleep(SECONDS)


sys.meta_path.insert(0, Slow())
