"""Every error that a user may meet: its facts, its exit code and its sentence.

No error here ever holds a URL, an error body or a token. The exit codes are the public ones.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import ClassVar, Self, dataclass_transform

HOW_TO_LOG_IN = "Account… in Excel or Calc, else: getcontacts login"
HOW_TO_LOG_EACH_IN = f"{HOW_TO_LOG_IN} ALIAS"


def bug_sentence(bug: BaseException) -> str:
    """Return the sentence for an exception that nobody expected: its type and its place.

    What the exception itself says is left out, because it may quote a secret.
    """
    place = traceback.extract_tb(bug.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    return f"This is a bug in getcontacts ({type(bug).__name__} at {where})."


# for programs, which branch on the code; people have it in the sentence
NEXT_STEPS = {
    1: "Repeat the command with -v and report what it prints.",
    2: "Correct the command or the settings; --help lists what there is.",
    3: "getcontacts login",
    4: "Look at the instance at console.green-api.com, then repeat.",
    5: "Let nothing else use the instance, and repeat later.",
    6: "getcontacts doctor",
    7: "getcontacts status",
    8: "Close the file or name another one, then repeat.",
    9: "Repeat in five minutes.",
    130: "Repeat.",
}


_PAUSE = r"[:;,]|\.(?=\s|$)"


def some_aliases(aliases: Sequence[str], shown: int = 20) -> str:
    """Return the first aliases in words, and how many more there are."""
    more = f" and {len(aliases) - shown:,} more" if len(aliases) > shown else ""
    return ", ".join(aliases[:shown]) + more


def _complete(cls: type[ContactsError]) -> None:
    """Make a dataclass of an error when the first of its kind is raised, and of its bases before.

    To do so with all of them at once took 5 % of an export of 1,000 contacts, which raises none.
    """
    from dataclasses import dataclass

    for each in reversed(cls.__mro__):
        if issubclass(each, ContactsError) and each is not ContactsError:
            dataclass(eq=False)(each)


@dataclass_transform(eq_default=False)
class ContactsError(Exception):
    """Tell what happened, why, and what to do next, in one sentence or two.

    Every error of this kind is a dataclass whose fields are the facts. `text` names in braces what
    `words` returns. `reasons` holds the words for `why`, where an error has that fact; a `why` that
    is not listed is shown as it is.
    """

    exit_code: ClassVar[int] = 1
    text: ClassVar[str] = "Something went wrong."
    text_several: ClassVar[str] = ""
    reasons: ClassVar[Mapping[str, str]] = {}

    def __new__(cls, *facts: object, **named: object) -> Self:
        if "__match_args__" not in vars(cls):
            _complete(cls)
        return super().__new__(cls, *facts, **named)

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Return the sentence that a user reads."""
        return self.text.format(**self.words())

    def cause(self) -> str:
        """Return the sentence about several accounts, without what is of one of them alone."""
        return self.text_several or self.sentence()

    def brief(self) -> str:
        """Return what happened, in few words for a cell: the cause as far as its first pause."""
        return re.split(_PAUSE, self.cause(), maxsplit=1)[0]

    def next_step(self) -> str:
        """Return a command or a sentence for programs: what to do next."""
        return NEXT_STEPS[self.exit_code]

    def words(self) -> dict[str, object]:
        """Return the facts by name, and "reason" where there is a `why`."""
        why = str(getattr(self, "why", ""))
        return {**vars(self), "reason": self.reasons.get(why, why)}


class WrongUsage(ContactsError):
    """What was asked for is not possible; `said` is the whole sentence."""

    said: str
    exit_code = 2
    text = "{said}"


class AddressRefused(ContactsError):
    """No token is ever sent to this apiUrl; `unprotected`: the host is right but not https."""

    host: str
    unprotected: bool = False
    exit_code = 2
    text = (
        "{address} is not a GREEN-API address, so the token was not sent. "
        "Use the apiUrl from console.green-api.com (https://NNNN.api.green-api.com), "
        'or add the host to "trusted_hosts" in the settings if it is yours.'
    )
    text_unprotected = (
        "The token would travel unprotected, so it was not sent. "
        "Write the apiUrl with https: https://{host}."
    )

    def sentence(self) -> str:
        text = self.text_unprotected if self.unprotected else self.text
        return text.format(host=self.host, address=self.host or "This address")


