"""Storing what a result file holds of a federation; storing it again changes nothing."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.run import ServerEvaluation
from services.imports.domain.flower_result import (
    EVALUATE,
    SECTIONS,
    SERVER,
    SHORT,
    TRAIN,
    OddMetric,
    ResultFileError,
    Section,
    SkippedRound,
    client_metrics,
    odd_client_metrics,
    read_result,
    read_section,
)
from services.imports.domain.server_metrics import (
    ServerMetrics,
    metrics_above_one,
    read_server_metrics,
)
from services.runs.points import append_points
from services.runs.results.best import update_best
from services.runs.results.kept_results import keep_results
from services.runs.statements import evaluations_of
from services.runs.training.ports import Point
from services.tracking.domain.columns import Columns
from services.tracking.domain.metric_names import short_name
from services.tracking.metrics import read_columns

MAX_REASONS = 20
NO_ROUND = "None of the rounds in the file can be stored."
_NAMED_ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class FederatedResult:
    """A result file as far as it can be stored: rounds of the server, points of the clients."""

    rounds: Mapping[int, ServerMetrics]
    points: list[Point]
    skipped: list[SkippedRound]
    odd: list[OddMetric] = field(default_factory=list)

    @property
    def last_round(self) -> int:
        """Return the highest round that anybody measured, 0 where there is none."""
        return max([*self.rounds, *(point.step for point in self.points)], default=0)

    @property
    def reasons(self) -> list[str]:
        """Return why rounds were skipped, of the first of them."""
        return [f"Round {one.round}: {one.reason}." for one in self.skipped[:MAX_REASONS]]

    @property
    def odd_metrics(self) -> list[SkippedRound]:
        """Return what became of odd metrics, those of one kind together, with their rounds."""
        grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
        for one in self.odd:
            grouped[one.metric, one.reason].append(one.round)
        return [
            SkippedRound(round=_rounds_named(rounds), reason=f"{metric or '(no name)'} {reason}")
            for (metric, reason), rounds in grouped.items()
        ]


@dataclass(frozen=True, kw_only=True)
class StoredRounds:
    """Which rounds were new and which had other values before."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)


def read_federated_result(content: bytes) -> FederatedResult:
    """Return what a result file holds.

    A server without an ``evaluate_fn`` measured nothing: then what the clients measured counts.
    Raises ResultFileError for a broken file and for one in which nobody measured anything.
    """
    reported = read_result(content)
    client_parts = {name: reported[name] for name in (TRAIN, EVALUATE) if reported.get(name)}
    if reported.get(SERVER) or not client_parts:
        server = read_section(reported, SERVER)
    else:
        server = Section(rounds={})
    no_shares = metrics_above_one(server.rounds.values())
    rounds = {
        number: read_server_metrics(one, no_shares=no_shares)
        for number, one in server.rounds.items()
    }
    odd = server.odd + [
        OddMetric(round=number, metric=metric, reason=reason)
        for number, one in rounds.items()
        for metric, reason in one.odd.items()
    ]
    clients, unread = _client_sections(client_parts)
    for section in clients.values():
        odd += [*section.odd, *odd_client_metrics(section)]
    skipped = [*server.skipped, *unread, *_unknown_parts(reported)]
    return FederatedResult(rounds=rounds, points=_client_points(clients), skipped=skipped, odd=odd)


def _client_sections(
    result: Mapping[str, Any],
) -> tuple[dict[str, Section], list[SkippedRound]]:
    """Return the sections of the clients; one that cannot be read costs nothing else."""
    sections: dict[str, Section] = {}
    skipped = []
    for name in result:
        try:
            section = sections[name] = read_section(result, name)
        except ResultFileError as error:
            skipped.append(SkippedRound(round=name, reason=str(error)))
            continue
        skipped += [
            SkippedRound(round=one.round, reason=f"{name}: {one.reason}") for one in section.skipped
        ]
    return sections, skipped


def _client_points(sections: Mapping[str, Section]) -> list[Point]:
    """Return the clients' means as curves; a shared name gets the section's name."""
    names = {
        part: {metric for _, metric, _ in client_metrics(section)}
        for part, section in sections.items()
    }
    shared = set.intersection(*names.values()) if len(names) > 1 else set[str]()
    return [
        Point(
            name=f"clients_{SHORT[part]}_{metric}" if metric in shared else f"clients_{metric}",
            step=number,
            value=value,
        )
        for part, section in sections.items()
        for number, metric, value in client_metrics(section)
    ]


def _unknown_parts(reported: Mapping[str, Any]) -> list[SkippedRound]:
    """Name the parts of the file that nothing is read from."""
    return [
        SkippedRound(round=name[:60], reason="this part of the file is not read")
        for name in reported
        if name not in SECTIONS
    ]


def _rounds_named(rounds: Sequence[int]) -> str:
    """Return "2, 3 (2 in all)", of many the first ones."""
    shown = ", ".join(map(str, rounds[:_NAMED_ROUNDS]))
    if len(rounds) == 1:
        return shown
    more = ", …" if len(rounds) > _NAMED_ROUNDS else ""
    return f"{shown}{more} ({len(rounds)} in all)"


def store_federated_result(
    session: Session, run_id: int, result: FederatedResult, at: datetime
) -> StoredRounds:
    """Store the rounds and points of ``result`` that the run does not have like this yet."""
    stored = _store_rounds(session, run_id, result.rounds, at)
    points = [*result.points, *_global_points(result.rounds)]
    append_points(session, run_id, _unknown(session, run_id, points), at)
    keep_results(session, [run_id])
    return stored


def _global_points(rounds: Mapping[int, ServerMetrics]) -> list[Point]:
    """Return the server's metrics as the curves that a run of our own would have."""
    return [
        Point(name=f"global_{short_name(metric)}", step=number, value=value)
        for number, metrics in rounds.items()
        for metric, value in metrics.curves.items()
    ]


def _store_rounds(
    session: Session, run_id: int, rounds: Mapping[int, ServerMetrics], at: datetime
) -> StoredRounds:
    known = {row.round_number: row for row in evaluations_of(session, run_id)}
    stored = StoredRounds()
    for number, metrics in rounds.items():
        row = known.get(number)
        if row is None:
            row = ServerEvaluation(run_id=run_id, round_number=number, evaluation_time=at)
            session.add(row)
            stored.created.append(number)
        elif _differs(row, metrics):
            stored.updated.append(number)
        _fill(row, metrics)
    update_best(session, [run_id])
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
    given = list(points)
    known = read_columns(session, run_id, sorted({point.name for point in given}))
    return [
        point
        for point in given
        if (columns := known.get(point.name)) is None or not _has(columns, point)
    ]


def _has(columns: Columns, point: Point) -> bool:
    """Return whether the curve says the same of the step; a gap is the same as a gap."""
    at = columns.between(point.step, point.step)
    if not len(at):
        return False
    value = float(at.values[0])
    return value == point.value or (math.isnan(value) and math.isnan(point.value))
