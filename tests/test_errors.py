"""What a user reads when something goes wrong, and the exit code that goes with it."""

from __future__ import annotations

import pytest

from workbook import errors
from workbook.accounts.credentials import KeyringSilent
from workbook.errors import (
    ADVICE,
    AddressRefused,
    AnotherAccountsFile,
    AnotherRun,
    AnotherTable,
    AnswerTooLarge,
    ChangedMeanwhile,
    ClaimLost,
    CommandSilent,
    ContactsError,
    CredentialsRefused,
    EmptyList,
    FailedThen,
    FileChanged,
    ForeignLink,
    HomeNotWritable,
    HostChanged,
    MethodRefused,
    NoAccount,
    NoCluster,
    NoSnapshot,
    NotDeleted,
    NotPrivate,
    NotReady,
    NotScheduled,
    NotWritable,
    OpenElsewhere,
    OtherPeople,
    OutputLost,
    OwnerShutOut,
    PartnerRefused,
    QuotaExceeded,
    RateLimited,
    SenselessAnswer,
    ServiceDown,
    StoreUnusable,
    TokenNotKept,
    TokensLeft,
    Unreachable,
    WrongUsage,
)
from workbook.merge.refusals import TitleTwice, UpdateRefused

# every cause once: its exit code, and the words that say what to do next
NEXT_STEPS: list[tuple[ContactsError, int, str]] = [
    (WrongUsage("Give 1 or more."), 2, "Give 1 or more"),
    (AddressRefused("example.com"), 2, "Use the apiUrl from console.green-api.com"),
    (AddressRefused("7103.api.green-api.com", True), 2, "https://7103.api.green-api.com"),
    (AddressRefused(""), 2, 'or add the host to "trusted_hosts"'),
    (NoAccount(), 3, "getcontacts login"),
    (NoAccount("shop"), 3, "getcontacts login"),
    (NoAccount("office", ("home", "shop")), 3, "known: home, shop"),
    (CredentialsRefused(401), 3, "Copy it again from the console"),
    (CredentialsRefused(403), 3, "Copy both again from the console"),
    (CommandSilent("shop", "slow"), 3, "Try it with this alias behind it"),
    (PartnerRefused(401), 3, "Copy it again from the partner's page"),
    (RateLimited(), 5, "try again in a minute"),
    (QuotaExceeded(466, "1000", "1000"), 5, "starts again on the 1st"),
    (QuotaExceeded(469), 5, "try again in two hours"),
    (ServiceDown(502), 6, "try again in some minutes"),
    (SenselessAnswer("it is a web page"), 7, "check the apiUrl"),
    (MethodRefused("forbidden"), 7, "with the word forbidden"),
    (AnswerTooLarge(limit_mib=192), 7, "config set max_answer_mib"),
    (NotWritable("a.xlsx", "open"), 8, "close it there and repeat"),
    (NotWritable("a.xlsx", "denied"), 8, "choose another folder"),
    (NotWritable("a.xlsx", "full"), 8, "make room and repeat"),
    (NotWritable("a.xlsx", "Input/output error"), 8, "The old file is as it was"),
    (NotWritable("a.xlsx", "special"), 8, "name another one"),
    (NotWritable("a.xlsx", "swapped"), 8, "took its part file away; repeat"),
    (StoreUnusable("s3://a/b", "no key"), 8, "set AWS_ACCESS_KEY_ID"),
    (StoreUnusable("s3://a/b", "empty"), 8, "getcontacts fleet run"),
    (FailedThen("Copy it again from the console."), 10, "Copy it again"),
    (ClaimLost("shards/00007"), 8, "was dropped"),
    (NoCluster("tls://a:1", "alone"), 6, "at tls://a:1 cannot be used: it has no workers"),
    (NoCluster("", "lost"), 6, "of this machine cannot be used: it was lost"),
    (ForeignLink("a.xlsx"), 8, "Name the place that it leads to"),
    (OwnerShutOut("a.xlsx", "ann"), 8, "run this as its owner"),
    (NotPrivate("a.xlsx"), 2, "Run: chmod go-w a.xlsx"),
    (NotPrivate("a.xlsx", "ann"), 2, "Run this as ann, or set GETCONTACTS_HOME"),
    (HostChanged("shop", "https://a", "https://b"), 2, "log in again with the token"),
    (TokenNotKept("KWallet"), 3, "getcontacts login --plain-file"),
    (TokenNotKept("Plain", plain_text=True), 3, "getcontacts login --plain-file"),
    (TokensLeft(("1101000001",)), 3, "Delete the entries named"),
    (HomeNotWritable("a.xlsx", "denied"), 8, "set GETCONTACTS_HOME"),
    (HomeNotWritable("a.xlsx", "full"), 8, "make room and repeat"),
    (OutputLost("No space left on device"), 8, "send it elsewhere and repeat"),
    (NotDeleted("a.xlsx", "open"), 8, "close it there and repeat"),
    (NotDeleted("a.xlsx", "denied"), 8, "change that and repeat"),
    (NotDeleted("a.xlsx", "Input/output error"), 8, "was not deleted: Input/output error"),
    (NotScheduled("crontab", "not allowed"), 8, "put in by hand"),
    (AnotherRun("a.xlsx"), 8, "Repeat it when that one has ended"),
    (FileChanged("a.xlsx"), 8, "replace it with --overwrite"),
    (AnotherTable("a.xlsx", "Contacts"), 8, "would be gone, so it was left alone"),
    (AnotherAccountsFile("a.xlsx", "shop", "1101000001", "office"), 8, "replace it with --overw"),
    (FileChanged("a.xlsx", "update"), 8, "Bring its table up to date with --update"),
    (FileChanged("a.xlsx", "demo"), 8, "Name another file"),
    (ChangedMeanwhile("a.xlsx"), 8, "Repeat the command"),
    (OpenElsewhere("a.xlsx", "~$a.xlsx"), 8, "if nobody has it open: --force-open"),
    (OtherPeople(200, 190), 9, "getcontacts export --accept-loss"),
    (EmptyList(), 9, "Repeat in five minutes"),
    (EmptyList("2026-11-01 12:00"), 9, "getcontacts export --offline"),
    (NoSnapshot("shop"), 9, "Fetch one first: getcontacts export"),
    *((NotReady(state), 4, advice) for state, advice in ADVICE.items()),
    *(
        (Unreachable("1101.api.green-api.com", why), 6, words)
        for why, words in {
            "name": "check the internet connection",
            "connect": "firewall",
            "timeout": "try again later",
            "broken": "try again",
            "certificate": "--ca-bundle",
            "bundle": "give that file with --ca-bundle",
            "proxy": "check its address and password",
            "no proxy": "check its address in the system's settings",
            "something new": "try again later",
        }.items()
    ),
]


