"""Run a command, and turn each error into a sentence without secrets and an exit code."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from io import StringIO

import click

from workbook.cli import console, streams
from workbook.cli.streams import ReaderGone
from workbook.errors import NEXT_STEPS, ContactsError, bug_sentence
from workbook.files.called import as_called

INTERRUPTED = 130
BUG = 1


def guarded(run: Callable[[], object], words: Sequence[str] = ()) -> int:
    """Run a command and return its exit code, having said what went wrong on stderr.

    `words`: its arguments. With --json among them stdout gets the failure, too:
    {"error": …, "exit_code": …, "next": …}.
    """
    console.speak_of(None)
    as_json = "--json" in words
    try:
        ended = run()
        streams.finish()
    except (KeyboardInterrupt, click.exceptions.Abort):
        step = NEXT_STEPS[INTERRUPTED]
        return _failed("Stopped; nothing was changed.", INTERRUPTED, step, as_json)
    except click.ClickException as wrong:
        said = StringIO()
        wrong.show(said)
        console.err(console.lines(as_called(said.getvalue())))
        code = wrong.exit_code
        return _told(wrong.format_message(), code, NEXT_STEPS.get(code, "")) if as_json else code
    except ContactsError as error:
        return _failed(str(error), error.exit_code, error.next_step(), as_json)
    except ReaderGone:
        return 0
    except Exception as bug:  # one of the three edges: a bug of ours ends here
        _report(bug)
        return _told(bug_sentence(bug), BUG, NEXT_STEPS[BUG]) if as_json else BUG
    return ended if isinstance(ended, int) else 0  # click returns what a command exited with


def _failed(sentence: str, code: int, step: str, as_json: bool) -> int:
    console.warn(sentence)
    return _told(sentence, code, step) if as_json else code


def _told(sentence: str, code: int, step: str) -> int:
    """Tell a program of a failure, and return its exit code."""
    error, step = (as_called(console.for_account(text)) for text in (sentence, step))
    with suppress(ReaderGone, ContactsError):  # nobody is there to be told, which stderr was
        console.say_json({"error": error, "exit_code": code, "next": step})
    return code


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
