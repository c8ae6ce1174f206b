"""What can go wrong, as types that carry facts and say one sentence; imports nothing of ours.

No error here ever holds a URL, an error body or a token. The exit codes are the public ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

HOW_TO_LOG_IN = "Account… in Excel, else: getcontacts login"


class ContactsError(Exception):
    """Tell what happened, why, and what to do next, in one sentence or two."""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Return the words a user reads; every cause has its own."""
        return "Something went wrong."


@dataclass(eq=False)
class WrongUsage(ContactsError):
    """Something that was asked for cannot be; `said` is the whole sentence."""

    said: str
    exit_code: ClassVar[int] = 2

    def sentence(self) -> str:
        return self.said


@dataclass(eq=False)
class AddressRefused(ContactsError):
    """An apiUrl to which no token is ever sent; `unprotected`: only because it is not https."""

    host: str
    unprotected: bool = False
    exit_code: ClassVar[int] = 2

    def sentence(self) -> str:
        if self.unprotected:
            return (
                "The token would travel unprotected, so it was not sent. "
                f"Write the apiUrl with https: https://{self.host}."
            )
        return (
            f"{self.host or 'This address'} is not a GREEN-API address, so the token was not sent. "
            "Use the apiUrl from console.green-api.com (https://NNNN.api.green-api.com), "
            'or add the host to "trusted_hosts" in the settings file if it is yours.'
        )


@dataclass(eq=False)
class NoAccount(ContactsError):
    """No credentials for the account that was asked for."""

    alias: str | None = None
    known: tuple[str, ...] = ()
    exit_code: ClassVar[int] = 3

    def sentence(self) -> str:
        if self.alias and self.known:
            return f'There is no account "{self.alias}" here; known: {", ".join(self.known)}.'
        wanted = f' for "{self.alias}"' if self.alias else ""
        return f"There are no credentials{wanted} yet. Log in first ({HOW_TO_LOG_IN})."


@dataclass(eq=False)
class TokensLeft(ContactsError):
    """Tokens that a keyring may still hold, as it did not answer; of the instances, if known."""

    id_instances: tuple[str, ...] = ()
    exit_code: ClassVar[int] = 3

    def sentence(self) -> str:
        which = f" ({', '.join(self.id_instances)})" if self.id_instances else ""
        return (
            "All else is forgotten, but the system's keyring does not answer (it is locked, or "
            f'there is no desktop here). Delete there what is named "getcontacts"{which}.'
        )


@dataclass(eq=False)
class CredentialsRefused(ContactsError):
    """GREEN-API answered 401 (token) or 403 (id or host)."""

    status: int
    exit_code: ClassVar[int] = 3

    def sentence(self) -> str:
        if self.status == 401:
            return (
                "GREEN-API refused the apiTokenInstance (401): it is mistyped or was renewed. "
                f"Copy it again from the console and log in again ({HOW_TO_LOG_IN})."
            )
        return (
            "GREEN-API refused the idInstance or the apiUrl (403): they do not belong together. "
            f"Copy both again from the console and log in again ({HOW_TO_LOG_IN})."
        )


ADVICE = {
    "starting": "The instance is starting; try again in a few minutes.",
    "notAuthorized": "The instance is not authorized; scan the QR code in the GREEN-API console.",
    "pendingCode": "The instance waits for a code; finish the authorization in the console.",
    "pendingPassword": "The instance waits for a password; finish the authorization there.",
    "expired": "The instance is not paid for any more; renew it in the GREEN-API console.",
    "deleted": "The instance was deleted in the GREEN-API console; log in with another one.",
    "blocked": "WhatsApp has blocked this account; see the GREEN-API console for what can be done.",
    "sleepMode": "The phone of this account is off or offline; switch it on and wait five minutes.",
}


@dataclass(eq=False)
class NotReady(ContactsError):
    """The instance cannot answer in its present state (a stateInstance, or expired, deleted)."""

    state: str
    exit_code: ClassVar[int] = 4

    def sentence(self) -> str:
        return ADVICE.get(self.state, f'The instance is in the state "{self.state}".')


@dataclass(eq=False)
class RateLimited(ContactsError):
    """429: more than one call a second; `retry_after` in seconds where the service said it."""

    retry_after: float | None = None
    exit_code: ClassVar[int] = 5

    def sentence(self) -> str:
        return (
            "GREEN-API answers one request a second and refused this one (429). "
            "Something else is using the instance; try again in a minute."
        )


@dataclass(eq=False)
class QuotaExceeded(ContactsError):
    """466 (monthly tariff) or 469 (number checks); never retried."""

    status: int = 466
    used: str = ""
    total: str = ""
    exit_code: ClassVar[int] = 5

    def sentence(self) -> str:
        if self.status == 469:
            return "GREEN-API paused number checks for this account (469); try again in two hours."
        spent = f" ({self.used} of {self.total} calls used)" if self.used and self.total else ""
        return (
            f"The month's quota of this GREEN-API tariff is used up{spent}. "
            "It starts anew on the 1st; the Business tariff has none."
        )


