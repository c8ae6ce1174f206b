"""The body of getContacts: which contacts come of it, whatever its pieces and its oddities."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbook.contacts.contact import Contact, ContactList, IdKind, id_kind, phone
from workbook.errors import AnswerTooLarge, ContactsError, NotReady, SenselessAnswer
from workbook.green_api import contacts_stream
from workbook.green_api.contacts_stream import ContactsReader, DecodedAnswer

ANNA = {"id": "4915100000001@c.us", "name": "Anna", "contactName": "Anna Berg", "type": "user"}
CLUB = {"id": "120363043968066561@g.us", "name": "Football", "type": "group"}


def read(body: bytes, chunk: int = 1 << 30, piece: int = contacts_stream.PIECE) -> DecodedAnswer:
    """Feed a body in chunks of a size, to a reader that is content with small pieces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contacts_stream, "PIECE", piece)
        taken = ContactsReader(_enough=piece)
        for start in range(0, len(body), chunk):
            taken.feed(body[start : start + chunk])
        return taken.finish()


def listed(*rows: object) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def only(*rows: object) -> Contact:
    (contact,) = read(listed(*rows)).contacts
    return contact


def test_a_row_becomes_a_contact() -> None:
    person, club = read(listed(ANNA, CLUB)).contacts
    assert person == Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
    assert club == Contact("120363043968066561@g.us", "Football", "", "group")


def test_an_empty_list_is_a_list() -> None:
    for body in (b"[]", b" [ ] ", b"\xef\xbb\xbf[]\n"):
        assert len(read(body).contacts) == 0


def test_unknown_keys_are_ignored() -> None:
    deep = {"avatar": {"sizes": [{"w": 1}, {"w": 2}]}, "isBusiness": True, "lastSeen": 1.5}
    assert only({**ANNA, **deep}) == only(ANNA)


def test_missing_keys_and_null_mean_empty() -> None:
    bare = Contact("4915100000001@c.us")
    assert only({"id": "4915100000001@c.us"}) == bare
    nothing = dict.fromkeys(("name", "contactName", "type", "phoneNumber", "username"))
    assert only({"id": "4915100000001@c.us", **nothing}) == bare


def test_numbers_where_text_belongs_are_read_as_text() -> None:
    contact = only({"id": 120363043968066561123456789, "name": 7.50, "type": "user"})
    assert (contact.id, contact.name) == ("120363043968066561123456789", "7.5")
    (exact,) = read(b'[{"id":1,"name":1.10}]').contacts
    assert exact.name == "1.10"


@pytest.mark.parametrize("odd", [True, [], {}, [{"a": 1}]])
def test_values_that_are_no_text_at_all_mean_empty(odd: object) -> None:
    assert only({**ANNA, "name": odd}).name == ""


def test_chat_id_stands_in_for_id() -> None:
    assert only({"chatId": "10000000", "name": "Max"}).id == "10000000"
    assert only({"chatId": 10000000, "id": ""}).id == "10000000"
    assert only({"chatId": "-700", "id": "4915100000001@c.us"}).id == "4915100000001@c.us"


@pytest.mark.parametrize(
    "sent",
    [
        4915100000001,
        "4915100000001",
        "+4915100000001",
        "4915100000001@c.us",
        "4915100000001:3@s.whatsapp.net",
        "+49 151 0000-0001",
        "0049 151 00000001",
        4915100000001.0,
        "4.915100000001E12",
    ],
)
def test_a_phone_beside_the_id_is_read_however_it_is_written(sent: object) -> None:
    answer = read(listed({"chatId": "10000000", "phoneNumber": sent}))
    assert [phone(contact) for contact in answer.contacts] == ["+4915100000001"]
    assert not +answer.altered


def test_a_row_of_another_messenger_is_a_contact_with_all_that_it_says() -> None:
    row = {"chatId": "10000000", "name": "Max", "contactName": "Max M.", "type": "user"}
    assert only(row) == Contact("10000000", "Max", "Max M.", "user")


def test_a_phone_is_read_in_a_row_with_both_names_of_the_id() -> None:
    both = {"id": "10000000", "chatId": "10000000", "phoneNumber": "+49 151 00000001"}
    assert only(both).phone_number == "4915100000001"


