"""Which figures of several runs may be held against each other.

Those of the same data set and the same kind of its rows: 0.99 of an easy set is no better than 0.9
of a hard one.
"""

from collections.abc import Sequence

from services.runs.federated.domain.pooling import HELD_OUT, SITE_VALIDATION
from services.runs.results.domain.ranking import single_best
from services.runs.training.config.config import specs
from services.runs.training.config.field_spec import BOTH
from services.tracking.catalogue import split_name

VALIDATED_AT_SITES = "site_validation"
ROWS_OF = {
    HELD_OUT: "test",
    SITE_VALIDATION: VALIDATED_AT_SITES,
    "test": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "eval": "validation",
    "train": "train",
    "training": "train",
}
Rows = tuple[int | None, str | None]  # a data set, None if none lies here, and a kind of its rows
Measured = tuple[float | None, Rows]  # a value and its rows


def modes_of(name: str) -> tuple[str, ...]:
    """Return the training modes in which a setting has an effect; all for what is no setting."""
    spec = specs().get(name)
    return BOTH if spec is None else spec.modes


def rows_of_series(name: str, evaluated_on: str | None) -> str | None:
    """Return on which rows a series was measured, as its name says; None where it says nothing.

    ``evaluated_on`` is what the global model of the run is measured on.
    """
    prefixes = split_name(name)[0]
    if "global" in prefixes:
        return None if evaluated_on is None else ROWS_OF[evaluated_on]
    rows = next((ROWS_OF[prefix] for prefix in reversed(prefixes) if prefix in ROWS_OF), None)
    return VALIDATED_AT_SITES if rows == "validation" and "clients" in prefixes else rows


def differences(pairs: Sequence[Measured | None], baseline: int) -> list[float | None]:
    """Return each value minus the baseline's, None where they are not of the same rows."""
    against = pairs[baseline]
    return [
        None
        if one is None or against is None or one[1] != against[1]
        else None
        if one[0] is None or against[0] is None
        else one[0] - against[0]
        for one in pairs
    ]


def best_run_of(
    pairs: Sequence[Measured | None], ids: Sequence[int], goal: str | None
) -> int | None:
    """Return the run with the best value, None where values are of different rows or equal."""
    known = [
        (run_id, one[0], one[1])
        for run_id, one in zip(ids, pairs, strict=True)
        if one is not None and one[0] is not None
    ]
    if goal is None or len({rows for _, _, rows in known}) != 1:
        return None
    return single_best({run_id: value for run_id, value, _ in known}, lower=goal == "min")
