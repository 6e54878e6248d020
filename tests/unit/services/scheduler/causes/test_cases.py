"""Every failure of tests/cases/scheduler/failures.json: its code, and who is on its card."""

from itertools import combinations

import pytest

from services.scheduler.causes.cause import cause_of
from tests.unit.services.scheduler.causes.failures import CASES, failure_of


def test_the_file_has_all_its_cases():
    assert len(CASES) == 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_code_is_the_expected_one(case):
    assert failure_of(case).raised.code == case["code"]


def test_failures_are_on_one_card_when_they_are_of_one_group_and_only_then():
    causes = {case["id"]: cause_of(failure_of(case)) for case in CASES}
    wrong = [
        (causes[one["id"]], causes[other["id"]])
        for one, other in combinations(CASES, 2)
        if (causes[one["id"]].key == causes[other["id"]].key) != (one["group"] == other["group"])
    ]
    assert wrong == []
