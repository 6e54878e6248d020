"""Sketches against numpy's quantiles, exact while they are small and close when they are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as draws

from services.forecasting.violins.sketch import DistributionSketch
from tests.support.depth import examples

SHARES = np.linspace(0, 1, 21)
VALUES = st.floats(-1e6, 1e6, width=32)


@given(draws.arrays(np.float64, st.integers(1, 200), elements=VALUES))
@settings(max_examples=examples(40))
def test_few_values_have_the_quantiles_and_moments_of_numpy(values) -> None:
    sketch = DistributionSketch().add(values)
    assert sketch.exact
    assert sketch.quantile(SHARES) == pytest.approx(np.quantile(values, SHARES), abs=1e-6)
    assert sketch.mean == pytest.approx(values.mean(), abs=1e-6)
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    assert sketch.deviation == pytest.approx(spread, rel=1e-6, abs=1e-3)
    assert (sketch.low, sketch.high) == (values.min(), values.max())


@given(
    draws.arrays(np.float64, 30, elements=VALUES),
    draws.arrays(np.int64, 30, elements=st.integers(0, 9)),
)
@settings(max_examples=examples(40))
def test_a_value_that_occurs_often_counts_as_often(values, times) -> None:
    repeated = np.repeat(values, times)
    sketch = DistributionSketch().add(values, times)
    assert sketch.count == len(repeated)
    if len(repeated):
        assert sketch.quantile(SHARES) == pytest.approx(np.quantile(repeated, SHARES), abs=1e-6)


@given(st.lists(draws.arrays(np.float64, st.integers(0, 40), elements=VALUES), max_size=6))
@settings(max_examples=examples(30))
def test_merging_is_as_adding_everything_to_one(parts) -> None:
    merged, one = DistributionSketch(), DistributionSketch()
    for part in parts:
        merged.merge(DistributionSketch().add(part))
        one.add(part)
    assert (merged.count, merged.low, merged.high) == (one.count, one.low, one.high)
    assert merged.mean == pytest.approx(one.mean, abs=1e-6)
    assert merged.deviation == pytest.approx(one.deviation, rel=1e-6, abs=1e-3)
    assert merged.quantile(SHARES) == pytest.approx(one.quantile(SHARES), abs=1e-6, nan_ok=True)


DISTRIBUTIONS = {
    "normal": lambda draw, n: draw.normal(50, 20, n),
    "lognormal": lambda draw, n: draw.lognormal(0, 2, n),
    "two humps": lambda draw, n: np.concatenate(
        [draw.normal(-5, 1, n // 2), draw.normal(9, 2, n // 2)]
    ),
    "sorted": lambda draw, n: np.sort(draw.uniform(-1, 1, n)),
    "half zero": lambda draw, n: np.where(draw.random(n) < 0.5, 0.0, draw.gamma(2, 3, n)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_many_values_stay_within_a_thousandth_of_their_rank(name) -> None:
    values = DISTRIBUTIONS[name](np.random.default_rng(5), 200_000)
    sketch = DistributionSketch()
    for part in np.array_split(values, 7):
        sketch.add(part)
    points, weights = sketch.points
    assert len(points) <= 2_500
    assert (sketch.count, weights.sum()) == (len(values), len(values))
    assert sketch.mean == pytest.approx(values.mean(), rel=1e-9)
    assert sketch.deviation == pytest.approx(values.std(ddof=1), rel=1e-9)
    ordered = np.sort(values)
    for share in SHARES[1:-1]:
        found = float(sketch.quantile(share))
        low = np.searchsorted(ordered, found, side="left") / len(values)
        high = np.searchsorted(ordered, found, side="right") / len(values)
        assert low - 1e-3 <= share <= high + 1e-3
    assert sketch.quantile([0, 1]).tolist() == [values.min(), values.max()]


def test_what_is_no_number_is_left_out() -> None:
    sketch = DistributionSketch().add([1.0, np.nan, np.inf, 3.0, -np.inf])
    assert (sketch.count, sketch.mean, sketch.high) == (2, 2.0, 3.0)
    empty = DistributionSketch().add([np.nan])
    assert (empty.count, empty.deviation) == (0, 0.0)
    assert np.isnan(empty.quantile(0.5))