@pytest.mark.parametrize("sent", [0, "0", " 0 ", "", None, 0.0])
def test_a_phone_may_be_hidden(sent: object) -> None:
    answer = read(listed({"chatId": "10000000", "phoneNumber": sent}))
    assert [phone(contact) for contact in answer.contacts] == [""]
    assert not +answer.altered


@pytest.mark.parametrize(
    "sent",
    [
        -5,
        -4915100000001,
        " -4915100000001",
        4.9,
        10**30,
        102388094480549,
        "=1+1",
        "hidden",
        "0151 00000001",
        True,
        [],
    ],
)
def test_a_phone_number_that_is_none_is_left_out_and_counted(sent: object) -> None:
    answer = read(listed({"chatId": "10000000", "phoneNumber": sent}, ANNA))
    assert [phone(contact) for contact in answer.contacts] == ["", "+4915100000001"]
    assert +answer.altered == {"phoneNumber that is no phone left out": 1}


def test_usernames_and_replaced_ids_are_kept() -> None:
    contact = only({"chatId": "1000", "username": "@max", "newChatId": "102388094480549@lid"})
    assert (contact.username, contact.new_chat_id) == ("@max", "102388094480549@lid")


@pytest.mark.parametrize(
    "junk", ["", " ", "null@c.us", "NULL@c.us", "undefined@c.us", "NaN@c.us", " @c.us"]
)
def test_junk_ids_are_dropped_and_counted(junk: str) -> None:
    answer = read(listed({"id": junk, "name": "x"}, ANNA))
    assert [contact.id for contact in answer.contacts] == ["4915100000001@c.us"]
    assert +answer.dropped == {"junk id": 1}


def test_junk_among_ids_without_a_suffix_is_dropped_alone() -> None:
    answer = read(listed({"id": "null"}, {"id": "10000000"}, {"id": "5@a@b"}))
    assert [contact.id for contact in answer.contacts] == ["10000000", "5@a@b"]
    assert +answer.dropped == {"junk id": 1}


ALIEN = [None, 42, 1.5, "row", True, [], [ANNA], {}, {"name": "no id"}, {"id": None}]


@pytest.mark.parametrize("alien", ALIEN, ids=repr)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_alien_row_among_good_ones_is_left_out_and_counted(alien: object, place: int) -> None:
    rows: list[object] = [ANNA, CLUB]
    rows.insert(place, alien)
    for piece in (16, contacts_stream.PIECE):
        answer = read(listed(*rows), chunk=7, piece=piece)
        assert [contact.name for contact in answer.contacts] == ["Anna", "Football"]
        assert +answer.dropped == {"no contact": 1}


@pytest.mark.parametrize("alien", ALIEN, ids=repr)
def test_a_list_that_is_mostly_senseless_is_refused(alien: object) -> None:
    many = [{**ANNA, "id": f"49151{n:08}@c.us"} for n in range(100)]
    with pytest.raises(SenselessAnswer, match="most rows of the list are no contacts"):
        read(listed(*many, *[alien] * 100))
    assert read(listed(*many, *[alien] * 99)).dropped == {"no contact": 99}


def test_a_device_suffix_is_stripped() -> None:
    assert only({**ANNA, "id": "4915100000001:3@c.us"}).id == "4915100000001@c.us"


def test_an_id_that_comes_again_is_counted_and_of_equal_rows_the_first_one_kept() -> None:
    again = [{"id": "4915100000001:12@c.us", "name": "Other"}, {**ANNA, "name": "Third"}]
    answer = read(listed(ANNA, *again), piece=64, chunk=10)
    assert [contact.name for contact in answer.contacts] == ["Anna"]
    assert answer.dropped == {"same id again": 2}


