"""The worksheet functions: arguments as Excel hands them over into rows that spill.

xlwings takes type hints for converters and knows only those of its registry: `str | None` passes
mypy and fails in Excel. A cell may hold anything, and `Any` is in that registry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import xlwings as xw

from addin.excel import former, install, onedrive
from addin.shared import arguments, consent_gate, error_text, formula_lists, words
from addin.shared.consent_gate import NotAllowed
from addin.shared.formula_lists import FormulaList
from workbook.accounts import accounts
from workbook.contacts import times
from workbook.contacts.columns import BASIC, COLUMNS, Listed, Origin, Together, build, safe_text
from workbook.contacts.contact import Contact, by_type, select
from workbook.errors import ContactsError, NoAccount
from workbook.files.source_date_epoch import told
from workbook.store.snapshots import Snapshot

CATEGORY = "Contacts"
KIND = "user for people, group for groups; both when left out."
COUNT = "How many contacts at most; all when left out."
HEADERS = "FALSE leaves the row of titles out."
ACCOUNT = "The account's name, * for all; the default one when left out."
WHO = "An id, a phone in any spelling, or a range of them."
FIELD = (
    "id, name, contactName, type, phone, country, link; contactName, else name, when left out. "
    "accounts: who of yours knows them."
)
EVERY, ACCOUNTS = "*", "accounts"  # instead of an account, and a field over all of them

FIELDS = {title.casefold(): value for title, value in COLUMNS.items()}
DATED = frozenset(map(str.casefold, times.TITLES))  # fields that are dates to Excel

Result = TypeVar("Result")


@xw.func(category=CATEGORY)
@xw.arg("kind", err_to_str=True, doc=KIND)
@xw.arg("count", err_to_str=True, doc=COUNT)
@xw.arg("headers", err_to_str=True, doc=HEADERS)
@xw.arg("account", err_to_str=True, doc=ACCOUNT)
def GETCONTACTS(  # noqa: N802 - as Excel shows it
    kind: Any = None,
    count: Any = None,
    headers: Any = True,
    account: Any = None,
    workbook: Any = None,
) -> list[list[str]]:
    """List the contacts of your GREEN-API account: id, name, contactName and type."""
    return _guarded(
        lambda: _contacts(kind, count, headers, account, workbook), lambda said: [[said]]
    )


@xw.func(category=CATEGORY)
@xw.arg("id_or_phone", doc=WHO, ndim=2)
@xw.arg("field", err_to_str=True, doc=FIELD)
@xw.arg("account", err_to_str=True, doc=ACCOUNT)
def GETCONTACT(  # noqa: N802 - as Excel shows it
    id_or_phone: Any, field: Any = None, account: Any = None, workbook: Any = None
) -> Any:
    """Return one field of the contact with this id or phone; an empty text for a stranger."""
    # whatever goes wrong stays out of the letters of a mail merge; GETCONTACTSINFO tells it
    return _guarded(lambda: _fields(id_or_phone, field, account, workbook), lambda _: "")


@xw.func(category=CATEGORY)
@xw.arg("account", err_to_str=True, doc=ACCOUNT)
def GETCONTACTSINFO(  # noqa: N802 - as Excel shows it
    account: Any = None, workbook: Any = None
) -> list[list[Any]]:
    """Tell which list the other two functions show, how old it is, and what went wrong last."""
    return _guarded(
        lambda: _info(_lists(account, workbook)), lambda said: _facts("", [], False, said)
    )


def _guarded(make: Callable[[], Result], failed: Callable[[str], Result]) -> Result:
    if words.here() is words.EXCEL and install.former_is_open():
        return failed(former.SENTENCE)
    try:
        return make()
    except ContactsError as error:
        said = error_text.sentence(error)
    except Exception as bug:  # one of the three edges: a bug of ours ends here
        said = formula_lists.shared.bug = error_text.sentence(bug)
    return failed(said)


def _lists(account: Any, workbook: Any) -> list[FormulaList]:
    """Return the list of an account, or those of all that this workbook may see; as `_list`."""
    if arguments.option(account) != EVERY:
        return [_list(account, workbook)]
    gate = consent_gate.gate
    gate.check_known(workbook, onedrive.place)
    seen = [a for a in accounts.matching() if gate.lets(workbook, a.id_instance, onedrive.place)]
    if not seen:
        raise NotAllowed
    return formula_lists.shared.of_all(seen)


def _list(account: Any, workbook: Any) -> FormulaList:
    """Return the list for a formula of a workbook; nothing is fetched for one that may not see it.

    Raises NotAllowed, NoCell, AddinTooOld and what accounts.find raises.
    """
    alias = arguments.option(account)
    try:
        instance = formula_lists.shared.identified(alias).id_instance
    except ContactsError as error:
        if not (isinstance(error, NoAccount) and not error.known):  # it names accounts or folders
            consent_gate.gate.check_known(workbook, onedrive.place)
        raise
    consent_gate.gate.check(workbook, instance, onedrive.place)
    return formula_lists.shared.of(alias)


def _contacts(kind: Any, count: Any, headers: Any, account: Any, workbook: Any) -> list[list[str]]:
    wanted, most = arguments.kind(kind), arguments.count(count)
    titled = arguments.headers(headers)
    answers = _lists(account, workbook)
    kept = [(each.account.alias, each.kept) for each in answers if each.kept is not None]
    if not kept:
        return [[_nothing_yet(answers[0])]]
    header = BASIC if arguments.option(account) != EVERY else ("account", *BASIC)
    listed = [(alias, cached.snapshot) for alias, cached in kept]
    made = partial(_rows, listed, header, wanted, most, titled)
    if len(kept) > 1:
        return made()
    (alias, cached), *_ = kept
    return cached.answer((alias, header, wanted, most, titled), made)


def _rows(
    kept: Sequence[tuple[str, Snapshot]],
    header: tuple[str, ...],
    wanted: str | None,
    most: int | None,
    titled: bool,
) -> list[list[str]]:
    lists = [
        Listed(select(snapshot.contacts, wanted), Origin(alias, snapshot.fetched))
        for alias, snapshot in kept
    ]
    together = Together(lists)
    if not len(together):
        return [[_nobody([snapshot for _, snapshot in kept], wanted)]]
    table = build(together, together.origin, header)
    rows = [list(row) for row in islice(table.rows, most)]
    return [list(table.header), *rows] if titled else rows


def _nothing_yet(answer: FormulaList) -> str:
    if answer.coming:
        return f'The list of "{answer.account.alias}" is on its way. {words.here().later}'
    return answer.problem


def _nobody(snapshots: Sequence[Snapshot], kind: str | None) -> str:
    kinds = _kinds(snapshots)
    known = ", ".join(f"{each} ({many:,})" for each, many in kinds.most_common() if each)
    return f'No contact is a "{kind or "":.40}"; there are: {known}.'


def _fields(wanted: Any, field: Any, account: Any, workbook: Any) -> Any:
    title = arguments.option(field).casefold()
    if title and title not in (*FIELDS, ACCOUNTS):
        return f'There is no field "{title:.40}"; known: {", ".join((*COLUMNS, ACCOUNTS))}.'
    alias = arguments.option(account)
    answers = _lists(EVERY if title == ACCOUNTS and not alias else alias, workbook)
    look = _known_by if title == ACCOUNTS else partial(_field, title)
    return _each(wanted, lambda cell: look(answers, arguments.text(cell)))


def _each(cells: Any, look: Callable[[Any], str | datetime]) -> Any:
    """Look up each cell of a range.

    Nearly all of A:A are a million blank rows: they share one answer, for a million lists of their
    own take seconds.
    """
    if not isinstance(cells, (list, tuple)):
        return look(cells)
    blank, nothing = _blank(cells[0]) if cells else (None, "")
    return [nothing if cell == blank else _each(cell, look) for cell in cells]


def _blank(cell: Any) -> tuple[Any, Any]:
    """Return a blank cell, or a blank row like this one, and the answer to it."""
    if isinstance(cell, (list, tuple)):
        return type(cell)([None] * len(cell)), [""] * len(cell)
    return None, ""


def _known_by(answers: Sequence[FormulaList], wanted: str) -> str:
    return ", ".join(answer.account.alias for answer, _ in _found(answers, wanted))


def _found(answers: Sequence[FormulaList], wanted: str) -> Iterator[tuple[FormulaList, Contact]]:
    """Yield the lists that have somebody, and the contact there."""
    for answer in answers:
        people = answer.kept and answer.kept.people
        if people and (contact := people.find(wanted, answer.country)) is not None:
            yield answer, contact


def _field(title: str, answers: Sequence[FormulaList], wanted: str) -> str | datetime:
    answer, contact = next(_found(answers, wanted), (None, None))
    if answer is None or contact is None or answer.kept is None:
        return ""
    origin = Origin(answer.account.alias, told(answer.kept.snapshot.fetched))
    text = safe_text(FIELDS[title](contact, origin) if title else _called(contact), Counter())
    return (title in DATED and times.parsed(text)) or text


def _called(contact: Contact) -> str:
    return contact.contact_name or contact.name


def _info(answers: Sequence[FormulaList]) -> list[list[Any]]:
    aliases, coming = [each.account.alias for each in answers], any(e.coming for e in answers)
    snapshots = [each.kept.snapshot for each in answers if each.kept]
    if len(answers) == 1:
        return _facts(aliases[0], snapshots, coming, answers[0].problem)
    problems = [f"{each.account.alias}: {each.problem}" for each in answers if each.problem]
    return _facts(", ".join(aliases), snapshots, coming, " ".join(problems))


def _facts(
    alias: str, snapshots: Sequence[Snapshot], coming: bool, problem: str
) -> list[list[Any]]:
    """Return the facts; of several lists the oldest tells how old they are."""
    snapshot = min(snapshots, key=lambda each: each.fetched, default=None)
    kinds = _kinds(snapshots)
    age = snapshot.age_text if snapshot else ""
    return [
        ["account", alias],
        ["list of", f"{told(snapshot.fetched):%Y-%m-%d %H:%M:%S}" if snapshot else "none yet"],
        ["age", "; ".join(filter(None, (age, "a new list is on its way" if coming else "")))],
        ["contacts", kinds.total()],
        ["people", kinds["user"]],
        ["groups", kinds["group"]],
        ["last error", problem or formula_lists.shared.bug],
    ]


def _kinds(snapshots: Sequence[Snapshot]) -> Counter[str]:
    return sum((by_type(each.contacts) for each in snapshots), Counter[str]())
