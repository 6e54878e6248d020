"""The ledger of a federation: what the server measured and what each client did, per round."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.ledger import FederatedRound
from app.models.run import Client, Round, ServerEvaluation
from services.runs.federated.kept_rounds import forget_steps_from
from services.runs.results.best import update_best
from services.runs.training.ports import ClientRound, Evaluation, RoundBegin, RoundOutcome
from services.tracking.catalogue import clamped
from services.tracking.domain.metric_names import METRICS, short_name

COLUMNS = {short_name(metric): metric for metric in METRICS}  # by the name that engines use
UNDER_WAY = ("waiting", "training")
# what a client's part and its row both have
OF_PART: tuple[str, ...] = ("status", "reason", "num_samples", "seconds", "waiting_seconds")
OF_PART += ("training_seconds", "sending_seconds", "bytes_down", "bytes_up", "weight")
OF_PART += ("leave_one_out",)
ENDED: tuple[str, ...] = ("status", "started_at", "seconds", "taking_part", "good", "quorum")
ENDED += ("bytes_down", "bytes_up")


def store_evaluation(session: Session, run_id: int, evaluation: Evaluation) -> None:
    """Store the server's evaluation of a round; a round measured again replaces the old row."""
    row = session.scalars(
        select(ServerEvaluation).where(
            ServerEvaluation.run_id == run_id,
            ServerEvaluation.round_number == evaluation.round,
        )
    ).one_or_none()
    if row is None:
        row = ServerEvaluation(run_id=run_id, round_number=evaluation.round)
        session.add(row)
    for name, value in _evaluation_values(evaluation).items():
        setattr(row, name, value)
    update_best(session, [run_id])


def _evaluation_values(evaluation: Evaluation) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: clamped(name, evaluation.metrics.get(name)) for name, column in COLUMNS.items()
    }
    others: dict[str, Any] = {
        name: value for name, value in evaluation.metrics.items() if name not in COLUMNS
    }
    if len(evaluation.confusion) == 2:
        (true_negatives, false_positives), (false_negatives, true_positives) = evaluation.confusion
        values |= {"true_negatives": true_negatives, "false_positives": false_positives}
        values |= {"false_negatives": false_negatives, "true_positives": true_positives}
    elif evaluation.confusion:
        others["confusion_matrix"] = [list(row) for row in evaluation.confusion]
    values |= {"num_samples": evaluation.num_samples, "evaluation_time": now()}
    return values | {"additional_metrics": others or None}


def store_client_rounds(
    session: Session,
    run_id: int,
    clients: Sequence[ClientRound],
    log_ids: Mapping[tuple[int, str], int] | None = None,
) -> None:
    """Store each client's part in a round; a part reported again replaces the old row.

    ``log_ids`` are the lines of the log about refusals, by round and client.
    """
    if not clients:
        return
    ids = _client_ids(session, run_id, {part.client for part in clients})
    numbers = {part.round for part in clients}
    known = {
        (row.client_id, row.round_number): row
        for row in session.scalars(
            select(Round).where(Round.client_id.in_(ids.values()), Round.round_number.in_(numbers))
        )
    }
    for part in clients:
        key = (ids[part.client], part.round)
        row = known.get(key)
        if row is None:
            row = known[key] = Round(client_id=key[0], round_number=part.round)
            session.add(row)
        _fill(row, part)
        row.log_id = (log_ids or {}).get((part.round, part.client), row.log_id)


def _fill(row: Round, part: ClientRound) -> None:
    for name in (*OF_PART, "loss_before", "loss_after"):
        setattr(row, name, getattr(part, name))
    over = part.status not in UNDER_WAY
    row.end_time = now() if over else None
    if part.started_at is not None:
        row.start_time = part.started_at
    elif over:
        row.start_time = now() - timedelta(seconds=part.seconds)
    row.round_metadata = {
        "metrics": dict(part.metrics),
        "before": dict(part.metrics_before),
        "after": dict(part.metrics_after),
    }


def begin_round(session: Session, run_id: int, attempt: int, begin: RoundBegin) -> None:
    """Write that a round runs; what an earlier attempt left of it or of later ones goes."""
    forget_rounds(session, run_id, begin.number)
    forget_steps_from(session, run_id, begin.number)
    session.add(
        FederatedRound(
            run_id=run_id,
            round_number=begin.number,
            attempt=attempt,
            status="running",
            started_at=begin.started_at,
            taking_part=len(begin.clients),
        )
    )


def forget_rounds(session: Session, run_id: int, first: int) -> None:
    """Delete what is known of the rounds from ``first`` on."""
    clients = select(Client.id).where(Client.run_id == run_id).scalar_subquery()
    session.execute(delete(Round).where(Round.client_id.in_(clients), Round.round_number >= first))
    for model in (FederatedRound, ServerEvaluation):
        session.execute(delete(model).where(model.run_id == run_id, model.round_number >= first))


def store_round(session: Session, run_id: int, attempt: int, outcome: RoundOutcome) -> None:
    """Store how a round ended; a round reported again replaces the old row."""
    row = session.scalar(
        select(FederatedRound).where(
            FederatedRound.run_id == run_id, FederatedRound.round_number == outcome.number
        )
    )
    if row is None:
        row = FederatedRound(run_id=run_id, round_number=outcome.number)
        session.add(row)
    row.attempt = attempt
    for name in ENDED:
        setattr(row, name, getattr(outcome, name))
    row.fit_metrics, row.eval_metrics = dict(outcome.fit_metrics), dict(outcome.eval_metrics)


def _client_ids(session: Session, run_id: int, names: set[str]) -> dict[str, int]:
    query = select(Client).where(Client.run_id == run_id)
    known = {row.client_identifier: row.id for row in session.scalars(query)}
    new = [
        Client(run_id=run_id, client_identifier=name, created_at=now())
        for name in sorted(names - set(known))
    ]
    session.add_all(new)
    session.flush()  # the rounds need the ids
    return known | {client.client_identifier: client.id for client in new}