@pytest.mark.parametrize("ids", [("49151:3@c.us", "49151@c.us"), ("49151@c.us", "49151:3@c.us")])
def test_a_device_of_somebody_who_came_in_an_earlier_piece_is_the_same_person(
    ids: tuple[str, str],
) -> None:
    first, again = ({"id": each, "name": each} for each in ids)
    between = [{**ANNA, "id": f"4915100001{n:03}@c.us"} for n in range(30)]
    answer = read(listed(first, *between, again), piece=64, chunk=10)
    assert [contact.id for contact in answer.contacts].count("49151@c.us") == 1
    assert next(iter(answer.contacts)).name == ids[0]
    assert answer.dropped == {"same id again": 1}


BARE = {"id": "4915100000001@c.us", "name": "A.", "type": "user"}
NAMELESS = {"id": "4915100000001@c.us", "name": "", "contactName": "Anna Berg", "type": "user"}


@pytest.mark.parametrize("piece", [64, contacts_stream.PIECE])
@pytest.mark.parametrize("rows", [(BARE, ANNA), (ANNA, BARE), (BARE, CLUB, BARE, CLUB, ANNA)])
def test_of_rows_with_one_id_the_fullest_is_shown(
    rows: tuple[dict[str, str], ...], piece: int
) -> None:
    answer = read(listed(*rows), piece=piece, chunk=10)
    assert Contact("4915100000001@c.us", "Anna", "Anna Berg", "user") in list(answer.contacts)
    assert len(answer.contacts) + answer.dropped["same id again"] == len(rows)


def test_what_the_fullest_row_does_not_say_is_taken_from_the_others() -> None:
    for rows in ((BARE, NAMELESS), (NAMELESS, BARE)):
        assert only(*rows) == Contact("4915100000001@c.us", "A.", "Anna Berg", "user")


def test_a_row_that_comes_again_stays_in_the_place_of_the_first() -> None:
    answer = read(listed(BARE, CLUB, ANNA))
    assert [contact.name for contact in answer.contacts] == ["Anna", "Football"]


def test_a_hidden_number_is_not_taken_for_a_phone() -> None:
    contact = only({**ANNA, "id": "102388094480549@c.us"})
    assert id_kind(contact.id) is IdKind.HIDDEN
    assert phone(contact) == ""


def test_a_lone_surrogate_does_not_lose_the_other_rows() -> None:
    rows = rb'[{"id":"1@c.us","name":"a\ud83db"},{"id":"2@c.us","name":"B\ud83d\ude00"}]'
    answer = read(rows)
    assert [contact.name for contact in answer.contacts] == ["a\ufffdb", "B\N{GRINNING FACE}"]
    assert answer.altered["lone surrogate replaced"] == 1


@pytest.mark.parametrize("piece", [60, contacts_stream.PIECE])
def test_a_list_whose_names_are_in_another_charset_is_no_list(piece: int) -> None:
    rows = [{"id": f"{number}@c.us", "name": "Анна", "type": "user"} for number in range(100, 120)]
    rows += [{"id": f"{number}@c.us", "name": "", "type": "user"} for number in range(200, 290)]
    body = json.dumps(rows, ensure_ascii=False)
    with pytest.raises(SenselessAnswer, match="most names are in another charset"):
        read(body.encode("cp1251"), piece=piece)
    assert len(read(body.encode(), piece=piece).contacts) == len(rows)


def test_some_names_of_another_charset_are_no_reason_to_refuse_a_list() -> None:
    names = ["Köln", "Anna", "Ben", "Zoë"]
    rows = [{"id": f"{number}@c.us", "name": name} for number, name in enumerate(names, start=100)]
    answer = read(json.dumps(rows, ensure_ascii=False).encode("latin-1"))
    assert [contact.name for contact in answer.contacts] == ["K\ufffdln", "Anna", "Ben", "Zo\ufffd"]


@pytest.mark.parametrize(("unreadable", "is_a_list"), [(5, True), (6, False)])
def test_more_than_half_of_the_names_decide(unreadable: int, is_a_list: bool) -> None:
    names = ["Zoë"] * unreadable + ["Ben"] * (10 - unreadable)
    rows = [{"id": f"{number}@c.us", "name": name} for number, name in enumerate(names, start=100)]
    body = json.dumps(rows, ensure_ascii=False).encode("latin-1")
    if is_a_list:
        assert len(read(body).contacts) == 10
    else:
        with pytest.raises(SenselessAnswer, match="another charset"):
            read(body)


