"""The one sentence that answers a study."""

from services.statistics.interval import Interval
from services.tracking.catalogue import direction_of

NAMES = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1_score": "F1",
    "auroc": "AUROC",
    "loss": "loss",
}
METHOD = (
    "Every seed draws its own held-out rows, the same ones for central, federated and local-only "
    "training, and no training sees them. Means over the seeds with 95 % intervals, which end "
    "where the metric does; differences are paired by seed. Because seeds share rows, variances "
    "are corrected as by Nadeau and Bengio (2003); p values are those of the corrected paired t "
    "test, adjusted for the family of comparisons by Holm's method; Wilcoxon's signed-rank test "
    "stands beside them."
)


def sentence_for(
    metric: str, against_central: Interval | None, against_smallest: Interval | None
) -> str | None:
    """Say what federated training loses against central and gains for the smallest site.

    Both are federated minus the other. None while there is nothing to compare.
    """
    parts = [
        part
        for part in (
            against_central and _part(metric, against_central, "against central training"),
            against_smallest and _part(metric, against_smallest, "for the smallest site"),
        )
        if part
    ]
    return f"Federated training {' and '.join(parts)}." if parts else None


def _part(metric: str, difference: Interval, against: str) -> str:
    lower_is_better = direction_of(metric) == "min"
    gain = -difference.mean if lower_is_better else difference.mean
    size = _amount(metric, abs(difference.mean), difference.margin)
    if difference.low is None or difference.high is None:
        verb = "gains" if gain > 0 else "loses"
        return f"{verb} {size} {against} (one seed: chance is not ruled out)"
    if difference.low <= 0 <= difference.high:
        return f"shows no difference {against} ({_signed(metric, difference)})"
    return f"{'gains' if gain > 0 else 'loses'} {size} {against}"


def _amount(metric: str, size: float, margin: float | None) -> str:
    if metric == "loss":
        return f"{size:.4f}{'' if margin is None else f' ± {margin:.4f}'} of loss"
    around = "" if margin is None else f" ± {100 * margin:.1f}"
    return f"{100 * size:.1f}{around} points of {NAMES[metric]}"


def _signed(metric: str, difference: Interval) -> str:
    sign = "−" if difference.mean < 0 else "+"
    return f"{sign}{_amount(metric, abs(difference.mean), difference.margin)}"
