"""The analyses of a run with their times, and the file of one that has a file."""

from typing import Any, BinaryIO

from sqlalchemy import select

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.ids import parse_id
from app.models.benchmark import BenchmarkAnalysis, BenchmarkRun
from app.storage import ObjectStore
from services.benchmarks.analysis_jobs.types import key_of
from services.benchmarks.resolve import visible_benchmark


def list_analyses(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return the analyses of a run by their keys. Raises what ``visible_benchmark`` raises."""
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        table = BenchmarkAnalysis
        rows = session.scalars(select(table).where(table.run_id == run.id).order_by(table.id))
        return {
            "run_id": run.id,
            "analyses": {key_of(row.type, row.params): _shown(row, run) for row in rows},
        }


def _shown(row: BenchmarkAnalysis, run: BenchmarkRun) -> dict[str, Any]:
    over = row.started_at is not None and row.finished_at is not None
    seconds = (row.finished_at - row.started_at).total_seconds() if over else None  # type: ignore[operator]
    names = (
        "type",
        "params",
        "status",
        "created_at",
        "started_at",
        "finished_at",
        "error",
        "summary",
    )
    return {name: getattr(row, name) for name in names} | {
        "job_id": row.id,
        "duration_ms": None if seconds is None else round(1000 * seconds),
        "stale": row.revision is not None and row.revision != run.revision,
        "has_file": row.object_key is not None,
    }


def open_export(
    database: Database, store: ObjectStore, actor: Actor, run_id: str, analysis_id: str
) -> tuple[BinaryIO, int, dict[str, Any]]:
    """Return the file of an export with its size in bytes and its summary; it is to be closed.

    Raises NotFound where the run has no such analysis, or that has no file yet.
    """
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        row = session.get(BenchmarkAnalysis, parse_id(analysis_id, "analysis_id"))
    if row is None or row.run_id != run.id:
        raise NotFound(f"Benchmark {run.id} has no analysis {analysis_id}.")
    if row.object_key is None or row.summary is None:
        raise NotFound(f"Analysis {row.id} has no file: it is {row.status}, of type {row.type}.")
    return store.open(row.object_key), store.size(row.object_key), row.summary