@pytest.mark.parametrize(("saved", "is_a_list"), [(6, True), (5, False)])
def test_names_in_the_phone_book_count_as_names(saved: int, is_a_list: bool) -> None:
    unreadable, readable = {"contactName": "Zoë"}, {"contactName": "Ben"}
    rows = [
        {"id": f"{number}@c.us", **name}
        for number, name in enumerate([unreadable] * 6 + [readable] * saved, start=100)
    ]
    assert believed(json.dumps(rows, ensure_ascii=False).encode("latin-1")) is is_a_list


def test_replacement_characters_that_were_sent_are_not_counted_as_ours() -> None:
    answer = read('[{"id":1,"name":"\ufffd"},{"id":2,"name":"ö"}]'.encode())
    assert +answer.altered == {}
    names = ["\ufffd", "Zoë", "Ann", "Ben"]
    rows = (f'{{"id":{at},"name":"{name}"}}' for at, name in enumerate(names, 1))
    broken = f"[{','.join(rows)}]".encode().replace("ë".encode(), b"\xeb")
    assert +read(broken).altered == {"bytes that are no UTF-8 replaced": 1}


def test_bytes_of_another_charset_are_replaced_and_counted() -> None:
    body = '[{"id":"1@c.us","name":"Köln \ufffd"},{"id":"2@c.us","name":"B"}]'
    answer = read(body.replace("\ufffd", "").encode("latin-1"))
    assert [contact.name for contact in answer.contacts] == ["K\ufffdln ", "B"]
    assert +answer.altered == {"bytes that are no UTF-8 replaced": 1}
    assert +read(body.encode()).altered == {}, "U+FFFD that was sent is no change of ours"


def test_names_of_replacement_characters_that_were_sent_are_names() -> None:
    rows = [{"id": f"{n}@c.us", "name": "\ufffd", "phoneNumber": 0} for n in range(100, 110)]
    assert len(read(listed(*rows)).contacts) == 10


def test_raw_control_characters_do_not_break_the_list() -> None:
    (contact,) = read(b'[{"id":"1@c.us","name":"a\nb\x00c"}]').contacts
    assert contact.name == "a\nb\x00c"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"null",
        b'{"status":false,"reason":"x"}',
        b'"Error: item-not-found"',
        b"<!DOCTYPE html><html></html>",
        b"[" * 200_000,
        b"[" * 200_000 + b"]" * 200_000,
        b'[{"id":"1@c.us","x":' + b"[" * 200_000 + b"]" * 200_000 + b"}]",
        b'[{"id":"1@c.us"}',
        b'[{"id":"1@c.us"},{"id"',
        b'[{"id":"1@c.us"}]]',
        b'[{"id":"1@c.us"},]',
        b"[1,2]",
        b'["4915100000001@c.us"]',
        b"[null]",
        b"[[]]",
        b'[{"id":"1@c.us"},3]',
        b"[}",
        b"\xff\xfe[\x00]\x00",
        '[{"id":"1@c.us"}]'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_list_of_contacts_makes_no_sense(body: bytes) -> None:
    with pytest.raises(SenselessAnswer):
        read(body)
    with pytest.raises(SenselessAnswer):
        read(body, chunk=100_000, piece=200)


def test_a_list_that_breaks_off_is_told_as_that() -> None:
    for body in (b'[{"id":"1@c.us"},{"id"', b'[{"id":"1@c.us"}', b"[ "):
        with pytest.raises(SenselessAnswer, match="ends in the middle"):
            read(body)


def test_a_state_that_comes_with_a_200_is_told_as_that_state() -> None:
    with pytest.raises(NotReady, match="scan the QR code"):
        read(b'{"status":false,"reason":"instance account not authorized"}')


def test_more_than_the_limit_is_refused_at_once() -> None:
    taken = ContactsReader(limit_mib=1)
    taken.feed(b"[" + b" " * (1024 * 1024 - 1))
    with pytest.raises(AnswerTooLarge, match=r"larger than 1 MiB.*set max_answer_mib"):
        taken.feed(b" ")


