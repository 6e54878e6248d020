"""Puts the built-in datasets into the list of datasets."""

import dataclasses
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.dataset import Dataset
from services.datasets.builtin import BUILTINS, Builtin


def ensure_builtin_datasets(database: Database) -> None:
    """Add the built-ins that are missing and correct the others; safe to do at every start."""
    with database.write() as unit:
        for builtin in BUILTINS.values():
            _upsert(unit.session, builtin)


def _upsert(session: Session, builtin: Builtin) -> None:
    values = _values(builtin)
    new = insert_into(session, Dataset).values(
        slug=builtin.slug, created_at=now(), reader_options={}, **values
    )
    session.execute(new.on_conflict_do_nothing(index_elements=[Dataset.slug]))
    session.execute(update(Dataset).where(Dataset.slug == builtin.slug).values(**values))


def _values(builtin: Builtin) -> dict[str, Any]:
    return {
        "name": builtin.name,
        "visibility": "team",
        "deleted_at": None,
        **dataclasses.asdict(builtin.summary),
    }
