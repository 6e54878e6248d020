"""The rounds of a federated run: who took part, for how long, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.event import EventRow
from app.models.run import Client, Round, Run
from services.runs.evaluated import evaluated
from services.runs.events import RoundEnd, RoundStart
from services.runs.repository import evaluations_of, subject_of


@dataclass(frozen=True, kw_only=True)
class ClientPart:
    """One client's part in a round; ``reason`` says why it was left out."""

    client: str
    status: str
    num_samples: int
    seconds: float
    metrics: Mapping[str, float | None]
    reason: str | None


@dataclass(kw_only=True)
class RoundView:
    """One round; what is not known yet is None or empty."""

    round: int
    started_at: datetime | None
    seconds: float | None
    metrics: Mapping[str, float | None]
    fit_metrics: Mapping[str, float | None]
    clients: Sequence[ClientPart]


@dataclass(frozen=True, kw_only=True)
class RoundList:
    """Every round, the untrained model's first."""

    rounds: Sequence[RoundView]


def show_rounds(database: Database, actor: Actor, run_id: str) -> RoundList:
    """Return the rounds in ascending order, in four statements however many there are."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        evaluations = {row.round_number: row for row in evaluations_of(session, run.id)}
        parts = _parts(session, run.id)
        starts, ends = _told(session, run.id)
    numbers = sorted({*evaluations, *parts, *starts, *ends})
    return RoundList(
        rounds=[
            RoundView(
                round=number,
                started_at=starts.get(number),
                seconds=ends.get(number, {}).get("seconds"),
                metrics=evaluated(evaluations[number]).metrics if number in evaluations else {},
                fit_metrics=ends.get(number, {}).get("fit_metrics", {}),
                clients=parts.get(number, []),
            )
            for number in numbers
        ]
    )


def _parts(session: Session, run_id: int) -> dict[int, list[ClientPart]]:
    query = (
        select(Round, Client.client_identifier)
        .join(Client, Client.id == Round.client_id)
        .where(Client.run_id == run_id)
        .order_by(Round.round_number, Client.client_identifier)
    )
    parts: dict[int, list[ClientPart]] = {}
    for row, name in session.execute(query):
        parts.setdefault(row.round_number, []).append(_part(row, name))
    return parts


def _part(row: Round, client: str) -> ClientPart:
    return ClientPart(
        client=client,
        status=row.status,
        num_samples=row.num_samples,
        seconds=row.seconds,
        metrics=(row.round_metadata or {}).get("metrics", {}),
        reason=row.reason,
    )


def _told(
    session: Session, run_id: int
) -> tuple[dict[int, datetime], dict[int, Mapping[str, Any]]]:
    """Return when each round began and how it ended, of the newest attempt at it."""
    query = (
        select(EventRow)
        .where(
            EventRow.topic == subject_of(run_id),
            EventRow.is_progress.is_(False),
            EventRow.type.in_([RoundStart.type, RoundEnd.type]),
        )
        .order_by(EventRow.seq)
    )
    starts: dict[int, datetime] = {}
    ends: dict[int, Mapping[str, Any]] = {}
    for row in session.scalars(query):
        if row.type == RoundStart.type:
            starts[row.data["round"]] = row.at
        else:
            ends[row.data["round"]] = row.data
    return starts, ends
