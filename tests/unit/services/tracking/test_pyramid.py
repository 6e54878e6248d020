"""Pieces: what a pyramid says of a curve is what the points say."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.tracking.domain.columns import Columns
from services.tracking.domain.pyramid import SCALES, Pieces, coarsest, levels, thin

VALUES = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf])),
    min_size=1,
    max_size=300,
)


def columns(values: list[float]) -> Columns:
    steps = np.arange(len(values), dtype=np.int64) * 3
    return Columns(steps=steps, values=np.array(values, dtype=float), times=steps / 7.0)


def long_columns(count: int, seed: int = 0) -> Columns:
    draw = np.random.default_rng(seed)
    values = draw.normal(size=count)
    values[draw.integers(0, count, count // 9)] = np.nan
    steps = np.cumsum(draw.integers(1, 5, count))
    return Columns(steps=steps, values=values, times=steps.astype(float))


def expect_pieces_of(pieces: Pieces, full: Columns) -> None:
    """Hold every piece to its points, one after the other."""
    ends = np.cumsum(pieces.counts)
    for place, end in enumerate(ends):
        part = full.values[end - pieces.counts[place] : end]
        finite = part[np.isfinite(part)]
        assert pieces.steps[place] == full.steps[end - 1]
        assert pieces.times[place] == full.times[end - 1]
        expected = (finite.min(), finite.max(), finite[-1]) if len(finite) else (np.nan,) * 3
        drawn = (pieces.low[place], pieces.high[place], pieces.values[place])
        np.testing.assert_array_equal(drawn, expected)
    assert ends[-1] == len(full)


@given(VALUES, st.integers(2, 40))
def test_a_thinned_curve_says_what_its_points_say(values: list[float], limit: int) -> None:
    full = columns(values)
    thinned = thin(Pieces.of(full), limit)
    assert len(thinned) == min(limit, len(values))
    expect_pieces_of(thinned, full)


@given(st.integers(1, 10_000), st.integers(2, 50))
def test_every_level_says_what_its_points_say(count: int, limit: int) -> None:
    full = long_columns(count)
    for scale, level in levels(full).items():
        assert len(level) == -(-count // scale)
        expect_pieces_of(level, full)
        expect_pieces_of(thin(level, limit), full)


def test_a_level_is_the_same_after_it_was_stored() -> None:
    full = long_columns(5000)
    for scale, level in levels(full).items():
        again = Pieces.decoded(level.encoded(), scale, 5000)
        for name, column in vars(level).items():
            np.testing.assert_array_equal(getattr(again, name), column)


@given(st.integers(11, 400), st.integers(2, 10), st.data())
def test_a_spike_of_one_step_stays_visible(count: int, limit: int, data: st.DataObject) -> None:
    values = [0.0] * count
    values[data.draw(st.integers(0, count - 1))] = 1.0
    thinned = thin(Pieces.of(columns(values)), limit)
    assert (thinned.high.max(), thinned.low.min()) == (1.0, 0.0)


def test_a_hole_stays_a_hole_and_a_partial_one_does_not() -> None:
    thinned = thin(Pieces.of(columns([1.0, 2.0, math.nan, math.inf, 5.0, math.nan])), 3)
    assert np.isnan(thinned.values).tolist() == [False, True, False]
    assert thinned.values[2] == 5.0
    assert np.isnan(thinned.high[1])


def test_a_level_is_chosen_that_has_more_than_enough() -> None:
    for points, limit in [(1_000_000, 2_000), (1_000_000, 100), (70_000, 2), (100, 50)]:
        scale = coarsest(points, limit)
        assert scale in (1, *SCALES)
        assert scale == 1 or points // scale >= 2 * limit
    assert coarsest(1_000_000, 2_000) == 16
    assert coarsest(1_000_000, 100_000) == 1
