"""Who has a part that is being rolled out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.flags import place_of
from app.auth.policy import OWN, PUBLIC, behind

OWNERS = st.integers(1, 10**9)


@given(owner=OWNERS)
def test_a_person_has_the_same_place_every_time(owner: int) -> None:
    assert place_of("a_part", owner) == place_of("a_part", owner)
    assert 0 <= place_of("a_part", owner) < 100


@pytest.mark.parametrize("percent", [5, 25, 60])
def test_a_share_of_the_people_has_it(percent: int) -> None:
    having = sum(place_of("a_part", owner) < percent for owner in range(1, 20_001))
    assert having / 200 == pytest.approx(percent, abs=1.5)


def test_another_part_begins_with_other_people() -> None:
    people = range(1, 2_001)
    first = {one for one in people if place_of("a_part", one) < 10}
    second = {one for one in people if place_of("another", one) < 10}
    assert len(first & second) < len(first) / 2


def test_the_platform_has_what_is_on_for_anybody() -> None:
    assert place_of("a_part", None) == 0


def test_rows_behind_a_flag_are_rows_with_it() -> None:
    assert behind("a_part", {"GET /a": OWN})["GET /a"].flag == "a_part"


def test_a_public_route_cannot_lie_behind_a_flag() -> None:
    with pytest.raises(ValueError, match="GET /a: who calls is not known"):
        behind("a_part", {"GET /a": PUBLIC})
