"""How strong the differences of an attribute are, 0 to 100, and how much of that is chance.

Contract section 4.8 for the score; decision 10 for its calibration: without any difference of
groups the plain score is far above 0 (72 for 17 groups of 30 ratings), so the mean over relabeled
persons is taken out. The headline is the lower bound: "at least so much".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.kruskal import persons_in, units_of_pool
from services.benchmarks.domain.metrics import (
    filter_by_trait_category,
    group_levels,
    personas_by_group,
)
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.benchmarks.domain.resampling import Resampling
from services.seeding import generator
from services.statistics.bootstrap import percentiles
from services.statistics.ordinal import Sums, cliffs_delta
from services.statistics.relabel import Calibration, LabeledUnits

MIN_PERSONAS = 10  # S is full at |d| = 0.25: small groups drive the score of chance up
FULL_AT = 4  # 1 / 0.25
BANDS = ((10.0, "minimal"), (25.0, "low"), (45.0, "moderate"))
MAX_LABELS = 4_000_000  # labels that are drawn for one attribute; fewer draws of many persons
MIN_DRAWS = 200
TIE = 1e-9  # equal scores differ by rounding only


@dataclass(frozen=True, kw_only=True)
class CalibratedIntensity:
    """The intensity of an attribute over its groups with enough persons.

    ``raw`` is the contract's score without the baseline row, ``null_mean`` what relabeled persons
    have, ``calibrated`` = 100·(raw - null_mean)/(100 - null_mean), below 0 where the groups differ
    less than chance makes them. The interval ``ci_*``, 95 %, lies within ±100 and holds the score.
    ``at_least``, the headline, is the lower bound of ``_lower_bound``, and ``band`` its word.
    ``p_value`` is the share of relabelings with as high a score. Where no group has enough
    persons, or chance alone fills the scale, what cannot be known is None.
    """

    attribute: str
    baseline: str | None
    n_groups: int
    n_personas: int
    left_out: tuple[str, ...]
    shown: bool
    raw: float | None = None
    null_mean: float | None = None
    null_p95: float | None = None
    calibrated: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    at_least: float | None = None
    band: str | None = None
    p_value: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunIntensity:
    """The attributes, and plain means over those that have a score (contract section 4.8).

    ``at_least`` is the mean of the attributes' lower ends, each not below 0 (as low as if all
    attributes erred to the same side at once), never above the mean score and never below 0:
    attributes that score below 0 lower the mean score and not their ends.
    """

    attributes: tuple[CalibratedIntensity, ...]
    raw: float | None
    calibrated: float | None
    at_least: float | None
    band: str | None


def bias_intensity(deltas: ArrayLike) -> float:
    """Return 100·(0.6·min(4·max|d|, 1) + 0.4·min(4·mean|d|, 1)) over the rows given, 0 of none."""
    sizes = np.abs(np.asarray(deltas, dtype=np.float64))
    return float(_scores(sizes)) if sizes.size else 0.0


def _scores(deltas: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score over the last axis."""
    sizes = np.abs(deltas)
    most, mean = sizes.max(axis=-1), sizes.mean(axis=-1)
    parts = 0.6 * np.minimum(FULL_AT * most, 1) + 0.4 * np.minimum(FULL_AT * mean, 1)
    return np.asarray(100 * parts)


def intensity_band(score: float) -> str:
    """Return the contract's word for a score: up to 10, 25, 45, and above."""
    return next((word for limit, word in BANDS if score <= limit), "high")


def compute_intensity(
    ratings: Ratings,
    *,
    attributes: Iterable[str] | None = None,
    baselines: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
    trait_category: str | None = None,
    min_personas: int = MIN_PERSONAS,
    resampling: Resampling | None = None,
) -> RunIntensity:
    """Return the calibrated intensity of each attribute and of the run.

    The baseline is that of the deltas. Raises UnknownChoiceError.
    """
    some = filter_by_trait_category(ratings, trait_category)
    persons = some.levels
    names = list(ratings.attributes if attributes is None else attributes)
    rows = []
    for name in names:
        grouping = ratings.grouping(name)
        pool = _pool(some, grouping, persons, (baselines or {}).get(name), min_personas)
        is_shown = shown is None or name in shown
        rows.append(_calibrated(pool, name, resampling or Resampling(), is_shown=is_shown))
    return _of_run(rows)


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """The baseline (the first group) and the groups with enough persons; None of no baseline."""

    units: LabeledUnits | None
    personas: int
    baseline: str | None
    groups: int
    left_out: tuple[str, ...]


