"""The picture of a series: ranges of spans and counts, held against plain loops and pandas."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.tabular.overview import BINS, SPANS, of_table
from tests.support.depth import examples


@given(
    arrays(np.float64, st.integers(2, 400), elements=st.one_of(st.floats(-9, 9), st.just(np.nan))),
    st.randoms(use_true_random=False),
    st.integers(1, 10**7),
)
@settings(max_examples=examples(30))
def test_a_span_shows_its_smallest_and_largest_value_in_any_order_of_the_rows(values, random, step):
    times = np.arange(len(values), dtype=np.int64) * step
    order = np.array(random.sample(range(len(values)), len(values)))
    (picture,) = of_table(times[order], values[order][:, None])
    finite = values[np.isfinite(values)]
    if picture is None:
        assert not len(finite)
        return
    width = -(-(times[-1] - times[0] + 1) // SPANS)
    groups = pd.Series(values).groupby((times - times[0]) // width)
    expected = groups.agg(["min", "max"]).reindex(range(SPANS))
    np.testing.assert_array_equal(picture.low, expected["min"])
    np.testing.assert_array_equal(picture.high, expected["max"])
    assert (sum(picture.counts), len(picture.counts)) == (len(finite), BINS)


@given(
    arrays(
        np.float64,
        st.integers(1, 200),
        elements=st.one_of(st.integers(-80, 80).map(float), st.floats(-1e300, 1e300)),
    )
)
@settings(max_examples=examples(50))
def test_every_number_is_counted_in_the_bar_of_its_place(values):
    (picture,) = of_table(np.arange(len(values), dtype=np.int64), values[:, None])
    low, high = float(values.min()), float(values.max())
    width = (high - low) or 1.0
    bars = [min(int((value - low) / width * BINS), BINS - 1) for value in values.tolist()]
    assert picture.counts == tuple(bars.count(bar) for bar in range(BINS))


def test_the_bars_are_those_of_numpy_where_no_number_is_at_an_edge():
    values = np.random.default_rng(3).normal(50, 9, 200_000)
    (picture,) = of_table(np.arange(len(values), dtype=np.int64), values[:, None])
    assert picture.counts == tuple(np.histogram(values, BINS)[0])


def test_a_series_from_0_to_39_has_one_value_in_each_of_forty_spans():
    values = np.arange(40, dtype=np.float64)
    (picture,) = of_table(np.arange(40, dtype=np.int64), values[:, None])
    assert picture.counts == (1,) * 40
    assert picture.low[:40] == tuple(values)
    assert np.isnan(picture.low[40:]).all()


def test_of_many_series_there_are_no_pictures():
    assert of_table(np.arange(3), np.zeros((3, 13))) == [None] * 13
