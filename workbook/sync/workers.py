"""Threads that end with their process, so that Excel can be closed while one waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def _nothing() -> None:
    """Do nothing: Excel waits, too."""


before_waiting: Callable[[], None] = _nothing  # a program that goes on meanwhile is told here


def start(work: Callable[[], Result]) -> Future[Result]:
    """Do the work in a thread of its own, and return what will hold its result or its error."""
    future: Future[Result] = Future()
    # those of a ThreadPoolExecutor are waited for when the process ends
    Thread(target=_fulfil, args=(future, work), name="getcontacts", daemon=True).start()
    return future


def finished(future: Future[Result], seconds: float) -> bool:
    """Wait for a result, no longer than that; tell whether it is there."""
    before_waiting()
    wait([future], seconds)
    return future.done()


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
