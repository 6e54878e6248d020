"""Changing what people call a run, and who sees it."""

from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.topics import subject_of
from services.datasets.names import checked_name


def update_benchmark(database: Database, actor: Actor, run_id: str, changes: dict[str, Any]) -> int:
    """Set ``name`` and ``visibility`` where they are among the changes; return the number."""
    with database.write() as unit:
        run = editable_benchmark(unit.session, actor, run_id)
        if "name" in changes:
            changes = changes | {"name": checked_name(changes["name"])}
        for name, value in changes.items():
            setattr(run, name, value)
        record(unit, actor, "benchmark_changed", subject_of(run.id), changes)
        return run.id
