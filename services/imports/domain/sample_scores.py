"""Scores of samples as numbers, and the figures that follow from them.

The rules are those of the programs that wrote the logs, so that their figures can be recomputed:
inspect_ai 0.3 (``scorer/_metric.py`` value_to_float, ``scorer/_metrics``, ``scorer/_reducer``)
and lm-evaluation-harness 0.4 (``api/metrics.py`` mean_stderr).
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from services.imports.domain.evaluation import EvaluationFigure, SampleScores

WORDS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}  # correct, incorrect, partial, no answer
TRUTHS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
REDUCERS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "mode": statistics.mode,
    "max": max,
}
TOLERANCE = 1e-6  # relative: a log holds all digits, sums may differ in their order


def number_of(value: Any) -> float | None:
    """Return a score as inspect_ai counts it, NaN for an unscored one, None for no number.

    "C" is 1, "P" 0.5, "I" and "N" are 0; yes, no, true and false and texts of digits are numbers.
    """
    if value is None:
        return math.nan
    if isinstance(value, bool | int | float):
        return _float(value)
    if not isinstance(value, str):
        return None
    known = WORDS.get(value, TRUTHS.get(value.lower()))
    return known if known is not None else _spelled(value)


def _float(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _spelled(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def recomputed(figure: EvaluationFigure, scores: SampleScores) -> tuple[float, int] | None:
    """Return a figure as the samples give it, and of how many; None where that cannot be said.

    The epochs of a sample are reduced first; a sample without a score counts nowhere.
    """
    reduce = REDUCERS.get(figure.reducer)
    same = (figure.scores[-1],) * 2 if figure.scores else ()  # a scorer that is there twice
    given = scores.values.get(figure.scores) or scores.values.get(same)
    if figure.statistic is None or reduce is None or not given:
        return None
    scored = [[one for one in epochs if not math.isnan(one)] for epochs in given.values()]
    values = [reduce(one) for one in scored if one]
    return (_statistic(figure.statistic, values), len(values)) if values else None


def _statistic(name: str, values: Sequence[float]) -> float:
    """Return mean, or the spread with n - 1 below: of a single value 0, as inspect_ai has it."""
    column = np.array(values, dtype=np.float64)
    if name == "mean":
        return float(column.mean())
    spread = float(column.std(ddof=1)) if len(column) > 1 else 0.0
    return {"std": spread, "var": spread**2, "stderr": spread / math.sqrt(len(column))}[name]


def compared(
    figures: Iterable[EvaluationFigure], scores: SampleScores
) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Compare figures of a log with its samples.

    Returns the names that agree, those that could not be recomputed, and of each that differs
    its name and a sentence.
    """
    agreed, unchecked, differing = [], [], []
    for figure in figures:
        if figure.value is None:
            continue
        again = recomputed(figure, scores)
        if again is None:
            unchecked.append(figure.name)
        elif math.isclose(figure.value, again[0], rel_tol=TOLERANCE, abs_tol=1e-9):
            agreed.append(figure.name)
        else:
            differing.append((figure.name, _difference(figure.value, *again)))
    return agreed, unchecked, differing


def _difference(stated: float, computed: float, count: int) -> str:
    return (
        f"the file says {stated:.6g}, its {count:,} scored samples give {computed:.6g}: "
        "kept as the file says"
    )
