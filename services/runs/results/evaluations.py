"""The global model of a federated run, round by round, as the server measured it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run, ServerEvaluation
from services.runs.results.domain.history import EvaluationSummary, summarise_rounds
from services.runs.results.evaluated import evaluated, evaluated_on, num_samples_of
from services.runs.statements import client_counts, evaluations_of
from services.tracking.domain.metric_names import short_name
from services.tracking.domain.training_modes import is_federated

COUNT_NAMES = ("true_positives", "true_negatives", "false_positives", "false_negatives")


@dataclass(frozen=True, kw_only=True)
class ServerEvaluations:
    """Every evaluation with its confusion matrix, and their summary.

    ``evaluated_on`` is held_out_rows, site_validation, or None where we cannot know it.
    """

    run_id: int
    is_federated: bool
    has_server_evaluation: bool
    evaluated_on: str | None
    evaluations: Sequence[Mapping[str, Any]]
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FederatedRounds:
    """The metrics of every round; ``num_rounds`` counts the untrained model's too."""

    is_federated: bool
    evaluated_on: str | None
    num_rounds: int
    num_trained_rounds: int
    num_clients: int
    rounds: Sequence[Mapping[str, Any]]


def show_evaluations(database: Database, actor: Actor, run_id: str) -> ServerEvaluations:
    """Return the server's evaluations; a centralised run has none."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        rows = evaluations_of(session, run.id)
    summary = summarise_rounds([evaluated(row) for row in rows])
    return ServerEvaluations(
        run_id=run.id,
        is_federated=is_federated(run.training_mode),
        has_server_evaluation=bool(rows),
        evaluated_on=evaluated_on(run),
        evaluations=[_evaluation(row) for row in rows],
        summary=_summary(summary) if summary else {},
    )


def show_rounds_of(database: Database, actor: Actor, run_id: str) -> FederatedRounds:
    """Return the metrics per round; a centralised run has no rounds."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        rows = evaluations_of(session, run.id)
        num_clients = client_counts(session, [run.id]).get(run.id, 0)
    return FederatedRounds(
        is_federated=is_federated(run.training_mode),
        evaluated_on=evaluated_on(run),
        num_rounds=len(rows),
        num_trained_rounds=sum(row.round_number > 0 for row in rows),
        num_clients=num_clients,
        rounds=[_round(row) for row in rows],
    )


def _evaluation(row: ServerEvaluation) -> dict[str, Any]:
    measured = evaluated(row)
    shown: dict[str, Any] = {
        "round": row.round_number,
        "is_baseline": row.round_number == 0,
        **measured.metrics,
        "num_samples": num_samples_of(row),
        "evaluation_time": row.evaluation_time,
    }
    if measured.counts is not None:
        shown["confusion_matrix"] = dict(zip(COUNT_NAMES, measured.counts, strict=True))
    if row.additional_metrics:
        shown["additional_metrics"] = row.additional_metrics
    return shown


def _summary(summary: EvaluationSummary) -> dict[str, Any]:
    shown = {
        "total_rounds": summary.total_rounds,
        "num_trained_rounds": summary.num_trained_rounds,
        "latest_round": summary.latest_round,
        "latest_metrics": summary.latest_metrics,
    }
    return shown | {f"best_{metric}": best for metric, best in summary.best.items()}


def _round(row: ServerEvaluation) -> dict[str, Any]:
    metrics = {
        short_name(name): value
        for name, value in evaluated(row).metrics.items()
        if value is not None or name == "loss"
    }
    number = row.round_number
    return {"round": number, "is_baseline": number == 0, "metrics": metrics}
