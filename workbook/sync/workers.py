"""Threads that end with their process: Excel can be closed whatever an answer is waiting for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def start(work: Callable[[], Result]) -> Future[Result]:
    """Do the work in a thread of its own, and return what will hold its result or its error."""
    future: Future[Result] = Future()
    # those of a ThreadPoolExecutor are waited for when the process ends
    Thread(target=_fulfil, args=(future, work), name="getcontacts", daemon=True).start()
    return future


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
