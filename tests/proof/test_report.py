"""The report knows where its tests are."""

from __future__ import annotations

import pytest

from tests.proof.report import PROMISES, TESTS


@pytest.mark.parametrize("promise", PROMISES)
def test_each_name_is_that_of_one_file_of_tests(promise: str) -> None:
    for name in PROMISES[promise].files.split():
        assert len([*TESTS.rglob(f"test_{name}.py")]) == 1, name
