"""Which country a number is of."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from tests.contacts.build_calling_codes import TARGET, lengths, region_of, source
from workbook.contacts.calling_codes import CALLING_CODES
from workbook.contacts.phone_numbers import country_named, country_of, english_name
from workbook.errors import WrongUsage

SHARED = [code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if len(regions) > 1]


@pytest.mark.parametrize(
    ("digits", "country"),
    [
        ("4915100000001", "Germany"),
        ("12025550123", "United States"),
        ("16135550123", "Canada"),
        ("18765550123", "Jamaica"),
        ("79160000001", "Russia"),
        ("77010000001", "Kazakhstan"),
        ("447400000001", "United Kingdom"),
        ("447781000001", "Guernsey"),
        ("393400000001", "Italy"),
        ("390669800001", "Vatican"),
        ("38344000001", "Kosovo"),
        ("972500000001", "Israel"),
    ],
)
def test_a_number_is_of_the_country_whose_prefix_fits_longest(digits: str, country: str) -> None:
    assert country_of(digits) == country


@pytest.mark.parametrize("digits", ["", "0", "80012345678", "881600000001", "999000000001", "abc"])
def test_what_is_no_countrys_number_has_no_country(digits: str) -> None:
    assert country_of(digits) == ""


def test_the_first_seven_digits_are_enough() -> None:
    assert country_of("4474576") == country_of("447457600001") == "Isle of Man"


def test_every_country_that_phonenumbers_knows_stands_in_the_table() -> None:
    regions = {r for regions in COUNTRY_CODE_TO_REGION_CODE.values() for r in regions}
    never_first = {"EH"}  # its numbers are Morocco's too, and phonenumbers answers Morocco
    known = {english_name(region) for region in regions - {"001"} - never_first}
    assert set(CALLING_CODES) == known


def test_the_table_has_not_drifted_from_phonenumbers_where_a_code_is_of_one_country() -> None:
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        if len(regions) == 1 and regions != ("001",):
            assert country_of(f"{code}123456") == english_name(regions[0])


@pytest.mark.parametrize("code", SHARED)
def test_the_table_has_not_drifted_where_countries_share_a_code(code: int) -> None:
    dice, compared = random.Random(code), 0
    while compared < 100:
        national = "".join(dice.choices("0123456789", k=dice.choice(lengths(code))))
        if (region := region_of(code, national)) is not None:
            assert country_of(f"{code}{national}") == english_name(region), (code, national)
            compared += 1


def test_the_committed_table_is_as_the_builder_writes_it() -> None:
    committed = TARGET.read_text(encoding="utf-8").splitlines()
    assert committed[4:] == source(CALLING_CODES).splitlines()[4:]  # all but the data's version


def test_a_lookup_needs_nothing_of_phonenumbers() -> None:
    code = "import sys, workbook.contacts.phone_numbers; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [("DE", "Germany"), ("il", "Israel"), ("uk", "United Kingdom"),
     ("UK", "United Kingdom"), ("EL ", "Greece"), ("GERMANY", "Germany"), (" xk ", "Kosovo"),
     ("south africa", "South Africa")],
)  # fmt: skip
def test_a_country_is_named_by_two_letters_or_in_english(text: str, name: str) -> None:
    assert country_named(text) == name


@pytest.mark.parametrize(
    ("text", "said"),
    [("Germony", "did you mean Germany?"), ("ZZ", "two letters such as DE"), ("1", "two letters")],
)
def test_what_is_no_country_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        country_named(text)
    assert said in str(refused.value)


def test_every_country_of_the_table_has_its_two_letters() -> None:
    regions = {region for each in COUNTRY_CODE_TO_REGION_CODE.values() for region in each}
    assert {*CALLING_CODES} <= {english_name(region) for region in regions}
