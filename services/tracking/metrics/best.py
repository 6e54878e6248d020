"""The best value of a series, by its direction; none where nobody knows the direction.

Round 0 of a federation is the untrained model, which often has a perfect recall: its value is the
best only while there is no other. A validation share beyond its range (1.2) is the best of nothing.
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
from services.tracking.domain.metric_names import VALIDATION_SHARES
from services.tracking.domain.modes import FEDERATED
from services.tracking.domain.ranges import possible_values
from services.tracking.metrics.stored import columns_of

BASELINE = 0
SERVER = "global_"  # how the series begin that the server of a federation measures
Key = tuple[int, str, str]  # a run, and the series of it
Best = Mapping[str, float | int | None]
Goals = Mapping[Key, str | None]  # "min", "max" or unknown


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
    doubtful = [key for key in best if may_be_a_baseline(key[1], best[key], summaries[key])]
    if doubtful:
        best |= _of_trained_rounds(session, doubtful, goals, known, fresh)
    impossible = [key for key in best if _is_impossible(key[1], best[key])]
    if impossible:
        best |= _of_possible_values(session, impossible, goals, known, fresh)
    return best


def _is_impossible(name: str, best: Best) -> bool:
    return (
        name in VALIDATION_SHARES
        and best["best"] is not None
        and clamped(name, float(best["best"])) is None
    )


def _of_possible_values(
    session: Session,
    keys: list[Key],
    goals: Mapping[Key, Any],
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    stored = columns_of(session, [known[key].id for key in keys if key in known])
    possible_best: dict[Key, Best] = {}
    for key in keys:
        before = [stored[known[key].id]] if key in known else []
        every = Columns.joined([*before, fresh[key]])
        possible = every.at(np.isfinite(possible_values(key[1], every.values)))
        none: Best = {"best": None, "best_step": None}
        possible_best[key] = best_of(goals[key], summarise(possible)) if len(possible) else none
    return possible_best


def best_of(goal: str | None, summary: Any) -> Best:
    """Return the extreme of ``summary`` (a summary or a row of one) in the direction ``goal``."""
    if goal is None:
        return {"best": None, "best_step": None}
    if goal == "min":
        return {"best": summary.min, "best_step": summary.min_step}
    return {"best": summary.max, "best_step": summary.max_step}


def may_be_a_baseline(name: str, best: Best, summary: Any) -> bool:
    """Return whether the best is that of an untrained model though there are other rounds."""
    return best["best_step"] == BASELINE and summary.count > 1 and name.startswith(SERVER)


def best_of_trained_rounds(goal: str | None, columns: Columns) -> Best | None:
    """Return the best after round 0, None where there is no such round."""
    trained = columns.between(BASELINE + 1, None)
    return best_of(goal, summarise(trained)) if len(trained) else None


def _of_trained_rounds(
    session: Session,
    keys: list[Key],
    goals: Goals,
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    runs = select(Run.id).where(
        Run.id.in_({run_id for run_id, _, _ in keys}), Run.training_mode == FEDERATED
    )
    federated = set(session.scalars(runs))
    mine = [key for key in keys if key[0] in federated]
    stored = columns_of(session, [known[key].id for key in mine if key in known])
    trained_best = {}
    for key in mine:
        before = [stored[known[key].id]] if key in known else []
        best = best_of_trained_rounds(goals[key], Columns.joined([*before, fresh[key]]))
        if best is not None:
            trained_best[key] = best
    return trained_best
