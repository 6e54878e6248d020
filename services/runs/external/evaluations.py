"""What the server of an external federation measured of the global model, round by round."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.run import ServerEvaluation
from services.runs.events import RoundMetrics
from services.runs.external.access import lock_run, require_federated, require_logged
from services.runs.external.heartbeat import renew_lease
from services.runs.federated.round_store import COLUMNS, store_evaluation
from services.runs.points import append_points
from services.runs.results.kept_results import keep_results
from services.runs.topics import run_topic
from services.runs.training.ports import Evaluation, Point
from services.tracking.domain.params import planned_steps
from services.tracking.domain.tags import MAX_NAME_LENGTH
from services.tracking.labels import params_of

MAX_EVALUATIONS = 1_000
PREFIX = "global_"


@dataclass(frozen=True, kw_only=True)
class ReportedEvaluation:
    """One round as it was measured; ``metrics`` are loss, accuracy, precision, recall, f1, auroc.

    ``confusion`` is the matrix as rows (true class) of columns (predicted class). ``others`` is
    whatever else was reported.
    """

    round: int
    metrics: Mapping[str, float | None]
    confusion: Sequence[Sequence[int]] = ()
    num_samples: int | None = None
    others: Mapping[str, Any] = field(default_factory=dict)

    def as_evaluation(self) -> Evaluation:
        """Return the evaluation as the ledger keeps it."""
        counted = sum(sum(row) for row in self.confusion) if self.confusion else None
        return Evaluation(
            round=self.round,
            metrics={**self.metrics, **self.others},
            confusion=self.confusion,
            num_samples=counted if self.num_samples is None else self.num_samples,
        )

    def points(self) -> list[Point]:
        """Return what is a number as points of the curves ``global_...``."""
        numbers = {
            name: float(value)
            for name, value in {**self.others, **self.metrics}.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
            if len(name) <= MAX_NAME_LENGTH - len(PREFIX)
        }
        return [
            Point(name=f"{PREFIX}{name}", step=self.round, value=value)
            for name, value in numbers.items()
        ]


@dataclass(frozen=True, kw_only=True)
class StoredEvaluations:
    """How many of the reported rounds are kept."""

    stored: int


def add_evaluations(
    database: Database, actor: Actor, run_id: str, evaluations: Sequence[ReportedEvaluation]
) -> StoredEvaluations:
    """Store the evaluations; a round that is reported again replaces what was known of it.

    Raises Conflict for a centralised run.
    """
    with database.write() as unit:
        run = require_logged(unit.session, run_id, actor)
        require_federated(run)
        renew_lease(unit, run)
        lock_run(unit.session, run.id)
        newest = {one.round: one for one in evaluations}
        points = _taken_back(unit.session, run.id, newest)
        for one in newest.values():
            store_evaluation(unit.session, run.id, one.as_evaluation())
        points += [point for one in newest.values() for point in one.points()]
        append_points(unit.session, run.id, points, now())
        keep_results(unit.session, [run.id])
        params = params_of(unit.session, [run.id]).get(run.id, {})
        planned = planned_steps(params, run.training_mode) or 0
        for one in newest.values():
            unit.publish(run_topic(run.id), _event(one, planned))
        return StoredEvaluations(stored=len(newest))


def _taken_back(session: Session, run_id: int, rounds: Iterable[int]) -> list[Point]:
    """Return gaps in the place of what was reported of these rounds before."""
    query = select(ServerEvaluation).where(
        ServerEvaluation.run_id == run_id, ServerEvaluation.round_number.in_(list(rounds))
    )
    return gaps(point for row in session.scalars(query) for point in _reported(row).points())


def _reported(row: ServerEvaluation) -> ReportedEvaluation:
    metrics = {name: getattr(row, column) for name, column in COLUMNS.items()}
    return ReportedEvaluation(
        round=row.round_number, metrics=metrics, others=row.additional_metrics or {}
    )


def gaps(points: Iterable[Point]) -> list[Point]:
    """Return a gap in the place of each point, for those that are not reported again."""
    return [replace(point, value=math.nan) for point in points]


def _event(evaluation: ReportedEvaluation, planned: int) -> RoundMetrics:
    total = max(planned, evaluation.round)
    return RoundMetrics(
        round=evaluation.round, total_rounds=total, metrics=dict(evaluation.metrics)
    )