@dataclass(eq=False)
class Unreachable(ContactsError):
    """No answer came: `why` is one of name, connect, timeout, broken, certificate, proxy."""

    host: str
    why: str
    exit_code: ClassVar[int] = 6

    def sentence(self) -> str:
        reason = {
            "name": "its name was not found; check the internet connection and the apiUrl",
            "connect": "no connection; check the internet connection, firewall and apiUrl",
            "timeout": "it did not answer in time; try again later",
            "broken": "the connection broke; try again",
            "certificate": (
                "its certificate was not accepted; behind a company proxy, "
                "give the proxy's certificate with --ca-bundle"
            ),
            "proxy": "the proxy refused; check its address and password in the system's settings",
        }.get(self.why, "no answer; try again later")
        place = f" at {self.host}" if self.host else ""
        return f"GREEN-API{place} could not be reached: {reason}."


@dataclass(eq=False)
class ServiceDown(ContactsError):
    """499 or 5xx, after the retries."""

    status: int
    exit_code: ClassVar[int] = 6

    def sentence(self) -> str:
        return (
            f"GREEN-API is not able to answer now (HTTP {self.status}); try again in some minutes."
        )


@dataclass(eq=False)
class SenselessAnswer(ContactsError):
    """An answer that is no list of contacts; `why` never quotes it."""

    why: str
    exit_code: ClassVar[int] = 7

    def sentence(self) -> str:
        return (
            f"The answer makes no sense: {self.why}. Nothing was changed; "
            "check the apiUrl with getcontacts status, and try again later."
        )


@dataclass(eq=False)
class AnswerTooLarge(SenselessAnswer):
    """More bytes, unpacked, or more rows than the setting allows."""

    limit_mib: int = 0
    limit_rows: int = 0
    why: str = ""

    def sentence(self) -> str:
        limit = f"{self.limit_rows:,} rows" if self.limit_rows else f"{self.limit_mib} MiB"
        return (
            f"The answer is larger than {limit} and was not read to its end. "
            'If the account is that large, raise "max_answer_mib" in the settings file.'
        )


IN_USE = "it is open in Excel or another program; close it there and repeat"


@dataclass(eq=False)
class NotWritable(ContactsError):
    """The file could not be written; `why` is one of open, denied, full, or the system's words."""

    path: str
    why: str
    exit_code: ClassVar[int] = 8

    def sentence(self) -> str:
        reason = {
            "open": IN_USE,
            "denied": "writing is not allowed there; choose another folder",
            "full": "the disk is full; make room and repeat",
        }.get(self.why, self.why)
        return f"{self.path} was not written: {reason}. The old file is as it was."


@dataclass(eq=False)
class HomeNotWritable(NotWritable):
    """The folder of what is kept here, or the database in it, does not let us."""

    def sentence(self) -> str:
        reason = {
            "denied": "writing is not allowed there; set GETCONTACTS_HOME to a folder of yours",
            "full": "the disk is full; make room and repeat",
        }.get(self.why, self.why)
        return f"{self.path} cannot be used: {reason}. Your files are as they were."


@dataclass(eq=False)
class OutputLost(ContactsError):
    """Standard output takes no more; `why` are the system's words."""

    why: str
    exit_code: ClassVar[int] = 8

    def sentence(self) -> str:
        return (
            f"Standard output did not take all of it: {self.why}. "
            "What arrived there is not whole; send it elsewhere and repeat."
        )


@dataclass(eq=False)
class NotDeleted(ContactsError):
    """The file could not be deleted; `why` is one of open, denied, or the system's words."""

    path: str
    why: str
    exit_code: ClassVar[int] = 8

    def sentence(self) -> str:
        reason = {
            "open": IN_USE,
            "denied": "it is read-only or not yours to delete; change that and repeat",
        }.get(self.why, self.why)
        return f"{self.path} was not deleted: {reason}."


@dataclass(eq=False)
class FileChanged(ContactsError):
    """A file stands there that is not what we last wrote."""

    path: str
    exit_code: ClassVar[int] = 8

    def sentence(self) -> str:
        return (
            f"{self.path} exists and is not as getcontacts last wrote it, so it was left alone. "
            "Name another file, or replace it with --overwrite."
        )


@dataclass(eq=False)
class ChangedMeanwhile(ContactsError):
    """Somebody saved the file between our reading and our writing it."""

    path: str
    exit_code: ClassVar[int] = 8

    def sentence(self) -> str:
        return (
            f"{self.path} was saved by another program while it was being updated, "
            "so it was left as it is now. Repeat the command."
        )


@dataclass(eq=False)
class EmptyList(ContactsError):
    """The list came back empty, again and again; `last_good` names the kept one, if any."""

    last_good: str = ""
    exit_code: ClassVar[int] = 9

    def sentence(self) -> str:
        kept = (
            f" The last good list ({self.last_good}) is kept: getcontacts export --offline."
            if self.last_good
            else ""
        )
        return (
            "GREEN-API sent an empty list, which is not believed. Repeat in five minutes; "
            f"if it stays empty, scan the QR code again in the console.{kept}"
        )


@dataclass(eq=False)
class NoSnapshot(ContactsError):
    """Nothing was fetched for this account before."""

    alias: str
    exit_code: ClassVar[int] = 9

    def sentence(self) -> str:
        return f'No list of "{self.alias}" is kept here yet. Run once without --offline.'