class NoAccount(ContactsError):
    """There are no credentials for the account that was asked for."""

    alias: str | None = None
    known: tuple[str, ...] = ()
    exit_code = 3
    text = f"There are no credentials{{wanted}} yet. Log in first ({HOW_TO_LOG_IN})."
    text_others = 'There is no account "{alias:.64}" here; known: {others}.'
    text_several = f"Their token is not kept here. Log in with it ({HOW_TO_LOG_EACH_IN})."

    def sentence(self) -> str:
        if self.alias and self.known:
            return self.text_others.format(alias=self.alias, others=some_aliases(self.known))
        return self.text.format(wanted=f' for "{self.alias:.64}"' if self.alias else "")

    def next_step(self) -> str:
        return "getcontacts accounts" if self.known else super().next_step()


class HostChanged(ContactsError):
    """A stored token was to be sent to another host than the one that it was stored for."""

    alias: str
    stored: str
    host: str
    exit_code = 2
    text = (
        'The token of "{alias}" was stored for {stored}, so it was not sent to {host}. '
        f"If the new address is right, log in again with the token ({HOW_TO_LOG_IN})."
    )


class TokenNotKept(ContactsError):
    """The keyring `name` is there, but took no token; `plain_text`: it would show it to all."""

    name: str
    plain_text: bool = False
    exit_code = 3
    text = (
        "The token is kept nowhere: the keyring ({name}) did not take it. Unlock it and repeat, "
        "or keep the token in a file that only you can read: getcontacts login --plain-file"
    )
    text_plain = (
        "The token is kept nowhere: the keyring ({name}) would keep it as plain text. "
        "Keep it in a file that only you can read: getcontacts login --plain-file"
    )

    def sentence(self) -> str:
        return (self.text_plain if self.plain_text else self.text).format(name=self.name)


class TokensLeft(ContactsError):
    """A keyring that did not answer may still hold tokens, of these instances if known."""

    id_instances: tuple[str, ...] = ()
    exit_code = 3
    text = (
        "Everything else is deleted, but the system's keyring does not answer (it is locked, or "
        'there is no desktop here). Delete the entries named "getcontacts"{which} there.'
    )

    def words(self) -> dict[str, object]:
        return {"which": f" ({', '.join(self.id_instances)})" if self.id_instances else ""}


class CredentialsRefused(ContactsError):
    """GREEN-API answered 401 (wrong token) or 403 (wrong id or host)."""

    status: int
    exit_code = 3
    text = (
        "GREEN-API refused the idInstance or the apiUrl (403): they do not belong together. "
        f"Copy both again from the console and log in again ({HOW_TO_LOG_IN})."
    )
    text_401 = (
        "GREEN-API refused the apiTokenInstance (401): it is mistyped or was renewed. "
        f"Copy it again from the console and log in again ({HOW_TO_LOG_IN})."
    )

    def sentence(self) -> str:
        return self.text_401 if self.status == 401 else self.text

    def cause(self) -> str:
        return self.sentence().replace(HOW_TO_LOG_IN, HOW_TO_LOG_EACH_IN)


class CommandSilent(ContactsError):
    """The user's own command for tokens gave none for an account; `why` is a key of `reasons`."""

    alias: str
    why: str
    exit_code = 3
    text = (
        'The command of GETCONTACTS_CREDENTIALS_FROM gave no token for "{alias}": {reason}. '
        "Try it with this alias behind it."
    )
    text_several = (
        "The command of GETCONTACTS_CREDENTIALS_FROM gave no token for them. Try it with an alias."
    )
    reasons: ClassVar[Mapping[str, str]] = {
        "start": "it could not be started",
        "code": "it ended with an error",
        "slow": "it did not end in time",
        "nothing": "it said nothing",
    }

    def next_step(self) -> str:
        return "Run the command of GETCONTACTS_CREDENTIALS_FROM yourself, an alias behind it."


class PartnerRefused(ContactsError):
    """GREEN-API refused the token of a partner."""

    status: int
    exit_code = 3
    text = (
        "GREEN-API refused the partner token ({status}): it is mistyped or was renewed. Copy it "
        "again from the partner's page of console.green-api.com, with its partnerApiUrl."
    )


