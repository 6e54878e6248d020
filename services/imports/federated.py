"""Storing what a result file tells of a federation; told again, nothing changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.run import ServerEvaluation
from services.imports.domain.flower_result import (
    EVALUATE,
    SERVER,
    TRAIN,
    ResultFileError,
    Section,
    SkippedRound,
    client_metrics,
    read_result,
    read_section,
)
from services.imports.domain.server_metrics import (
    METRICS,
    MetricsError,
    ServerMetrics,
    read_server_metrics,
)
from services.runs.results.bests import keep_bests
from services.runs.results.kept_results import keep_results
from services.runs.statements import evaluations_of
from services.runs.training.ports import Point
from services.tracking.metrics import append_points, read_columns

MOST_REASONS = 20
NO_ROUND = "None of the rounds in the file can be stored."
SHORT = {"f1_score": "f1"}  # as the curves spell it


@dataclass(frozen=True, kw_only=True)
class FederatedResult:
    """A result file as far as it can be stored: rounds of the server, points of the clients."""

    rounds: Mapping[int, ServerMetrics]
    points: list[Point]
    skipped: list[SkippedRound]

    @property
    def left_out(self) -> list[SkippedRound]:
        """Return the metrics that were left out, each by its round."""
        return [
            SkippedRound(round=str(number), reason=f"{reason}; the rest of the round is kept")
            for number, metrics in self.rounds.items()
            for reason in metrics.left_out
        ]

    @property
    def last_round(self) -> int:
        """Return the highest round that anybody measured, 0 where there is none."""
        return max([*self.rounds, *(point.step for point in self.points)], default=0)

    @property
    def reasons(self) -> list[str]:
        """Return why rounds were skipped, of the first of them."""
        return [f"Round {one.round}: {one.reason}." for one in self.skipped[:MOST_REASONS]]


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Which rounds were new and which had other values before."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)


def read_federated_result(content: bytes) -> FederatedResult:
    """Return what a result file holds.

    Raises ResultFileError for a broken file and for one without rounds of the server.
    """
    told = read_result(content)
    rounds, skipped = _server_rounds(read_section(told, SERVER))
    points: list[Point] = []
    for name in (TRAIN, EVALUATE):
        if name in told:
            found, refused = _client_points(told, name)
            points += found
            skipped += refused
    return FederatedResult(rounds=rounds, points=points, skipped=skipped)


def _server_rounds(section: Section) -> tuple[dict[int, ServerMetrics], list[SkippedRound]]:
    rounds: dict[int, ServerMetrics] = {}
    skipped = list(section.skipped)
    for number, metrics in section.rounds.items():
        try:
            rounds[number] = read_server_metrics(metrics)
        except MetricsError as error:
            skipped.append(SkippedRound(round=str(number), reason=str(error)))
    return rounds, skipped


def _client_points(told: Mapping[str, Any], name: str) -> tuple[list[Point], list[SkippedRound]]:
    """Return the clients' means; a section that cannot be read costs nothing else."""
    try:
        section = read_section(told, name)
    except ResultFileError as error:
        return [], [SkippedRound(round=name, reason=str(error))]
    points = [
        Point(name=f"clients_{metric}", step=number, value=value)
        for number, metric, value in client_metrics(section)
    ]
    return points, [
        SkippedRound(round=one.round, reason=f"{name}: {one.reason}") for one in section.skipped
    ]


def store_federated_result(
    session: Session, run_id: int, result: FederatedResult, at: datetime
) -> Stored:
    """Store the rounds and points of ``result`` that the run does not have like this yet."""
    stored = _store_rounds(session, run_id, result.rounds, at)
    points = [*result.points, *_global_points(result.rounds)]
    append_points(session, run_id, _unknown(session, run_id, points), at)
    keep_results(session, [run_id])
    return stored


def _global_points(rounds: Mapping[int, ServerMetrics]) -> list[Point]:
    """Return the server's metrics as the curves that a run of our own would have."""
    return [
        Point(name=f"global_{SHORT.get(metric, metric)}", step=number, value=float(value))
        for number, metrics in rounds.items()
        for metric in METRICS
        if (value := metrics.columns[metric]) is not None
    ]


def _store_rounds(
    session: Session, run_id: int, rounds: Mapping[int, ServerMetrics], at: datetime
) -> Stored:
    known = {row.round_number: row for row in evaluations_of(session, run_id)}
    stored = Stored()
    for number, metrics in rounds.items():
        row = known.get(number)
        if row is None:
            row = ServerEvaluation(run_id=run_id, round_number=number, evaluation_time=at)
            session.add(row)
            stored.created.append(number)
        elif _differs(row, metrics):
            stored.updated.append(number)
        _fill(row, metrics)
    keep_bests(session, [run_id])
    return stored


def _values(metrics: ServerMetrics) -> dict[str, Any]:
    return {**metrics.columns, "additional_metrics": dict(metrics.additional) or None}


def _differs(row: ServerEvaluation, metrics: ServerMetrics) -> bool:
    return any(getattr(row, name) != value for name, value in _values(metrics).items())


def _fill(row: ServerEvaluation, metrics: ServerMetrics) -> None:
    for name, value in _values(metrics).items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _unknown(session: Session, run_id: int, points: Iterable[Point]) -> list[Point]:
    """Return the points that the run does not have with the same value."""
    wanted = list(points)
    known = read_columns(session, run_id, sorted({point.name for point in wanted}))
    return [
        point
        for point in wanted
        if (columns := known.get(point.name)) is None or columns.value_at(point.step) != point.value
    ]
