"""What each site of an external federation did in each round."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.run import Client, Round, Run
from services.runs.events import ClientComplete
from services.runs.external.access import lock_run, require_federated, require_logged
from services.runs.external.evaluations import StoredEvaluations, gaps
from services.runs.external.heartbeat import renew_lease
from services.runs.federated.round_store import store_client_rounds
from services.runs.points import append_points
from services.runs.topics import run_topic
from services.runs.training.ports import ClientRound, Point

MAX_PARTS = 1_000
STATUSES = ("completed", "refused", "failed")


def add_client_rounds(
    database: Database, actor: Actor, run_id: str, parts: Sequence[ClientRound]
) -> StoredEvaluations:
    """Store each site's part in a round and its metrics as curves of that site.

    A part that is reported again replaces what was known of it. Raises Conflict for a
    centralised run.
    """
    with database.write() as unit:
        run = require_logged(unit.session, run_id, actor)
        require_federated(run)
        renew_lease(unit, run)
        lock_run(unit.session, run.id)
        newest = {(part.client, part.round): part for part in parts}
        points = _taken_back(unit.session, run.id, newest)
        store_client_rounds(unit.session, run.id, list(newest.values()))
        points += [point for part in newest.values() for point in _points(part)]
        append_points(unit.session, run.id, points, now())
        for part in newest.values():
            _publish(unit, run, part)
        return StoredEvaluations(stored=len(newest))


def _taken_back(
    session: Session, run_id: int, parts: Mapping[tuple[str, int], ClientRound]
) -> list[Point]:
    """Return gaps in the place of what was reported of these parts before."""
    query = select(Client.client_identifier, Round.round_number, Round.round_metadata).join(
        Round, Round.client_id == Client.id
    )
    rounds = {number for _, number in parts}
    rows = session.execute(query.where(Client.run_id == run_id, Round.round_number.in_(rounds)))
    return gaps(
        point
        for client, number, metadata in rows
        if (client, number) in parts
        for point in _measured(client, number, (metadata or {}).get("metrics", {}))
    )


def _points(part: ClientRound) -> list[Point]:
    return _measured(part.client, part.round, part.metrics)


def _measured(client: str, number: int, metrics: Mapping[str, float | None]) -> list[Point]:
    return [
        Point(name=name, step=number, value=value, client=client)
        for name, value in metrics.items()
        if value is not None
    ]


def _publish(unit: UnitOfWork, run: Run, part: ClientRound) -> None:
    event = ClientComplete.of(run.id, part, total_rounds=part.round, total_local_epochs=0)
    unit.publish(run_topic(run.id), event)
