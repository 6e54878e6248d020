"""Points as columns: merging, summing up and thinning out."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.tracking.domain.columns import Columns, merged, summarise

FLOATS = st.one_of(st.floats(-1e6, 1e6), st.just(math.nan), st.just(math.inf))


def columns(values: dict[int, float]) -> Columns:
    steps = sorted(values)
    return Columns(
        steps=np.array(steps, dtype=np.int64),
        values=np.array([values[step] for step in steps], dtype=np.float64),
        times=np.array(steps, dtype=np.float64),
    )


def as_dict(joined: Columns) -> dict[int, float]:
    return dict(zip(joined.steps.tolist(), joined.values.tolist(), strict=True))


PARTS = st.lists(
    st.dictionaries(st.integers(0, 50), st.floats(-10, 10), min_size=1), min_size=1, max_size=6
)


@given(PARTS)
def test_of_one_step_the_last_part_wins(parts: list[dict[int, float]]) -> None:
    expected: dict[int, float] = {}
    for part in parts:
        expected |= part
    joined = Columns.joined([columns(part) for part in parts])
    assert as_dict(joined) == expected
    assert joined.steps.tolist() == sorted(expected)


@given(st.dictionaries(st.integers(0, 99), FLOATS, min_size=2), st.sets(st.integers(0, 99)))
def test_summing_up_in_two_parts_is_the_same_as_at_once(
    values: dict[int, float], chosen: set[int]
) -> None:
    one = {step: value for step, value in values.items() if step in chosen}
    other = {step: value for step, value in values.items() if step not in chosen}
    complete = summarise(columns(values))
    if one and other:
        assert merged(summarise(columns(one)), summarise(columns(other))) == complete
    assert complete.count == len(values)


@given(st.dictionaries(st.integers(0, 99), FLOATS, min_size=1))
def test_extremes_are_finite_or_unknown(values: dict[int, float]) -> None:
    summary = summarise(columns(values))
    finite = {step: value for step, value in values.items() if math.isfinite(value)}
    assert summary.max == max(finite.values(), default=None)
    assert summary.min == min(finite.values(), default=None)
    if summary.max_step is not None:
        assert finite[summary.max_step] == summary.max


def test_of_equal_extremes_the_first_counts() -> None:
    summary = summarise(columns({0: 1.0, 1: 3.0, 2: 3.0, 3: 1.0}))
    assert (summary.max_step, summary.min_step) == (1, 0)


def test_a_last_value_that_is_no_number_is_unknown() -> None:
    summary = summarise(columns({0: 1.0, 1: math.nan}))
    assert (summary.last, summary.last_step, summary.count) == (None, 1, 2)


def test_a_value_is_found_by_its_step() -> None:
    curve = columns({2: 0.5, 4: math.nan})
    assert [curve.value_at(step) for step in (1, 2, 3, 4, 5)] == [None, 0.5, None, None, None]
