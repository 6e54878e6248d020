"""A signed time is taken once, and what is remembered of a signer is bounded."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.federations.engine.stamps import UsedStamps

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def after(microseconds: int) -> datetime:
    return BEGIN + timedelta(microseconds=microseconds)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), max_size=80))
def test_no_stamp_is_taken_twice_of_one_signer(calls: list[tuple[str, int]]):
    stamps = UsedStamps(kept=6)
    taken = [call for call in calls if stamps.take(call[0], after(call[1]))]
    assert len(taken) == len(set(taken))


@given(st.permutations(range(6)))
def test_calls_that_overtake_each_other_are_all_taken(order: list[int]):
    stamps = UsedStamps(kept=6)
    assert all(stamps.take("site", after(number)) for number in order)


def test_who_signs_later_times_is_let_in_for_ever_and_nothing_older_is():
    stamps = UsedStamps(kept=6)
    assert all(stamps.take("site", after(number)) for number in range(1000))
    assert not any(stamps.take("site", after(number)) for number in range(1000))
    assert stamps.take("another", after(0))
