"""Puts the built-in datasets into the list of datasets."""

import dataclasses
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.dataset import Dataset
from services.datasets.builtin import BUILTINS, Builtin


def ensure_builtin_datasets(database: Database) -> None:
    """Add the built-ins that are missing and correct the others; safe to do at every start."""
    rows = [_values(builtin) for builtin in BUILTINS.values()]
    new = {"created_at": now(), "reader_options": {}}
    with database.write() as unit:
        statement = insert_into(unit.session, Dataset)
        correct = {name: statement.excluded[name] for name in rows[0] if name != "slug"}
        statement = statement.on_conflict_do_update(index_elements=[Dataset.slug], set_=correct)
        unit.session.execute(statement, [new | row for row in rows])


def _values(builtin: Builtin) -> dict[str, Any]:
    return {
        "slug": builtin.slug,
        "name": builtin.name,
        "visibility": "team",
        "deleted_at": None,
        **dataclasses.asdict(builtin.summary),
    }
