"""Where the command begins, so that Ctrl-C ends it quietly even while it is being imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; exits with its code."""
    try:
        from workbook import cli

        cli.main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
