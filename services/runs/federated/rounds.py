"""The rounds of a federated run: who took part, where time and bytes went, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.jobs import states
from app.models.job import Job
from app.models.ledger import FederatedRound
from app.models.run import Artifact, Client, Round, Run
from services.runs.federated.kept_rounds import KIND as ROUND_MODEL
from services.runs.federated.rewind import kept_steps
from services.runs.federated.round_store import OF_PART
from services.runs.results.evaluated import evaluated
from services.runs.statements import evaluations_of, newest_jobs
from services.runs.training.ports import ClientRound

AT_WORK = (states.STARTING, states.RUNNING, states.STOPPING)
INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class StoredClientRound(ClientRound):
    """A client's part as it is stored; ``log_id`` is the line of the log that says why not."""

    log_id: int | None


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """One round; what is not known is None or empty.

    ``status`` is running, completed, no_quorum, or interrupted where nobody works on it any more.
    """

    round: int
    status: str
    started_at: datetime | None
    seconds: float | None
    taking_part: int | None
    good: int | None
    quorum: int | None
    bytes_down: int | None
    bytes_up: int | None
    metrics: Mapping[str, float | None]
    fit_metrics: Mapping[str, float | None]
    eval_metrics: Mapping[str, float | None]
    model_artifact_id: int | None
    is_best: bool
    can_resume: bool
    clients: Sequence[StoredClientRound] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RoundList:
    """Every round, the untrained model's first."""

    rounds: Sequence[RoundView]


def show_rounds(database: Database, actor: Actor, run_id: str) -> RoundList:
    """Return the rounds in ascending order, in seven statements however many there are."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        job = newest_jobs(session, [run.id]).get(run.id)
        rows = _RoundRows(session, run, job)
    idle = run.origin == "trained" and (job is None or job.state not in AT_WORK)
    return RoundList(rounds=[rows.view(number, idle=idle) for number in rows.numbers])


class _RoundRows:
    """What the database holds on the rounds of a run, by round."""

    def __init__(self, session: Session, run: Run, job: Job | None) -> None:
        self._best = run.best_step
        self._evaluations = {row.round_number: row for row in evaluations_of(session, run.id)}
        self._parts = parts_of(session, run.id)
        rounds = session.scalars(select(FederatedRound).where(FederatedRound.run_id == run.id))
        self._rounds = {row.round_number: row for row in rounds}
        self._models = _models(session, run.id)
        self._kept = kept_steps(session, run, job)

    @property
    def numbers(self) -> list[int]:
        """Return the rounds of which anything is known."""
        return sorted({*self._evaluations, *self._parts, *self._rounds})

    def view(self, number: int, *, idle: bool) -> RoundView:
        """Return one round; ``idle`` says that nobody trains the run at the moment."""
        row = self._rounds.get(number) or FederatedRound(status="completed")
        evaluation = self._evaluations.get(number)
        return RoundView(
            round=number,
            status=INTERRUPTED if idle and row.status == "running" else row.status,
            started_at=row.started_at,
            seconds=row.seconds,
            taking_part=row.taking_part,
            good=row.good,
            quorum=row.quorum,
            bytes_down=row.bytes_down,
            bytes_up=row.bytes_up,
            metrics={} if evaluation is None else evaluated(evaluation).metrics,
            fit_metrics=row.fit_metrics or {},
            eval_metrics=row.eval_metrics or {},
            model_artifact_id=self._models.get(number),
            is_best=number == self._best,
            can_resume=number in self._kept,
            clients=self._parts.get(number, []),
        )


def _models(session: Session, run_id: int) -> dict[int, int]:
    query = select(Artifact.step, Artifact.id).where(
        Artifact.run_id == run_id, Artifact.kind == ROUND_MODEL
    )
    return {step: number for step, number in session.execute(query) if step is not None}


def parts_of(session: Session, run_id: int) -> dict[int, list[StoredClientRound]]:
    """Return every client's part in every round, by round."""
    query = (
        select(Round, Client.client_identifier)
        .join(Client, Client.id == Round.client_id)
        .where(Client.run_id == run_id)
        .order_by(Round.round_number, Client.client_identifier)
    )
    parts: dict[int, list[StoredClientRound]] = {}
    for row, name in session.execute(query):
        parts.setdefault(row.round_number, []).append(_part(row, name))
    return parts


def _part(row: Round, client: str) -> StoredClientRound:
    metadata: Mapping[str, Any] = row.round_metadata or {}
    return StoredClientRound(
        client=client,
        round=row.round_number,
        started_at=row.start_time,
        metrics=metadata.get("metrics", {}),
        metrics_before=metadata.get("before", {}),
        metrics_after=metadata.get("after", {}),
        log_id=row.log_id,
        **{name: getattr(row, name) for name in OF_PART},
    )