ADVICE = {
    "starting": "The instance is starting; try again in a few minutes.",
    "notAuthorized": "The instance is not authorized; scan the QR code in the GREEN-API console.",
    "pendingCode": "The instance waits for a code; finish the authorization in the console.",
    "pendingPassword": "The instance waits for a password; finish the authorization there.",
    "expired": "The instance is not paid for any more; renew it in the GREEN-API console.",
    "deleted": "The instance was deleted in the GREEN-API console; log in with another one.",
    "blocked": "WhatsApp has blocked this account; see the GREEN-API console for what can be done.",
    "sleepMode": (
        "The phone of this account is off or offline, so a list may be old; "
        "switch it on and wait five minutes."
    ),
}


class NotReady(ContactsError):
    """The instance cannot answer in its present state (a stateInstance, or expired, deleted)."""

    state: str
    exit_code = 4
    text = 'The instance is in the state "{state}".'

    def sentence(self) -> str:
        return ADVICE.get(self.state) or super().sentence()


class RateLimited(ContactsError):
    """429: more than one call a second; `retry_after` in seconds if GREEN-API told it."""

    retry_after: float | None = None
    exit_code = 5
    text = (
        "GREEN-API answers one request a second and refused this one (429). "
        "Something else is using the instance; try again in a minute."
    )


class QuotaExceeded(ContactsError):
    """466 (monthly tariff) or 469 (number checks); never retried."""

    status: int = 466
    used: str = ""
    total: str = ""
    exit_code = 5
    text = (
        "The month's quota of this GREEN-API tariff is used up{spent}. "
        "It starts again on the 1st; the Business tariff has none."
    )
    text_469 = "GREEN-API paused number checks for this account (469); try again in two hours."

    def sentence(self) -> str:
        spent = f" ({self.used} of {self.total} calls used)" if self.used and self.total else ""
        return self.text_469 if self.status == 469 else self.text.format(spent=spent)

    def cause(self) -> str:
        return QuotaExceeded(self.status).sentence()


class Unreachable(ContactsError):
    """No answer came; `why` is a key of `reasons`."""

    host: str
    why: str
    exit_code = 6
    text = "GREEN-API{place} could not be reached: {reason}."
    reasons: ClassVar[Mapping[str, str]] = {
        "name": "its name was not found; check the internet connection and the apiUrl",
        "connect": "no connection; check the internet connection, firewall and apiUrl",
        "timeout": "it did not answer in time; try again later",
        "broken": "the connection broke; try again",
        "broken on the way": (
            "the connection broke on its way through a proxy; try again, or check the proxy's "
            "address in the system's settings"
        ),
        "certificate": (
            "its certificate was not accepted; behind a company proxy, "
            "give the proxy's certificate with --ca-bundle"
        ),
        "bundle": (
            "its certificate was not accepted; REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE are not used "
            "here, give that file with --ca-bundle"
        ),
        "proxy": "the proxy refused; check its address and password in the system's settings",
        "no proxy": "the proxy did not work; check its address in the system's settings",
    }

    def words(self) -> dict[str, object]:
        reason = self.reasons.get(self.why, "no answer; try again later")
        return {"place": f" at {self.host}" if self.host else "", "reason": reason}

    def cause(self) -> str:
        return Unreachable("", self.why).sentence()


class ServiceDown(ContactsError):
    """499 or 5xx, after all retries."""

    status: int
    exit_code = 6
    text = "GREEN-API cannot answer now (HTTP {status}); try again in some minutes."


class SenselessAnswer(ContactsError):
    """The answer is not what the method returns; `why` never quotes it."""

    why: str
    exit_code = 7
    text = (
        "The answer makes no sense: {why}. Nothing was changed; "
        "check the apiUrl with getcontacts status, and try again later."
    )


class MethodRefused(SenselessAnswer):
    """A method answers with a word, such as forbidden or item-not-found, instead of its fields."""

    text = "GREEN-API refuses it with the word {why}. Nothing was changed."


class AnswerTooLarge(SenselessAnswer):
    """The answer has more bytes (unpacked) or more rows than the setting allows."""

    limit_mib: int = 0
    limit_rows: int = 0
    why: str = ""
    text = (
        "The answer is larger than {limit} and was not read to its end. "
        "If the account is that large: getcontacts config set max_answer_mib 400."
    )

    def words(self) -> dict[str, object]:
        return {
            "limit": f"{self.limit_rows:,} rows" if self.limit_rows else f"{self.limit_mib} MiB"
        }


_OPEN = "it is open in Excel or another program; close it there and repeat"
_FULL = "the disk is full; make room and repeat"


