"""Tell which of many accounts failed, one sentence for each cause; no I/O."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from workbook.contacts.changes import Kind, Tally
from workbook.merge.remarks import some
from workbook.sync.latest import counted_reasons
from workbook.sync.many import Gathered

PARTLY = 10  # the exit code
NAMED = 20  # accounts named in a sentence


def exit_code(gathered: Sequence[Gathered]) -> int:
    """Return 0, 10 where some failed or all for several causes, else the code of the one cause."""
    failures = [each.failure for each in gathered if each.failure is not None]
    if not failures:
        return 0
    one_cause = len({failure.cause() for failure in failures}) == 1
    return failures[0].exit_code if one_cause and len(failures) == len(gathered) else PARTLY


def failures(gathered: Iterable[Gathered]) -> Iterator[str]:
    """Yield a sentence for each cause: how many accounts failed, which, why, and what was kept."""
    failed: dict[str, list[Gathered]] = defaultdict(list)
    for each in gathered:
        if each.failure is not None:
            failed[each.failure.cause()].append(each)
    for cause, those in failed.items():
        yield f"{counted(len(those))} failed ({_names(those)}). {cause}{_kept(those)}"


def problem(each: Gathered) -> str:
    """Return in few words why no newer list of an account came and what became of it, else ""."""
    if each.failure is None:
        return ""
    if each.latest is None:
        return each.failure.brief()
    kept = f"{each.latest.snapshot.fetched.astimezone():%Y-%m-%d %H:%M}"
    return f"{each.failure.brief()}; its list of {kept} was kept"


def new(each: Gathered) -> int | None:
    """Return how many people are new in the list of an account, None where that is not known."""
    tally = each.latest.changes if each.latest is not None else None
    return None if tally is None else tally.kinds[Kind.NEW]


def doubts(gathered: Iterable[Gathered]) -> Iterator[str]:
    """Yield each warning about lists that came, with the accounts that it is about."""
    about: dict[str, list[Gathered]] = defaultdict(list)
    for each in gathered:
        if each.latest is not None and each.failure is None:
            for sentence in each.latest.doubts():
                about[sentence].append(each)
    for sentence, those in about.items():
        yield f"{_names(those)}: {sentence}"


def all_failed(gathered: Iterable[Gathered]) -> bool:
    """Tell whether no account's list came; kept ones are no reason to write a file."""
    return all(each.failure is not None for each in gathered)


def news(gathered: Sequence[Gathered]) -> list[str]:
    """Return what changed in the lists that came, and how many rows were left out of them."""
    tally = changes(gathered)
    said = "" if tally is None else tally.sentence()
    since = f"Since the lists before: {said[0].lower()}{said[1:]}" if said else ""
    left_out = counted_reasons(dropped(gathered), "row was left out", "rows were left out")
    return [*filter(None, (since, left_out))]


def dropped(gathered: Iterable[Gathered]) -> Counter[str]:
    """Return how many rows were left out of the lists, by reason."""
    lists = (each.latest for each in gathered if each.latest is not None)
    return sum((latest.snapshot.dropped for latest in lists), Counter[str]())


def changes(gathered: Iterable[Gathered]) -> Tally | None:
    """Return what changed in all lists that came, None if each was a first one."""
    lists = [each.latest for each in gathered if each.latest is not None]
    tallies = [latest.changes for latest in lists if latest.changes is not None]
    return Tally.sum(tallies) if tallies else None


def counted(accounts: int) -> str:
    """Return "1 account" or "40 accounts"."""
    return "1 account" if accounts == 1 else f"{accounts:,} accounts"


def _names(those: Sequence[Gathered]) -> str:
    return some((each.account.alias for each in those), NAMED)


def _kept(those: Sequence[Gathered]) -> str:
    times = sorted(each.latest.snapshot.fetched for each in those if each.latest is not None)
    if not times:
        return ""
    first, last = (f"{time.astimezone():%Y-%m-%d %H:%M}" for time in (times[0], times[-1]))
    of = first if first == last else f"{first} to {last}"
    if len(those) == 1:
        return f" Its list of {of} was kept."
    which = "Their lists" if len(times) == len(those) else f"{len(times):,} of their lists"
    return f" {which}, of {of}, were kept."
