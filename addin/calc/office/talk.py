"""The child, which is the Python with getcontacts, and the conversations with it, one at a time.

A worker waits for the child, so that LibreOffice stays alive. As soon as the child asks for
something of a document, the main thread takes over and serves it until the child says that it is
done or waits for GREEN-API: nobody can change a document between its reading and its writing.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import unohelper
from com.sun.star.awt import XCallback

PATIENCE = 60.0  # seconds that a worker waits for the child; longer than GREEN-API is waited for
FROZEN = 30.0  # seconds that the main thread waits for the child
FREE = "free"  # says the child that does not need the document for a while

GONE = "getcontacts did not answer. Press the button again."
STOPPED = "Stopped. Nothing was changed."
MISSING = (
    "The Python that getcontacts was installed in does not start any more. "
    "Close LibreOffice and run: getcontacts addin calc install"
)

Message = Dict[str, Any]
Serve = Callable[[str, List[Any]], Any]


class Lost(Exception):
    """There is no answer; the text is the sentence to show."""


class Callback(unohelper.Base, XCallback):  # type: ignore[misc]
    """Something to be done by LibreOffice's main thread."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def notify(self, _: object) -> None:
        """Do it."""
        self._act()


def soon(context: Any, act: Callable[[], None]) -> None:
    """Let the main thread do something once it has nothing else to do."""
    name = "com.sun.star.awt.AsyncCallback"
    context.ServiceManager.createInstanceWithContext(name, context).addCallback(Callback(act), None)


class Child:
    """The process; started when it is first needed, and anew when it has ended."""

    def __init__(self, command: List[str]) -> None:
        self._command = command
        self._process: Optional[subprocess.Popen[bytes]] = None

    def ask(self, request: Message, seconds: float) -> Message:
        """Send a request or an answer, and return what the child says to it. Raises Lost."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._started()
        line = json.dumps(request).encode("ascii") + b"\n"
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError:
            line = b""
        if not line:
            self.end()
            raise Lost(GONE)
        return self.listen(seconds)

    def listen(self, seconds: float) -> Message:
        """Return what the child says next; it is killed when it says nothing. Raises Lost."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        if not line:
            self.end()
            raise Lost(GONE)
        message: Message = json.loads(line)
        return message

    def end(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Let the conversation that goes on end without an answer."""
        process = self._process
        if process is not None:
            process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        # LibreOffice's own Python and libraries must not lead another Python astray
        ours = ("PYTHON", "LD_", "DYLD_", "URE_", "UNO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        options: Dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        if os.name == "nt":
            options["creationflags"] = 0x08000000  # CREATE_NO_WINDOW
        try:
            return subprocess.Popen(  # noqa: S603 - the command stands in the extension
                self._command,
                stderr=subprocess.DEVNULL,
                env=kept,
                cwd=str(Path.home()),
                **options,
            )
        except OSError:
            pass
        raise Lost(MISSING)


class Job:
    """A request, who serves what the child asks meanwhile, and who takes the answer.

    All of them run in the main thread; each time that it serves, it does so within a `step`.
    """

    def __init__(
        self,
        request: Message,
        done: Callable[[Message], None],
        serve: Optional[Serve] = None,
        step: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.request, self.done, self.serve, self.step = request, done, serve, step


class Talk:
    """The conversations with the child, in the order in which they were asked for."""

    def __init__(self, context: Any, command: List[str]) -> None:
        self.child = Child(command)
        self._context = context
        self._jobs: queue.Queue[Job] = queue.Queue()
        threading.Thread(target=self._work, name="getcontacts", daemon=True).start()

    def add(self, job: Job) -> None:
        """Let a conversation be held; its answer is {"lost": sentence} where there is none."""
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                answer = self._hold(job)
            except Lost as lost:
                answer = {"lost": str(lost)}
            except Exception:  # a document that was closed meanwhile, for example
                self.child.end()
                answer = {"lost": GONE}
            with suppress(Exception):
                self._in_main(partial(job.done, answer))

    def _hold(self, job: Job) -> Message:
        message = self.child.ask(job.request, PATIENCE)
        while "op" in message:
            if message["op"] == FREE:
                message = self.child.listen(PATIENCE)
            else:
                message = self._in_main(partial(self._serve, job, message))
        return message

    def _serve(self, job: Job, message: Message) -> Message:
        with job.step():
            while "op" in message and message["op"] != FREE:
                message = self.child.ask(_served(job, message), FROZEN)
        return message

    def _in_main(self, act: Callable[[], Any]) -> Any:
        """Let the main thread do something, and return or raise what comes of it."""
        future: Future[Any] = Future()
        soon(self._context, partial(_fulfil, future, act))
        return future.result()


def _fulfil(future: Future[Any], act: Callable[[], Any]) -> None:
    try:
        future.set_result(act())
    except BaseException as error:
        future.set_exception(error)


def _served(job: Job, message: Message) -> Message:
    try:
        assert job.serve is not None
        return {"ok": job.serve(message["op"], message["args"])}
    except Exception as error:  # handed on: the child hears of it and says what it means
        return {"refused": f"{type(error).__name__}: {error}"}
