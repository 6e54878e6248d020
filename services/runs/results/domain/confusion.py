"""What a two-class confusion matrix says, with the conventions of the wire contract.

Every ratio is rounded to four decimals at the end only; a ratio without a denominator is 0.0.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConfusionStatistics:
    """Ratios of the four counts, each rounded to four decimals."""

    sensitivity: float
    specificity: float
    precision_cm: float
    accuracy_cm: float
    f1_cm: float
    npv: float
    fpr: float
    fnr: float
    balanced_accuracy: float
    mcc: float


def confusion_statistics(tp: int, tn: int, fp: int, fn: int) -> ConfusionStatistics:
    """Return the statistics of four counts; raise ``ValueError`` for a negative one."""
    if min(tp, tn, fp, fn) < 0:
        raise ValueError(f"Counts cannot be negative: tp={tp}, tn={tn}, fp={fp}, fn={fn}.")
    sensitivity, specificity = _ratio(tp, tp + fn), _ratio(tn, tn + fp)
    return ConfusionStatistics(
        sensitivity=_rounded(sensitivity),
        specificity=_rounded(specificity),
        precision_cm=_rounded(_ratio(tp, tp + fp)),
        accuracy_cm=_rounded(_ratio(tp + tn, tp + tn + fp + fn)),
        # the harmonic mean of precision and sensitivity, from the counts and so unrounded
        f1_cm=_rounded(_ratio(2 * tp, 2 * tp + fp + fn)),
        npv=_rounded(_ratio(tn, tn + fn)),
        fpr=_rounded(_ratio(fp, fp + tn)),
        fnr=_rounded(_ratio(fn, fn + tp)),
        balanced_accuracy=_rounded((sensitivity + specificity) / 2),
        mcc=_rounded(_matthews(tp, tn, fp, fn)),
    )


def _matthews(tp: int, tn: int, fp: int, fn: int) -> float:
    """Return Matthews' correlation (Biochim. Biophys. Acta 405, 1975), 0.0 where undefined."""
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return _ratio(tp * tn - fp * fn, math.sqrt(product))


def _ratio(part: float, total: float) -> float:
    return part / total if total else 0.0


def _rounded(value: float) -> float:
    return round(value, 4) + 0.0  # -0.0 is written 0.0
