"""The ledger of a federation: what the server measured and what each client did, per round."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.run import Client, Round, ServerEvaluation
from services.runs.bests import keep_bests
from services.runs.ports import ClientRound, Evaluation

COLUMNS = {"loss": "loss", "accuracy": "accuracy", "precision": "precision", "recall": "recall"}
COLUMNS |= {"f1": "f1_score", "auroc": "auroc"}


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
    keep_bests(session, [run_id])


def _evaluation_values(evaluation: Evaluation) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: evaluation.metrics.get(name) for name, column in COLUMNS.items()
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


def store_client_rounds(session: Session, run_id: int, clients: Sequence[ClientRound]) -> None:
    """Store each client's part in a round; a part told again replaces the old row."""
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
            row = Round(client_id=key[0], round_number=part.round)
            session.add(row)
        _fill(row, part)


def _fill(row: Round, part: ClientRound) -> None:
    row.status, row.reason = part.status, part.reason
    row.num_samples, row.seconds = part.num_samples, part.seconds
    row.end_time = now()
    row.start_time = row.end_time - timedelta(seconds=part.seconds)
    row.round_metadata = {"metrics": dict(part.metrics)}


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
