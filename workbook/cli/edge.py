"""The command line's edge: errors into a sentence and an exit code, nothing secret among them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from io import StringIO

import click

from workbook.cli import console, streams
from workbook.cli.streams import ReaderGone
from workbook.errors import ContactsError, bug_sentence

INTERRUPTED = 130
BUG = 1


def guarded(run: Callable[[], object]) -> int:
    """Run a command and return its exit code, having said what went wrong on stderr."""
    console.speak_of(None)
    try:
        ended = run()
        streams.finish()
    except (KeyboardInterrupt, click.exceptions.Abort):
        console.warn("Stopped; nothing was changed.")
        return INTERRUPTED
    except click.ClickException as wrong:
        said = StringIO()
        wrong.show(said)
        console.err(console.lines(said.getvalue()))
        return wrong.exit_code
    except ContactsError as error:
        console.warn(str(error))
        return error.exit_code
    except ReaderGone:
        return 0
    except Exception as bug:  # one of the three edges: a bug of ours ends here
        _report(bug)
        return BUG
    return ended if isinstance(ended, int) else 0  # click returns what a command exited with


def _report(bug: BaseException) -> None:
    """Say where a bug is, with -v also how the program came there."""
    console.warn(f"{bug_sentence(bug)} Nothing was changed.")
    if logging.getLogger("workbook").isEnabledFor(logging.INFO):
        for each in _chain(bug):
            frames = "".join(traceback.format_tb(each.__traceback__))
            console.err(f"{type(each).__name__}:\n{frames}")
    else:
        console.warn(
            "Repeat the command with -v and send what it prints to the project's issue page."
        )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
