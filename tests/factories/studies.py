"""Studies as their pure code sees them: scores, arms, predictions of simulated models."""

from collections.abc import Mapping, Sequence

import numpy as np

from services.statistics.row_errors import JointError, Predictions, row_errors
from services.studies.domain import outcome
from services.studies.domain.contrasts import (
    Contrast,
    RowError,
    contrasts,
)
from services.studies.domain.outcome import Score, Values
from services.studies.domain.pairing import paired_seeds, weights

ARM_NUMBER = {outcome.CENTRAL: 0, outcome.FEDERATED: 1, outcome.LOCAL: 2}


def score(arm: str, seed: int, value: float | None, **values: object) -> Score:
    """Return a finished training of 640 training, 160 validation and 200 test rows."""
    client = str(values.get("client", ""))
    defaults = {
        "run_id": 1000 * seed + 10 * ARM_NUMBER[arm] + sum(map(ord, client)) % 10,
        "client": client,
        "status": "completed",
        "train_rows": 640,
        "test_rows": 200,
        "tested_on": f"rows of seed {seed}",
    }
    return Score(arm=arm, seed=seed, value=value, **{**defaults, **values})


def two_arms(federated: Sequence[float], central: Sequence[float], **values: object) -> list[Score]:
    """Return a study of two arms, seeds counted from 1."""
    return [
        score(arm, seed, value, **values)
        for arm, numbers in ((outcome.FEDERATED, federated), (outcome.CENTRAL, central))
        for seed, value in enumerate(numbers, start=1)
    ]


def arms_of(scores: Sequence[Score]) -> dict[str, Values]:
    """Return the four arms that a study compares."""
    sites = outcome.sites_of(scores)
    return {
        outcome.CENTRAL: outcome.by_seed(scores, outcome.CENTRAL),
        outcome.FEDERATED: outcome.by_seed(scores, outcome.FEDERATED),
        outcome.MEAN: outcome.mean_of_sites(scores, sites),
        outcome.SMALLEST: outcome.smallest_site(scores, sites),
    }


def compared(
    scores: Sequence[Score],
    rows: Mapping[str, RowError] | None = None,
    *,
    is_share: bool = True,
    margin: float | None = None,
) -> dict[str, Contrast]:
    """Return the contrasts of a study by the other arm."""
    contrasts_of_study = contrasts(
        scores, arms_of(scores), rows or {}, is_share=is_share, margin=margin
    )
    return {one.against: one for one in contrasts_of_study}


def simulated(
    draw: np.random.Generator, seeds: int, rows: int = 200, advantage: float = 0.0
) -> tuple[list[Score], dict[str, RowError]]:
    """Return a study of two arms on one simulated data set, with the errors of its test rows.

    Every row is hard or easy for both arms alike, and every training has noise of its own; each
    seed holds out a fifth. Federated is better by ``advantage``.
    """
    ease = draw.normal(0.8, 1.0, rows)
    of_arm = {
        outcome.CENTRAL: draw.normal(0, 0.4, rows),
        outcome.FEDERATED: draw.normal(0, 0.4, rows),
    }
    predictions: dict[int, Predictions] = {}
    scores = []
    for seed in range(1, seeds + 1):
        test = draw.permutation(rows)[: rows // 5]
        for arm, own in of_arm.items():
            said = ease[test] + own[test] + draw.normal(0, 0.3, len(test))
            said += advantage * (arm == outcome.FEDERATED)
            targets = np.ones(len(test), dtype=np.int64)
            predicted = Predictions(
                rows=test, units=test, targets=targets, logits=said[:, None], losses=-said
            )
            one = score(arm, seed, float((said > 0).mean()), test_rows=len(test), train_rows=128)
            predictions[one.run_id] = predicted
            scores.append(one)
    arms = arms_of(scores)
    seeds_of = paired_seeds(arms[outcome.FEDERATED], arms[outcome.CENTRAL]).seeds
    joint = JointError()
    weight_of_run = weights(arms[outcome.FEDERATED], seeds_of) | weights(
        arms[outcome.CENTRAL], seeds_of, -1.0
    )
    for run_id, weight in weight_of_run.items():
        joint.add(row_errors("accuracy", predictions[run_id]), weight)
    return scores, {outcome.CENTRAL: RowError(error=joint.error, units=joint.units)}