class NotWritable(ContactsError):
    """The file could not be written; `why` is a key of `reasons`, or the system's words."""

    path: str
    why: str
    exit_code = 8
    text = "{path} was not written: {reason}. The old file is as it was."
    reasons: ClassVar[Mapping[str, str]] = {
        "open": _OPEN,
        "denied": "writing is not allowed there; choose another folder",
        "full": _FULL,
        "special": "it is a link or no ordinary file now; name another one",
        "swapped": "another program took its part file away; repeat",
    }


class NotScheduled(ContactsError):
    """The system's own program, such as crontab, did not take a job; `why`: its words."""

    program: str
    why: str
    exit_code = 8
    text = (
        "The schedule is as it was: {program} did not take the change ({why}). "
        "Without --install the lines are printed, to be put in by hand."
    )


class AnotherRun(ContactsError):
    """Another run of ours is at work on the same file."""

    path: str
    exit_code = 8
    text = (
        "Another run of getcontacts is at work on {path}, so this one did nothing. "
        "Repeat it when that one has ended."
    )


class StoreUnusable(ContactsError):
    """The storage of a fleet did not do what it should; `why` is a key of `reasons`."""

    url: str
    why: str
    exit_code = 8
    text = "The store {url} cannot be used: {reason}."
    reasons: ClassVar[Mapping[str, str]] = {
        "denied": "it does not let us; check whose it is and what we may do there",
        "gone": "something in it is not there; it may have been changed meanwhile, so repeat",
        "no key": ("there is no key for it here; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        "overwrites": (
            "it does not refuse to make an object twice (If-None-Match), so two runs could not be "
            "kept apart"
        ),
        "file": "a file is where a folder should be",
        "nobody": "its last run has no account; getcontacts fleet status tells why",
        "empty": "no run was finished in it yet; begin one with getcontacts fleet run",
        "unclear": "what it holds was not written by this version of getcontacts",
    }


class FailedThen(ContactsError):
    """An account failed in the run of a fleet whose lists are exported; `said`: why."""

    said: str
    exit_code = 10
    text = "{said}"

    def next_step(self) -> str:
        return "getcontacts fleet run"


class ClaimLost(ContactsError):
    """Another process took over what this one was working on, or it could not say that it lives."""

    key: str
    exit_code = 8
    text = (
        "The work on {key} was given to another process, as this one was not heard of in time; "
        "what it did there was dropped."
    )


class NoCluster(ContactsError):
    """The scheduler of a fleet or its workers could not be used; `why` is a key of `reasons`."""

    address: str
    why: str
    exit_code = 6
    text = "The scheduler {place} cannot be used: {reason}."
    reasons: ClassVar[Mapping[str, str]] = {
        "start": "its workers did not start; repeat, with fewer --workers if memory is short",
        "lost": "it was lost in the run; what is done is kept, and the next run takes this one up",
        "silent": "it does not answer; check its address, and the certificates that Dask has",
        "alone": "it has no workers; start some: dask worker ADDRESS --nthreads 1",
    }

    def words(self) -> dict[str, object]:
        place = f"at {self.address}" if self.address else "of this machine"
        return {**super().words(), "place": place}


class ForeignLink(ContactsError):
    """A link of somebody else, in a folder that others can change; it may lead anywhere."""

    path: str
    exit_code = 8
    text = (
        "{path} is a link that another user made, in a folder that others can change, "
        "so it was not followed. Name the place that it leads to."
    )


class OwnerShutOut(ContactsError):
    """A file that the system lets us replace only by one that its owner or group cannot use."""

    path: str
    who: str
    exit_code = 8
    text = (
        "{path} belongs to {who}, who could not use it any more once it is replaced, "
        "so it was left alone. Name another file, or run this as its owner."
    )


class HomeNotWritable(NotWritable):
    """The home folder of getcontacts, or the database in it, cannot be written."""

    text = "{path} cannot be used: {reason}. Your files are as they were."
    reasons: ClassVar[Mapping[str, str]] = {
        "denied": "writing is not allowed there; set GETCONTACTS_HOME to a folder of yours",
        "full": _FULL,
    }


class NotPrivate(ContactsError):
    """The home or a file in it belongs to `owner`, or, if that is "", others can write it."""

    path: str
    owner: str = ""
    exit_code = 2
    text = (
        "Other users of this computer can change {path}, and so could have your token sent to "
        "them; nothing was read. Run: chmod go-w {quoted}"
    )
    text_foreign = (
        "{path} belongs to {owner}, so nothing in it was used. Run this as {owner}, or set "
        "GETCONTACTS_HOME to a folder of yours."
    )

    def sentence(self) -> str:
        text = self.text_foreign if self.owner else self.text
        return text.format(path=self.path, owner=self.owner, quoted=quote(self.path))


