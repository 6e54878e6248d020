"""Forgetting what was only kept for a while."""

from datetime import timedelta

from sqlalchemy import delete

from app.clock import now
from app.db.engine import Database
from app.models.idempotency import IdempotencyKey

KEPT_FOR = timedelta(hours=24)


def forget_old_keys(database: Database) -> None:
    """Delete the idempotency keys that are older than a day."""
    with database.write() as unit:
        unit.session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT_FOR)
        )
