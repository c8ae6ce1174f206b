"""The window that asks for an account, a process of its own; what becomes of it: `account_form`."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from tkinter import ttk
from types import TracebackType

from addin.shared import account_form
from addin.shared.account_form import Form
from workbook.accounts import fields
from workbook.accounts.accounts import AccountInfo
from workbook.errors import ContactsError, bug_sentence

NEW = "New account"
POLL = 50  # milliseconds between two looks at the check that runs in a thread
HINT = (
    "All three stand on your instance's page at console.green-api.com. "
    "The URL of any request from there, pasted into one of them, fills all."
)
OVERRULED = "The environment (GREEN_API_...) names an account, which goes before those kept here."
KEPT_TOKEN = "Its token is kept; leave that field empty to go on using it."  # noqa: S105 - a sentence
CHECKING = "Asking GREEN-API..."

# label, which of its letters leads to the field with Alt, the field
ENTRIES = (
    ("Alias", 1, "alias"),
    ("apiUrl", 3, "api_url"),
    ("idInstance", 0, "id_instance"),
    ("apiTokenInstance", 3, "token"),
)


class Window:
    """The fields, what is chosen and said, and the check that may be running."""

    def __init__(self, root: tk.Tk) -> None:
        self.root = root
        self.chosen, self.said = tk.StringVar(root, NEW), tk.StringVar(root)
        self.fields = {name: tk.StringVar(root) for _, _, name in ENTRIES}
        self.default = tk.BooleanVar(root, True)
        self._wrong = ""  # what was said of a field
        self._stored: dict[str, AccountInfo] = {}
        self._closed = Event()
        self._worker = ThreadPoolExecutor(1, "check")
        self._running: Future[str] | None = None
        self._lay_out()
        self._bind()
        self._start()

    def _lay_out(self) -> None:
        self.root.title("GREEN-API account")
        self.root.resizable(width=False, height=False)
        frame = ttk.Frame(self.root, padding=16)
        frame.grid()
        frame.columnconfigure(1, minsize=380)
        ttk.Label(frame, text=HINT, wraplength=500).grid(columnspan=2, sticky="w", pady=(0, 12))
        self.chooser = ttk.Combobox(frame, textvariable=self.chosen, state="readonly")
        self._row(frame, 1, ("Account", 0), self.chooser)
        self.entries = {
            name: ttk.Entry(frame, textvariable=self.fields[name]) for name in self.fields
        }
        for row, (label, letter, name) in enumerate(ENTRIES, start=2):
            self._row(frame, row, (label, letter), self.entries[name])
        self.entries["token"].configure(show="\N{BULLET}")
        self._lay_out_below(frame)

    def _row(self, frame: ttk.Frame, row: int, label: tuple[str, int], field: ttk.Widget) -> None:
        text, letter = label
        ttk.Label(frame, text=text, underline=letter).grid(row=row, sticky="w", padx=(0, 12))
        field.grid(row=row, column=1, sticky="ew", pady=3)
        self._on_alt(text[letter], field.focus_set)

    def _lay_out_below(self, frame: ttk.Frame) -> None:
        text = "Make this the account that is used when none is named"
        self.check = ttk.Checkbutton(frame, text=text, underline=0, variable=self.default)
        self.check.grid(row=6, column=1, sticky="w", pady=3)
        said = ttk.Label(frame, textvariable=self.said, wraplength=500, justify="left")
        said.grid(row=7, columnspan=2, sticky="nw", pady=12)
        frame.rowconfigure(7, minsize=90)
        buttons = ttk.Frame(frame)
        buttons.grid(row=8, columnspan=2, sticky="e")
        self.save = ttk.Button(buttons, text="Check and save", underline=10, command=self._save)
        self.save.grid(row=0, column=0, padx=6)
        self.close = ttk.Button(buttons, text="Close", underline=0, command=self._close)
        self.close.grid(row=0, column=1)

    def _bind(self) -> None:
        self.chooser.bind("<<ComboboxSelected>>", lambda _: self._choose())
        for name, entry in self.entries.items():
            entry.bind("<FocusOut>", partial(self._left, name))
            self.fields[name].trace_add("write", partial(self._typed, name))
        for key in ("<Return>", "<KP_Enter>"):
            self.root.bind(key, lambda _: self._press())
        self.root.bind("<Escape>", lambda _: self._close())
        self._on_alt("M", self.check.invoke)
        self._on_alt("s", self.save.invoke)
        self._on_alt("C", self.close.invoke)
        self.root.protocol("WM_DELETE_WINDOW", self._close)
        self.root.report_callback_exception = self._bug

    def _on_alt(self, letter: str, act: Callable[[], object]) -> None:
        self.root.bind(f"<Alt-{letter.lower()}>", lambda _: act())

    def _start(self) -> None:
        problem = self._list()
        self.chosen.set(next((each for each, at in self._stored.items() if at.default), NEW))
        self._choose()
        if problem:
            self.said.set(problem)
        (self.chooser if self._stored else self.entries["api_url"]).focus_force()

    def _list(self) -> str:
        """Offer the accounts there are; return what must be said about them."""
        try:
            there = account_form.choices()
        except ContactsError as error:
            return str(error)
        self._stored = {each.alias: each for each in there.stored}
        self.chooser.configure(values=[*self._stored, NEW])
        return OVERRULED if there.overruled else ""

    def _choose(self) -> None:
        at = self._stored.get(self.chosen.get())
        self.fields["alias"].set(at.alias if at else "" if self._stored else account_form.NEW_ALIAS)
        self.fields["api_url"].set(at.api_url if at else "")
        self.fields["id_instance"].set(at.id_instance if at else "")
        self.fields["token"].set("")
        self.said.set(KEPT_TOKEN if at and at.where else "")

    def _typed(self, name: str, *_: object) -> None:
        """Let the URL of a request, wherever it is pasted, fill the three fields that it names."""
        if request := fields.request_in(self.fields[name].get()):
            for field, text in request._asdict().items():
                if text or field == name:
                    self.fields[field].set(text)
            self._suggest()

    def _left(self, name: str, _: object) -> None:
        """Say what is wrong with a field once it is filled."""
        if name == "id_instance":
            self._suggest()
        problem = account_form.problem(name, self.fields[name].get())
        if problem or self.said.get() == self._wrong:
            self.said.set(problem)
        self._wrong = problem

    def _suggest(self) -> None:
        id_instance, url = self.fields["id_instance"].get().strip(), self.fields["api_url"]
        if id_instance[:4].isdecimal() and len(id_instance) > 4 and not url.get().strip():
            url.set(fields.suggested_url(id_instance))

    def _press(self) -> None:
        """Do what Return means: press the button that has the focus, else check and save."""
        focused = self.root.focus_get()
        (focused if isinstance(focused, ttk.Button) else self.save).invoke()

    def _save(self) -> None:
        filled = Form(
            **{name: variable.get() for name, variable in self.fields.items()},
            default=self.default.get(),
        )
        self.save.state(["disabled"])
        self.said.set(CHECKING)
        self._running = self._worker.submit(
            account_form.check_and_save, filled, self._closed.is_set
        )
        self.root.after(POLL, self._look)

    def _look(self) -> None:
        if self._running is None or not self._running.done():
            self.root.after(POLL, self._look)
            return
        self.save.state(["!disabled"])
        problem = self._running.exception()
        if isinstance(problem, ContactsError):
            self.said.set(f"Nothing was saved. {problem}")
        elif problem is not None:
            raise problem
        else:
            self._saved(self._running.result())

    def _saved(self, sentence: str) -> None:
        alias = self.fields["alias"].get().strip()
        self._list()
        self.chosen.set(alias)
        self.fields["token"].set("")
        self.said.set(sentence)
        self.close.focus_set()

    def _close(self) -> None:
        self._closed.set()
        self._worker.shutdown(wait=False, cancel_futures=True)
        self.root.destroy()

    def _bug(self, _: type[BaseException], bug: BaseException, __: TracebackType | None) -> None:
        self.said.set(f"{bug_sentence(bug)} Nothing was saved.")


def main() -> None:
    """Show the window until it is closed."""
    root = tk.Tk(className="getcontacts")
    Window(root)
    root.attributes("-topmost", True)  # else Windows opens it behind Excel
    root.after(500, lambda: root.attributes("-topmost", False))
    root.mainloop()


if __name__ == "__main__":
    main()
