"""Which parts are missing, and how they are named."""

from hypothesis import given
from hypothesis import strategies as st

from services.uploads.domain.holes import missing_numbers, named


@given(st.integers(0, 200), st.sets(st.integers(0, 200)))
def test_what_is_there_and_what_is_missing_make_the_whole(total, there):
    missing = missing_numbers(total, there)
    assert set(missing) | (there & set(range(total))) == set(range(total))
    assert not set(missing) & there
    assert missing == sorted(missing)


def test_runs_of_numbers_are_named_by_their_ends():
    assert named([3]) == "3"
    assert named([0, 2, 3, 4, 9]) == "0, 2-4, 9"


def test_at_most_twenty_runs_are_named():
    text = named(list(range(0, 60, 2)))
    assert text.endswith("38 and 10 more")