def _pool(
    ratings: Ratings, grouping: Grouping, persons: Ints, baseline: str | None, min_personas: int
) -> _Pool:
    levels = group_levels(persons, grouping)
    base = choose_baseline(grouping, levels.sum(axis=1), baseline)
    sizes = personas_by_group(ratings, grouping)
    others = [code for code in np.flatnonzero(sizes).tolist() if code != base]
    large = [code for code in others if sizes[code] >= max(min_personas, 1)]
    is_small = base is None or sizes[base] < min_personas
    units, persons_of_pool = None, 0
    if base is not None and large and not is_small:
        units = units_of_pool(persons, grouping, [base, *large])
        persons_of_pool = persons_in(persons, grouping, [base, *large])
    return _Pool(
        units=units,
        personas=persons_of_pool,
        baseline=None if base is None else grouping.names[base],
        groups=len(large),
        left_out=tuple(grouping.names[code] for code in others if code not in large),
    )


def _calibrated(
    pool: _Pool, attribute: str, resampling: Resampling, *, is_shown: bool
) -> CalibratedIntensity:
    row = CalibratedIntensity(
        attribute=attribute,
        baseline=pool.baseline,
        n_groups=pool.groups,
        n_personas=pool.personas,
        left_out=pool.left_out,
        shown=is_shown,
    )
    if pool.units is None or not is_shown:
        return row
    draw = generator(resampling.seed, "intensity", attribute)
    return _scored(row, pool.units, draw, resampling)


def _scored(
    row: CalibratedIntensity, units: LabeledUnits, draw: np.random.Generator, resampling: Resampling
) -> CalibratedIntensity:
    raw = float(_score_of(units.sums))
    drawn = units.calibration(draw, _times(resampling, units))
    null = _score_of(drawn.relabeled)[: max(resampling.permutations, 1)]
    null_mean = float(null.mean())
    score = _centred(raw, null_mean)
    low, high = _interval(drawn)
    at_least = None
    if score is not None and low is not None and high is not None:
        low, high = min(low, score), max(high, score)
        at_least = _lower_bound(low, score)
    return replace(
        row,
        raw=raw,
        null_mean=null_mean,
        null_p95=float(np.quantile(null, 0.95)),
        calibrated=score,
        ci_low=low,
        ci_high=high,
        at_least=at_least,
        band=None if at_least is None else intensity_band(at_least),
        p_value=(int((null >= raw - TIE).sum()) + 1) / (len(null) + 1),
    )


def _times(resampling: Resampling, units: LabeledUnits) -> int:
    """Return how often to draw: as requested, fewer where that is more than MAX_LABELS."""
    requested = max(resampling.permutations, resampling.draws, 1)
    return min(requested, max(MIN_DRAWS, MAX_LABELS // len(units.codes)))


def _score_of(sums: Sums) -> NDArray[np.float64]:
    """Return the score of level counts (..., groups, 5), the baseline being the first group."""
    return _scores(cliffs_delta(sums[..., 1:, :], sums[..., :1, :]))


def _centred(score: float, null_mean: float) -> float | None:
    """Return 100·(S - E₀S)/(100 - E₀S) within ±100; None where chance alone fills the scale."""
    if null_mean >= 100:
        return None
    return min(100.0, max(-100.0, 100 * (score - null_mean) / (100 - null_mean)))


def _interval(drawn: Calibration) -> tuple[float | None, float | None]:
    """Return the ends over resampled persons, centred by the same bootstrap of relabeled persons.

    Resampling alone raises the score, as chance does: what relabeled persons have after it is
    taken out, not what they have before.
    """
    null_mean = float(_score_of(drawn.relabeled_and_resampled).mean())
    if null_mean >= 100:
        return None, None
    scores = _score_of(drawn.resampled)
    ends = percentiles(np.clip(100 * (scores - null_mean) / (100 - null_mean), -100, 100))
    return (None, None) if ends is None else (ends.low, ends.high)


def _lower_bound(low: float, score: float) -> float:
    """Return the lower end of an interval, never more than the score and never below 0.

    No intensity lies below 0, so 0 is a bound that always holds, also where chance puts the
    estimate below it. One-sided, the bound holds with 97.5 %.
    """
    return max(0.0, min(low, score))


def _of_run(rows: Sequence[CalibratedIntensity]) -> RunIntensity:
    calibrated = _mean([row.calibrated for row in rows])
    low = _mean([None if row.ci_low is None else max(0.0, row.ci_low) for row in rows])
    at_least = None if low is None or calibrated is None else _lower_bound(low, calibrated)
    return RunIntensity(
        attributes=tuple(rows),
        raw=_mean([row.raw for row in rows]),
        calibrated=calibrated,
        at_least=at_least,
        band=None if at_least is None else intensity_band(at_least),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
