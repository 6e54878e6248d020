"""The best value of a series: the lowest of a loss or an error, else the highest.

Round 0 of a federation is the untrained model, which often has a perfect recall: its value is the
best only while there is no other. A validation share beyond its range (1.2) is the best of nothing.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.run import Run
from services.runs.domain.ranges import possible_values
from services.runs.results.domain.extraction import FEDERATED
from services.runs.results.domain.history import VALIDATION_SHARES
from services.tracking.catalogue import clamped
from services.tracking.domain.columns import Columns, Summary, summarise
from services.tracking.domain.metric_names import lower_is_better
from services.tracking.metrics.stored import columns_of

BASELINE = 0
SERVER = "global_"  # how the series begin that the server of a federation measures
Key = tuple[int, str, str]  # a run, and the series of it
Best = Mapping[str, float | int | None]


def bests_of(
    session: Session,
    summaries: Mapping[Key, Summary],
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    """Return ``best`` and ``best_step`` of each series.

    ``known`` are rows of the series that have points already, ``fresh`` are those to come.
    """
    found = {key: _best(key[1], summary) for key, summary in summaries.items()}
    doubtful = [key for key in found if _may_be_a_baseline(key[1], found[key], summaries[key])]
    if doubtful:
        found |= _of_trained_rounds(session, doubtful, known, fresh)
    impossible = [key for key in found if _is_impossible(key[1], found[key])]
    if impossible:
        found |= _of_possible_values(session, impossible, known, fresh)
    return found


def _is_impossible(name: str, best: Best) -> bool:
    return (
        name in VALIDATION_SHARES
        and best["best"] is not None
        and clamped(name, float(best["best"])) is None
    )


def _of_possible_values(
    session: Session,
    keys: list[Key],
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    stored = columns_of(session, [known[key].id for key in keys if key in known])
    found: dict[Key, Best] = {}
    for key in keys:
        before = [stored[known[key].id]] if key in known else []
        every = Columns.joined([*before, fresh[key]])
        possible = every.at(np.isfinite(possible_values(key[1], every.values)))
        none = {"best": None, "best_step": None}
        found[key] = _best(key[1], summarise(possible)) if len(possible) else none
    return found


def _best(name: str, summary: Summary) -> Best:
    if lower_is_better(name):
        return {"best": summary.min, "best_step": summary.min_step}
    return {"best": summary.max, "best_step": summary.max_step}


def _may_be_a_baseline(name: str, best: Best, summary: Summary) -> bool:
    return best["best_step"] == BASELINE and summary.count > 1 and name.startswith(SERVER)


def _of_trained_rounds(
    session: Session,
    keys: list[Key],
    known: Mapping[Key, Any],
    fresh: Mapping[Key, Columns],
) -> dict[Key, Best]:
    runs = select(Run.id).where(
        Run.id.in_({run_id for run_id, _, _ in keys}), Run.training_mode == FEDERATED
    )
    federated = set(session.scalars(runs))
    mine = [key for key in keys if key[0] in federated]
    stored = columns_of(session, [known[key].id for key in mine if key in known])
    found = {}
    for key in mine:
        before = [stored[known[key].id]] if key in known else []
        trained = Columns.joined([*before, fresh[key]]).between(BASELINE + 1, None)
        if len(trained):
            found[key] = _best(key[1], summarise(trained))
    return found
