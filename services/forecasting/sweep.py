"""Deleting objects that no row names: of files and sessions that are gone, and of broken starts."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.models.backtest import Backtest
from app.models.forecasting import SeriesPart, SessionFile, SessionModel, SessionObject
from app.storage import ObjectStore

OLD_ENOUGH = timedelta(hours=24)


def sweep_objects(database: Database, store: ObjectStore) -> int:
    """Delete day-old objects of sessions that no row names; return how many.

    A model names the values that it is trained on, also after their file is out of the session.
    """
    from services.forecasting.files.create import PREFIX

    before = now() - OLD_ENOUGH
    old = [entry.key for entry in store.list(PREFIX) if entry.modified_at < before]
    if not old:
        return 0
    with database.read() as session:
        named = kept_objects(session)
    unnamed = [key for key in old if key not in named]
    for key in unnamed:
        store.delete(key)
    return len(unnamed)


def kept_objects(session: Session) -> set[str]:
    """Return the keys of all objects that rows of sessions name."""
    named: set[str | None] = set(session.scalars(select(SessionObject.object_key)))
    named |= set(session.scalars(select(SeriesPart.object_key)))
    for raw, values in session.execute(select(SessionFile.object_key, SessionFile.values_key)):
        named |= {raw, values}
    for plan in session.scalars(select(SessionModel.plan)):
        named |= {file["values_key"] for file in plan["files"]}
    for folds in session.scalars(select(Backtest.folds)):
        named |= {fold["windows_key"] for fold in folds}
    return {key for key in named if key is not None}
