"""The sentences that answer a study."""

from collections.abc import Sequence

from services.statistics.interval import Interval
from services.studies.domain.contrasts import DIFFERENCE, TOO_FEW, UNKNOWN, Contrast
from services.studies.domain.outcome import CENTRAL, SMALLEST

FEW_SEEDS = 5  # fewer are named as few
NAMES = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1_score": "F1",
    "auroc": "AUROC",
    "loss": "loss",
}
AGAINST = {CENTRAL: "against central training", SMALLEST: "for the smallest site"}
BOTH = {
    CENTRAL: "federated and central training",
    SMALLEST: "federated training and the smallest site alone",
}
METHOD = (
    "Every seed draws its own held-out rows, the same ones for central, federated and local-only "
    "training, and no training sees them; models that were tested on different rows are not "
    "paired. Differences are paired by seed. Because seeds share rows, variances are corrected as "
    "by Nadeau and Bengio (2003) with the rows that were really trained and held out, and no "
    "standard error is smaller than the test rows allow: DeLong's for AUROC, that of a ratio or a "
    "mean for the others, each patient counted once. The intervals of the differences hold "
    "together with 95 % (Bonferroni) and agree with the p values of the corrected paired t test "
    "adjusted by Holm's method; a difference is claimed where the adjusted p value is below 0.05, "
    "of 3 seeds or more. No difference found is not equality: that needs an interval within a "
    "margin set before the start. Intervals of shares are score intervals and stay between 0 and "
    "1. The local mean counts every site once. Wilcoxon's signed-rank test stands beside them."
)


def sentence_for(
    metric: str, contrasts: Sequence[Contrast], margin: float | None, notes: Sequence[str] = ()
) -> str | None:
    """Say what federated training loses against central and gains for the smallest site.

    ``notes`` are what has to be known beside it. None while there is nothing to compare.
    """
    by_arm = {one.against: one for one in contrasts}
    answers = [by_arm[name] for name in (CENTRAL, SMALLEST) if name in by_arm]
    if not answers:
        return None
    differing = [one for one in answers if one.verdict == DIFFERENCE]
    parts = []
    if differing:
        parts.append(_claims([_difference(metric, one, margin) for one in differing]))
    parts += [_no_claim(metric, one, margin) for one in answers if one.verdict != DIFFERENCE]
    if any(not one.has_row_errors for one in answers):
        parts.append(
            "Predictions for single test rows are not there for all runs, so the interval comes "
            "from the seeds alone."
        )
    return " ".join([*parts, *notes])


def _claims(claims: Sequence[str]) -> str:
    if len(claims) == 1:
        return f"Federated training {claims[0]}."
    return f"Federated training {claims[0]} and {claims[1]}."


def refused_note(contrasts: Sequence[Contrast]) -> list[str]:
    """Return a sentence for seeds that were not paired, as their test rows differ."""
    seeds = sorted({seed for one in contrasts for seed in one.pairing.refused})
    if not seeds:
        return []
    named = ", ".join(str(seed) for seed in seeds)
    which = f"Seed {named} is" if len(seeds) == 1 else f"Seeds {named} are"
    return [f"{which} not compared: the models were tested on different rows."]


def _difference(metric: str, one: Contrast, margin: float | None) -> str:
    """Return a claim; callers name who is meant. Each is one template, as others translate it."""
    mean = one.difference.mean
    size, against = _size(metric, abs(mean)), AGAINST[one.against]
    evidence = _evidence(metric, one.difference)
    if one.is_equivalent and margin is not None:
        evidence = f"within the equivalence margin of {_margin(margin)} set before; {evidence}"
    if metric == "loss":  # what is lost is not a loss that is gained
        if mean < 0:
            return f"lowers the loss by {size} {against} ({evidence})"
        return f"raises the loss by {size} {against} ({evidence})"
    if mean > 0:
        return f"gains {size} of {NAMES[metric]} {against} ({evidence})"
    return f"loses {size} of {NAMES[metric]} {against} ({evidence})"


def _no_claim(metric: str, one: Contrast, margin: float | None) -> str:
    both, evidence = BOTH[one.against], _evidence(metric, one.difference)
    if one.verdict == TOO_FEW:
        return (
            f"Between {both} nothing can be claimed yet: it needs 3 seeds or more "
            f"(difference {_signed(metric, one.difference.mean)}; {evidence})."
        )
    if one.verdict == UNKNOWN:
        return (
            f"Between {both} the difference is {_signed(metric, one.difference.mean)} in every "
            f"seed, and how sure that is cannot be said ({evidence})."
        )
    if one.is_equivalent and margin is not None:
        return (
            f"Equivalence within the margin of {_margin(margin)}, set before the start, was shown "
            f"between {both} ({evidence})."
        )
    missed = "" if margin is None else f"; equivalence within {_margin(margin)} was not shown"
    return f"No difference was found between {both} ({evidence}){missed}."


def _evidence(metric: str, interval: Interval) -> str:
    seeds = "1 seed" if interval.n == 1 else f"{interval.n} seeds"
    if interval.n < FEW_SEEDS:
        seeds = f"only {seeds}, fewer than {FEW_SEEDS}"
    if interval.low is None or interval.high is None:
        return f"no interval, {seeds}"
    low, high = _signed(metric, interval.low), _signed(metric, interval.high)
    return f"95 % interval {low} to {high}, {seeds}"


def _size(metric: str, value: float) -> str:
    digits = 4 if metric == "loss" else 3
    # what is not zero is not written as if it were
    return f"{value:.{digits}f}" if value == 0 or value >= 0.5 * 10**-digits else f"{value:.1g}"


def _signed(metric: str, value: float) -> str:
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{_size(metric, abs(value))}"


def _margin(margin: float) -> str:
    return f"{margin:g}"
