"""Answers about a run that are computed once: keyed by everything that decides them.

The key has the run's manifest, its revision, the version of the computation and the question, so
a stale answer cannot be found (contract section 9, B14). Old keys go with the next warm-up.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import strict_json
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.db.upsert import insert_into
from app.models.benchmark import BenchmarkCache, BenchmarkRun

VERSION = 7  # of every computation: a change of a formula raises it


def cached(
    database: Database,
    run: BenchmarkRun,
    kind: str,
    question: Mapping[str, Any],
    compute: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return the kept answer to ``question``, or compute and keep it."""
    key = _key(run, question)
    query = select(BenchmarkCache.data).where(
        BenchmarkCache.run_id == run.id, BenchmarkCache.kind == kind, BenchmarkCache.key == key
    )
    with database.read() as session:
        kept = session.scalar(query)
    if kept is not None:
        return dict(kept)
    made = strict_json.loads(strict_json.dump_bytes(compute()))
    _keep(database, run.id, kind, key, made)
    return dict(made)


def kept_of(session: Session, runs: Sequence[BenchmarkRun], kind: str) -> dict[int, Any]:
    """Return the kept answers of ``kind`` to the empty question, of the runs that have one."""
    keys = {run.id: _key(run, {}) for run in runs}
    table = BenchmarkCache
    query = select(table.run_id, table.data).where(
        table.run_id.in_(keys), table.kind == kind, table.key.in_(keys.values())
    )
    return dict(session.execute(query).tuples().all())


def _keep(database: Database, run_id: int, kind: str, key: str, data: dict[str, Any]) -> None:
    """Keep an answer if the run is still there, and if nobody would have to wait for that."""
    row = {"run_id": run_id, "kind": kind, "key": key, "data": data, "created_at": now()}

    def keep(unit: UnitOfWork) -> None:
        if unit.session.get(BenchmarkRun, run_id) is not None:
            insert = insert_into(unit.session, BenchmarkCache).on_conflict_do_nothing()
            unit.session.execute(insert, [row])

    database.try_write(keep)


def drop_cache(session: Session, run_id: int) -> int:
    """Delete every kept answer about a run; return how many there were."""
    table = BenchmarkCache
    gone = session.scalars(delete(table).where(table.run_id == run_id).returning(table.kind))
    return len(gone.all())


def _key(run: BenchmarkRun, question: Mapping[str, Any]) -> str:
    parts = [VERSION, run.manifest_hash, run.revision, sorted(question.items())]
    return hashlib.sha256(strict_json.dump_bytes(parts)).hexdigest()
