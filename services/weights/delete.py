"""Deleting weights."""

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Forbidden
from services.weights import repository
from services.weights.errors import WeightsInUse
from services.weights.list import visible_weights


def delete_weights(database: Database, actor: Actor, weights_id: str) -> None:
    """Take weights out of use; the file stays, so that old runs can be explained and resumed.

    Raises WeightsInUse while a run waits for them or trains from them.
    """
    with database.write() as unit:
        weights = visible_weights(unit.session, actor, weights_id)
        if not can_edit(actor, weights):
            raise Forbidden("These weights are shared with you to use: their owner deletes them.")
        run = repository.unfinished_run(unit.session, weights.id)
        if run is not None:
            raise WeightsInUse(
                f"Run {run} is not over and needs these weights. Stop it or wait for its end."
            )
        weights.deleted_at = now()
        record(unit, actor, "weights_deleted", f"weights:{weights.id}", {"name": weights.name})