def feed(taken: ContactsReader, body: bytes) -> None:
    for start in range(0, len(body), 65_536):
        taken.feed(body[start : start + 65_536])


def test_more_rows_than_contacts_have_room_for_are_refused_at_once() -> None:
    taken, row = ContactsReader(limit_mib=1), b'{"id":"1"},'
    with pytest.raises(AnswerTooLarge, match=r"larger than 16,384 rows.*set max_answer_mib"):
        feed(taken, b"[" + row * 50_000)
    assert taken.received < 600_000
    taken = ContactsReader(limit_mib=1)
    taken.feed(b"[" + row * 17_000 + b'{"id":"1"}]')
    with pytest.raises(AnswerTooLarge):
        taken.finish()


def test_as_many_rows_as_there_is_room_for_are_taken() -> None:
    taken = ContactsReader(limit_mib=1)
    taken.feed(b"[" + b'{"id":"1"},' * 16_383 + b'{"id":"1"}]')
    assert taken.finish().dropped == {"same id again": 16_383}


def of_types(*types: str) -> DecodedAnswer:
    return read(listed(*({"id": str(n), "type": each} for n, each in enumerate(types, 1))))


@pytest.mark.parametrize("types", [[f"type {n}" for n in range(101)], ["user", "x" * 101]])
def test_types_beyond_counting_make_no_sense(types: list[str]) -> None:
    with pytest.raises(SenselessAnswer, match="more types of contacts than are possible"):
        of_types(*types)


def test_as_many_types_as_can_be_counted_are_taken() -> None:
    assert len(of_types(*(f"type {n}" for n in range(100))).contacts) == 100
    assert len(of_types("x" * 100).contacts) == 1


@pytest.mark.parametrize(("beyond", "is_refused"), [(-1, False), (0, True)])
def test_a_row_may_have_four_mebibytes(beyond: int, is_refused: bool) -> None:
    begun = b'{"id":"1@c.us","name":"'
    body = b"[" + begun.ljust(4 * 1024 * 1024 + beyond, b"x")
    if is_refused:
        with pytest.raises(SenselessAnswer, match="longer than any contact"):
            ContactsReader().feed(body)
    else:
        ContactsReader().feed(body)


