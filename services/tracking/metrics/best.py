"""The best value of a series, by its direction; none where nobody knows the direction.

Round 0 of a federation is the untrained model, which often has a perfect recall: its value is the
best only while there is no other. A value beyond the range of its metric (an accuracy of 1.2, a
negative RMSE) is the best of nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.run import Run
from app.models.series import MetricDefinition
from services.tracking.catalogue import clamped, direction_of
from services.tracking.domain.columns import Columns, Summary, summarise
from services.tracking.domain.ranges import possible_values
from services.tracking.domain.training_modes import FEDERATED
from services.tracking.metrics.stored import columns_of

BASELINE = 0
SERVER = "global_"  # how the series begin that the server of a federation measures
Key = tuple[int, str, str]  # a run, and the series of it
Best = Mapping[str, float | int | None]
Goals = Mapping[Key, str | None]  # "min", "max" or unknown
NONE: Best = {"best": None, "best_step": None}


def goals_of(session: Session, keys: Iterable[Key], known: Mapping[Key, Any]) -> Goals:
    """Return the direction of each series: what its row says, or a definition, or the catalogue.

    Costs a statement only where a series is new.
    """
    new = [key for key in keys if key not in known]
    defined = _definitions(session, new) if new else {}
    return {key: row.goal for key, row in known.items()} | {
        key: defined.get(key[:2]) or direction_of(key[1]) for key in new
    }


def _definitions(session: Session, keys: list[Key]) -> dict[tuple[int, str], str]:
    columns = (MetricDefinition.run_id, MetricDefinition.name, MetricDefinition.goal)
    query = select(*columns).where(MetricDefinition.run_id.in_({key[0] for key in keys}))
    return {(run_id, name): goal for run_id, name, goal in session.execute(query)}


def best_by_series(
    session: Session,
    summaries: Mapping[Key, Summary],
    goals: Goals,
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    """Return ``best`` and ``best_step`` of each series.

    ``known`` are rows of the series that have points already, ``fresh`` are those to come.
    """
    best = {key: best_of(goals[key], summary) for key, summary in summaries.items()}
    doubtful = [key for key in best if needs_points(key[1], best[key], summaries[key])]
    if doubtful:
        federated = _federated(session, doubtful)
        before = _candidates(session, doubtful, known, fresh)
        for key in doubtful:
            points = Columns.joined([*before.get(key, ()), fresh[key]])
            best[key] = best_of_points(key[1], goals[key], points, is_federated=key[0] in federated)
    return best


def _candidates(
    session: Session, keys: Iterable[Key], known: Mapping[Key, Any], fresh: Mapping[Key, Columns]
) -> dict[Key, list[Columns]]:
    """Return the stored points that may be the best of each series.

    That is the best so far, as the row has it: an impossible value stays the extreme of its series
    for ever, and the series is not read whole for each later point. All points are read only where
    the best so far is written over.
    """
    kept = {key: known[key] for key in keys if key in known and known[key].best is not None}
    replaced = [key for key, row in kept.items() if row.best_step in fresh[key].steps]
    stored = columns_of(session, [kept[key].id for key in replaced]) if replaced else {}
    return {
        key: [stored[row.id] if key in replaced else _one_point(row.best_step, row.best)]
        for key, row in kept.items()
    }


def _one_point(step: int, value: float) -> Columns:
    return Columns(steps=np.array([step]), values=np.array([value]), times=np.zeros(1))


def _federated(session: Session, keys: Iterable[Key]) -> set[int]:
    mine = Run.id.in_({run_id for run_id, _, _ in keys})
    return set(session.scalars(select(Run.id).where(mine, Run.training_mode == FEDERATED)))


def best_of(goal: str | None, summary: Any) -> Best:
    """Return the extreme of ``summary`` (a summary or a row of one) in the direction ``goal``."""
    if goal is None:
        return NONE
    if goal == "min":
        return {"best": summary.min, "best_step": summary.min_step}
    return {"best": summary.max, "best_step": summary.max_step}


def needs_points(name: str, best: Best, summary: Any) -> bool:
    """Return whether the extreme is no best: of an untrained model, or beyond the metric's range.

    Then the best has to be looked for among the points.
    """
    value = best["best"]
    if value is None:
        return False
    untrained = best["best_step"] == BASELINE and summary.count > 1 and name.startswith(SERVER)
    return untrained or clamped(name, float(value)) is None


def best_of_points(name: str, goal: str | None, points: Columns, *, is_federated: bool) -> Best:
    """Return the best of what the metric can be; of a server's round 0 only where it is alone."""
    possible = points.at(np.isfinite(possible_values(name, points.values)))
    if is_federated and name.startswith(SERVER):
        trained = possible.between(BASELINE + 1, None)
        possible = trained if len(trained) else possible
    return best_of(goal, summarise(possible)) if len(possible) else NONE
