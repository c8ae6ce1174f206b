"""MS-OVBA compression: what it makes, oletools' own decompressor gives back."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.excel.xlam.compression import compress
from tests.addin.excel.xlam.vba import decompress

WORDS = st.sampled_from(["Sub ", "End Sub\r\n", "Dim x As Long\r\n", "' ", "a", "=", "\r\n"])
SOURCE = st.lists(WORDS, min_size=1, max_size=2_000).map("".join)


@settings(max_examples=60)
@given(SOURCE)
def test_source_text_comes_back_whole(source: str) -> None:
    assert decompress(compress(source.encode())) == source.encode()


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=3_000))
def test_any_bytes_come_back_whole(data: bytes) -> None:
    assert decompress(compress(data)) == data


@pytest.mark.parametrize("length", [1, 2, 3, 4, 4_095, 4_096, 4_097, 8_192, 8_193])
def test_the_edges_of_a_chunk_lose_nothing(length: int) -> None:
    data = (b"abcabcd" * length)[:length]
    assert decompress(compress(data)) == data


def test_a_long_repetition_late_in_a_chunk_is_told_in_several_steps() -> None:
    data = random.Random(1).randbytes(3_000)
    assert decompress(compress(data + data[:900])) == data + data[:900]


def test_a_chunk_that_cannot_be_made_smaller_is_stored_as_it_is() -> None:
    data = random.Random(2).randbytes(4_096)
    assert compress(data)[3:] == data
    assert decompress(compress(data)) == data


def test_the_examples_of_the_specification_come_out_byte_for_byte() -> None:
    # MS-OVBA 3.2.1, nothing to compress, and 3.2.3, nothing but
    plain = "0119b000616263646566676800696a6b6c6d6e6f70007172737475762e"
    assert compress(b"abcdefghijklmnopqrstuv.").hex() == plain
    assert compress(b"a" * 73).hex() == "0103b002614500"


def test_repetition_is_what_makes_it_small() -> None:
    assert len(compress(b"Attribute VB_Name\r\n" * 200)) < 300