class OutputLost(ContactsError):
    """Standard output takes no more; `why` is the system's words."""

    why: str
    exit_code = 8
    text = (
        "Standard output did not take everything: {why}. "
        "What arrived there is incomplete; send it elsewhere and repeat."
    )


class NotDeleted(ContactsError):
    """The file could not be deleted; `why` is a key of `reasons`, or the system's words."""

    path: str
    why: str
    exit_code = 8
    text = "{path} was not deleted: {reason}."
    reasons: ClassVar[Mapping[str, str]] = {
        "open": _OPEN,
        "denied": "it is read-only or not yours to delete; change that and repeat",
    }


class FileChanged(ContactsError):
    """The file that is there is not the one that we wrote last; `way` is the key of a way on.

    `known`: it is remembered that we wrote it once; after a purge nothing is.
    """

    path: str
    way: str = "overwrite"
    known: bool = True
    exit_code = 8
    text = "{path} exists and is not as getcontacts last wrote it, so it was left alone. {way_on}"
    text_unknown = (
        "{path} exists, and nothing is kept here of getcontacts having written it (after a purge "
        "nothing is), so it was left alone. {way_on}"
    )
    ways: ClassVar[Mapping[str, str]] = {
        "overwrite": "Name another file, or replace it with --overwrite.",
        "update": (
            "Bring its table up to date with --update (your notes stay), name another file, "
            "or replace it with --overwrite."
        ),
        "demo": "Name another file: getcontacts demo FILE.",
    }

    def sentence(self) -> str:
        text = self.text if self.known else self.text_unknown
        return text.format(path=self.path, way_on=self.ways[self.way])


class AnotherAccountsFile(ContactsError):
    """The list of another account is in the file: of `owner` then, with this idInstance."""

    path: str
    owner: str
    id_instance: str
    alias: str
    exit_code = 8
    text = (
        '{path} holds the list of "{owner}" (idInstance {id_instance}), not of "{alias}", '
        "so it was left alone. Name another file, or replace it with --overwrite."
    )


class AnotherTable(ContactsError):
    """A table that is not to be written now is in the file, which we made."""

    path: str
    table: str
    exit_code = 8
    text = (
        '{path} holds the table "{table}", which would be gone, so it was left alone. '
        "Name another file, or replace it with --overwrite."
    )


class ChangedMeanwhile(ContactsError):
    """Another program saved the file after we read it and before we wrote it."""

    path: str
    exit_code = 8
    text = (
        "{path} was saved by another program while it was being updated, "
        "so it was left as it is now. Repeat the command."
    )


class OpenElsewhere(ContactsError):
    """A file that another program has put `beside` a workbook says that it is open there."""

    path: str
    beside: str
    exit_code = 8
    text = (
        "{path} seems to be open in another program or on another computer, for {beside} is "
        "beside it. Close it there and repeat; if nobody has it open: --force-open"
    )


class EmptyList(ContactsError):
    """The list was empty each time; `last_good` is the time of the kept list, if there is one."""

    last_good: str = ""
    exit_code = 9
    text = (
        "GREEN-API sent an empty list, which is not believed. Repeat in five minutes; "
        "if it stays empty, scan the QR code again in the console.{kept}"
    )
    text_several = text.format(kept="")
    text_kept = " The last good list ({last_good}) is kept: getcontacts export --offline."

    def words(self) -> dict[str, object]:
        return {"kept": self.text_kept.format(last_good=self.last_good) if self.last_good else ""}


class OtherPeople(ContactsError):
    """A list of `now` contacts has none of the `before` contacts of the last good one."""

    before: int
    now: int
    exit_code = 9
    text = (
        "GREEN-API sent other people: none of the {before:,} contacts of the last list is among "
        "these {now:,}. That is not believed, and nothing was changed. Repeat later; if another "
        "phone was linked to this instance, say so once by getcontacts export --accept-loss."
    )


class NoSnapshot(ContactsError):
    """No list was ever fetched for this account."""

    alias: str
    exit_code = 9
    text = 'No list of "{alias}" is kept here yet. Fetch one first: getcontacts export'
    text_several = "No list of them is kept here yet. Run once without --offline."

    def next_step(self) -> str:
        return "getcontacts export"
