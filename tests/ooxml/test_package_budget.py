"""What one file may cost, by the bytes that it has, and that nothing is spent twice."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from workbook.ooxml.budget import Budget

MIB = 1 << 20
SHARES = ("unpacked", "marks", "slots", "characters", "added")


@pytest.mark.parametrize(
    ("packed", "budget"),
    [
        (0, Budget(128 * MIB, 250_000, 250_000, 200_000, 16 * MIB)),
        (1_000, Budget(128 * MIB + 64_000, 262_000, 262_000, 208_000, 16 * MIB)),
        (10 * MIB, Budget(768 * MIB, 126_079_120, 126_079_120, 84_086_080, 16 * MIB)),
        (10 * MIB - 1, Budget(768 * MIB - 64, 126_079_108, 126_079_108, 84_086_072, 16 * MIB)),
        (99 * MIB, Budget(768 * MIB, 1_245_958_288, 1_245_958_288, 830_672_192, 16 * MIB)),
    ],
)
def test_a_file_has_a_budget_that_grows_with_its_bytes(packed: int, budget: Budget) -> None:
    assert Budget.of(packed) == budget


@pytest.mark.parametrize(
    ("share", "spend"),
    [
        ("unpacked", Budget.unpacks),
        ("marks", lambda budget, size: budget.takes(b"<" * size)),
        ("slots", Budget.holds),
        ("characters", Budget.reads),
        ("added", Budget.grows),
    ],
)
def test_each_expense_is_taken_from_its_own_share_until_that_is_gone(
    share: str, spend: Callable[[Budget, int], bool]
) -> None:
    budget = Budget(6, 6, 6, 6, 6)
    assert [spend(budget, size) for size in (2, 4, 0)] == [True, True, True]
    assert [spend(budget, size) for size in (1, 2)] == [False, False]
    assert msgspec.structs.asdict(budget) == {**dict.fromkeys(SHARES, 6), share: -3}


def test_a_mark_is_the_beginning_of_an_element_or_of_the_value_of_an_attribute() -> None:
    budget = Budget(0, 9, 0, 0, 0)
    assert budget.takes(b'<a b="c">text &amp; more</a>')
    assert budget.marks == 6
