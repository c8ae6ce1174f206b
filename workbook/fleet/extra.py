"""The libraries of the fleet, which only those install who want one."""

from __future__ import annotations

from importlib.util import find_spec

from workbook.errors import WrongUsage


def demand(*libraries: str) -> None:
    """Raise WrongUsage where one of these is not installed, and say how to install it."""
    if any(find_spec(each) is None for each in libraries):
        raise WrongUsage(
            "This needs libraries that are not installed, as most do without them. In the folder "
            "of getcontacts run: pip install '.[fleet]'"
        )