@pytest.mark.parametrize("endless", [b"x", b"},{", b'\\"},{', b'","a":"', b'":[{},{"":"'])
def test_a_row_that_does_not_end_is_not_kept_waiting(
    endless: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts_stream, "LONGEST_ROW", 1024 * 1024)
    taken, begun = ContactsReader(), b'[{"id":"1@c.us"},{"id":"2@c.us"},{"id":"3@c.us","name":"'
    with pytest.raises(SenselessAnswer, match="longer than any contact"):
        feed(taken, begun + endless * (3 * contacts_stream.LONGEST_ROW // len(endless)))
    assert taken.received < 2 * contacts_stream.LONGEST_ROW
    assert len(taken.contacts) == 2


def test_rows_with_what_looks_like_their_end_are_taken_as_they_arrive() -> None:
    taken, name = ContactsReader(), '\\"},{"},{' * 1_000
    body = listed(*({"id": f"{n}@c.us", "name": name, "x": [{}, {}]} for n in range(1, 300)))
    feed(taken, body)
    assert len(taken.contacts) > 200
    assert {contact.name for contact in taken.finish().contacts} == {name}


def test_progress_tells_how_much_has_arrived() -> None:
    told: list[int] = []
    taken = ContactsReader(on_bytes=told.append)
    body = listed(ANNA)
    taken.feed(body[:10])
    taken.feed(body[10:])
    assert told == [10, len(body)]


def test_a_name_that_looks_like_the_end_of_a_row_stays_whole() -> None:
    name = 'x},{"id":"666@c.us"},{' * 40
    rows = [{"id": f"{n}@c.us", "name": name} for n in range(1, 40)]
    answer = read(listed(*rows), chunk=97, piece=1_000)
    assert {contact.name for contact in answer.contacts} == {name}
    assert len(answer.contacts) == 39


def test_a_list_of_many_pieces_is_the_same_list() -> None:
    rows = [{**ANNA, "id": f"49151{n:08}@c.us", "name": "ё}, {" * (n % 7)} for n in range(20_000)]
    for indent in (None, 1):
        body = json.dumps(rows, indent=indent, ensure_ascii=False).encode()
        taken = read(body, chunk=65_536).contacts
        assert [(c.id, c.name) for c in taken] == [(r["id"], r["name"]) for r in rows]


def test_a_whole_list_in_one_answer_is_read_in_pieces_as_it_arrives() -> None:
    body = listed(*({**ANNA, "id": f"49151{n:08}@c.us"} for n in range(10_000)))
    taken = ContactsReader()
    for start in range(0, len(body) - 100, 65_536):
        taken.feed(body[start : start + 65_536])
    assert len(taken.contacts) > 5_000


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['},{"id":"', "}, {", '\\"},{', "]}", "ё" * 9]
)
row = st.fixed_dictionaries(
    {"id": texts | st.integers()},
    optional={
        "name": texts | st.none() | st.floats(),
        "contactName": texts,
        "chatId": texts,
        "phoneNumber": texts | st.integers(),
        "more": st.lists(st.dictionaries(texts, st.integers(), max_size=2), max_size=3),
    },
)
rows = st.lists(row | row | row | st.sampled_from(ALIEN), max_size=12)


def outcome(body: bytes, **fed: int) -> tuple[Any, ...]:
    try:
        answer = read(body, **fed)
    except ContactsError as error:
        return type(error).__mro__[-5:], str(error)
    return list(answer.contacts), +answer.dropped, +answer.altered


@given(rows, st.booleans(), st.integers(1, 60), st.integers(1, 300))
def test_any_chunking_gives_the_same_contacts(
    rows: list[dict[str, object]], ascii_only: bool, chunk: int, piece: int
) -> None:
    body = json.dumps(rows, ensure_ascii=ascii_only).encode()
    assert outcome(body, chunk=chunk, piece=piece) == outcome(body)


@given(rows)
def test_every_row_is_kept_or_counted(rows: list[dict[str, object]]) -> None:
    body = json.dumps(rows).encode()
    assume(believed(body))
    answer = read(body, chunk=30, piece=100)
    assert len(answer.contacts) + answer.dropped.total() == len(rows)
    assert all(isinstance(value, str) for c in answer.contacts for value in vars_of(c))


def vars_of(contact: Contact) -> Iterator[object]:
    return (getattr(contact, name) for name in Contact.__struct_fields__)


def believed(body: bytes, **fed: int) -> bool:
    return isinstance(outcome(body, **fed)[0], list)


@given(st.binary(max_size=200), st.booleans(), st.integers(1, 50), st.integers(1, 100))
def test_any_bytes_are_contacts_or_one_of_our_errors(
    body: bytes, bracketed: bool, chunk: int, piece: int
) -> None:
    sent = b'[{"id":"1@c.us"},' + body + b"]" if bracketed else body
    assert believed(sent, chunk=chunk, piece=piece) == believed(sent)


@given(rows, st.integers(0, 1_000), st.binary(max_size=3), st.integers(1, 100))
def test_any_damage_to_a_list_gives_contacts_or_one_of_our_errors(
    rows: list[dict[str, object]], place: int, damage: bytes, piece: int
) -> None:
    body = bytearray(json.dumps(rows, ensure_ascii=False).encode())
    at = place % len(body)
    body[at : at + len(damage)] = damage
    assert believed(bytes(body), chunk=17, piece=piece) == believed(bytes(body))


@given(st.lists(st.builds(Contact, texts, texts, texts, texts, texts, texts, texts), max_size=30))
def test_a_packed_list_comes_back_as_it_was(contacts: list[Contact]) -> None:
    packed = ContactList.pack(contacts)
    assert (len(packed), list(packed)) == (len(contacts), contacts)
    assert list(ContactList(packed.pieces, len(packed))) == contacts


def test_a_packed_list_can_be_gone_through_again() -> None:
    many = [Contact(f"{n}@c.us", random.Random(n).choice("ab")) for n in range(5_000)]
    packed = ContactList.pack(iter(many))
    assert list(packed) == list(packed) == many
    assert len(packed.pieces) > 1