@pytest.mark.parametrize(("error", "code", "words"), NEXT_STEPS, ids=lambda each: repr(each)[:40])
def test_an_error_says_what_happened_and_what_to_do(
    error: ContactsError, code: int, words: str
) -> None:
    assert error.exit_code == code
    assert words in str(error)
    assert str(error) == error.sentence()


@pytest.mark.parametrize("error", [error for error, _, _ in NEXT_STEPS], ids=repr)
def test_a_message_is_a_sentence_or_two(error: ContactsError) -> None:
    said = str(error)
    assert said[0].isupper() or said.startswith(("a.xlsx", "example.com"))
    assert said.endswith(
        (".", "login", "export", "--plain-file", "--force-open", "chmod go-w a.xlsx")
    )
    assert "\n" not in said
    assert len(said) < 260
    assert said.count(". ") <= 2


def test_every_cause_is_in_the_table_above() -> None:
    known = {type(error) for error, _, _ in NEXT_STEPS}
    causes = {each for each in vars(errors).values() if isinstance(each, type)}
    assert {each for each in causes if issubclass(each, ContactsError)} - known == {ContactsError}


def test_a_state_nobody_has_heard_of_is_named() -> None:
    assert '"hibernating"' in str(NotReady("hibernating"))


def test_every_sentence_can_be_read_where_its_error_stands() -> None:
    causes = {type(error) for error, _, _ in NEXT_STEPS} | set(UpdateRefused.__subclasses__())
    assert [cause.__name__ for cause in causes if "text" not in vars(cause)] == []


@pytest.mark.parametrize("odd", ["{why}", "{", "}", "{0}", "{self.why.__class__}", "%s"])
def test_braces_in_a_fact_are_shown_as_they_are(odd: str) -> None:
    for error in (WrongUsage(odd), NotWritable(odd, odd), NoSnapshot(odd), TitleTwice(odd)):
        assert odd in str(error)


def test_facts_stay_with_the_error() -> None:
    assert RateLimited(7.0).retry_after == 7
    assert NotWritable("a.xlsx", "full").path == "a.xlsx"
    assert Unreachable("1101.api.green-api.com", "name").host == "1101.api.green-api.com"


def test_the_host_is_left_out_where_none_is_known() -> None:
    assert str(Unreachable("", "proxy")).startswith("GREEN-API could not be reached: the proxy")


@pytest.mark.parametrize(
    "error",
    [
        NoAccount("shop-1"),
        KeyringSilent("shop-1"),
        NoSnapshot("shop-1"),
        Unreachable("shop-1.green-api.com", "timeout"),
        QuotaExceeded(466, "shop-1", "shop-1"),
        EmptyList("shop-1"),
    ],
)
def test_a_sentence_about_several_accounts_names_nothing_of_one_of_them(
    error: ContactsError,
) -> None:
    assert "shop-1" in str(error)
    assert "shop-1" not in error.cause()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CredentialsRefused(403), "GREEN-API refused the idInstance or the apiUrl (403)"),
        (NotReady("notAuthorized"), "The instance is not authorized"),
        (Unreachable("7103.api.green-api.com", "name"), "GREEN-API could not be reached"),
        (QuotaExceeded(466, "9", "9"), "The month's quota of this GREEN-API tariff is used up"),
        (EmptyList(), "GREEN-API sent an empty list"),
    ],
)
def test_in_few_words_it_is_only_what_happened(error: ContactsError, words: str) -> None:
    assert error.brief() == words
