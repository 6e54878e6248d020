"""What the statistics are worth: runs without any effect, and runs with a known one."""

import numpy as np
import pytest

from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.intensity import compute_intensity
from services.benchmarks.domain.ratings import Grouping, Ratings
from services.benchmarks.domain.resampling import Resampling
from services.statistics import permutation
from services.statistics.permutation import two_sample_p, units_of
from tests.support.depth import deep
from tests.unit.services.benchmarks.cases import of_kind

TRAITS = 8


def values(draw, people, effect=0.0):
    """Whole ratings (people, traits): person SD 0.4, item SD 0.8; half of the people differ."""
    shift = effect * (np.arange(people) % 2)
    person = draw.normal(3 + shift, 0.4)
    items = draw.normal(person[:, None], 0.8, (people, TRAITS))
    return np.clip(np.rint(items), 1, 5).astype(np.int64)


def simulated(draw, people, groups=2, effect=0.0):
    raw = values(draw, people, effect)
    nothing = np.zeros(raw.size, dtype=np.int64)
    names = tuple(f"group {n}" for n in range(groups))
    return Ratings(
        personas=tuple(str(n) for n in range(people)),
        traits=tuple(f"g{n}" for n in range(TRAITS)),
        labels=tuple(f"g{n}" for n in range(TRAITS)),
        person=np.repeat(np.arange(people), TRAITS),
        trait=np.tile(np.arange(TRAITS), people),
        is_reversed=nothing.astype(bool),
        raw=raw.reshape(-1),
        attempt=nothing + 1,
        factors={},
        attributes={"group": Grouping(names=names, codes=np.arange(people) % groups)},
        categories=Grouping(names=("Unknown",), codes=nothing[:TRAITS]),
        valence=nothing[:TRAITS],
    )


@of_kind("simulation")
def test_false_positives_are_as_many_as_the_level_says(case, monkeypatch):
    monkeypatch.setattr(permutation, "MAX_TABLE", 0)  # random relabelings, as large designs have
    runs = deep(1_000, case["expected"]["runs"])
    draw = np.random.default_rng(20)
    sizes, is_first = np.full(40, TRAITS), np.arange(40) < 20
    rejected = [
        two_sample_p(units_of(sizes, values(draw, 40).sum(axis=1), is_first), draw, 999).p_value
        <= 0.05
        for _ in range(runs)
    ]
    name = "accept_rate" if runs == case["expected"]["runs"] else "at_1000_runs_accept"
    low, high = case["expected"][name]
    assert low <= np.mean(rejected) <= high


def test_the_calibrated_intensity_of_runs_without_an_effect_is_0_on_average():
    draw, times = np.random.default_rng(7), deep(200, 2_000)
    scores = [
        compute_intensity(
            simulated(draw, 96, groups=4),
            resampling=Resampling(seed=n, permutations=deep(60, 200), draws=2),
        ).calibrated
        for n in range(times)
    ]
    assert abs(np.mean(scores)) <= 5


def test_the_lower_end_of_the_intensity_is_seldom_above_0_without_an_effect():
    draw, times = np.random.default_rng(11), deep(60, 600)
    above = [
        compute_intensity(
            simulated(draw, 60, groups=3), resampling=Resampling(seed=n, permutations=20, draws=100)
        ).at_least
        > 0
        for n in range(times)
    ]
    assert np.mean(above) <= 0.1


def test_an_injected_effect_is_recovered_by_its_interval():
    draw, times = np.random.default_rng(3), deep(60, 600)
    rows = [
        compute_deltas(
            simulated(draw, 120, effect=0.4),
            baselines={"group": "group 0"},
            resampling=Resampling(seed=n, permutations=99, draws=200),
        )["group"].rows[-1]
        for n in range(times)
    ]
    assert np.mean([row.delta for row in rows]) == pytest.approx(0.4, abs=0.05)
    assert np.mean([row.ci_low <= 0.4 <= row.ci_high for row in rows]) >= 0.85
    assert np.mean([row.significant for row in rows]) >= 0.9


def test_the_interval_of_few_persons_holds_the_difference_as_often_as_it_says():
    draw, times = np.random.default_rng(6), deep(120, 3_000)
    options, held = Resampling(permutations=0, draws=1), 0
    for _ in range(times):
        row = compute_deltas(simulated(draw, 6), resampling=options)["group"].rows[-1]
        held += row.ci_low is None or row.ci_low <= 0 <= row.ci_high
    assert held / times >= 0.91
