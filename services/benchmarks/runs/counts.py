"""How many items of a run are answered, failed and open, in all and per persona, trait, order."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from services.benchmarks.runs.types import RunCounts


def counts_of(session: Session, runs: Sequence[BenchmarkRun]) -> dict[int, RunCounts]:
    """Return the counts of each run, in two statements for all of them."""
    ids = [run.id for run in runs]
    done, failed = (_per_run(session, table, ids) for table in (BenchmarkAnswer, BenchmarkFailure))
    return {
        run.id: RunCounts(done=done.get(run.id, 0), failed=failed.get(run.id, 0), total=run.total)
        for run in runs
    }


def _per_run(session: Session, table: Any, ids: Sequence[int]) -> Mapping[int, int]:
    query = select(table.run_id, func.count()).where(table.run_id.in_(ids)).group_by(table.run_id)
    return dict(session.execute(query).tuples().all())


def failures_by_kind(session: Session, run_id: int) -> dict[str, int]:
    """Return how many items failed, by the kind of failure, in the order of the alphabet."""
    query = (
        select(BenchmarkFailure.kind, func.count())
        .where(BenchmarkFailure.run_id == run_id)
        .group_by(BenchmarkFailure.kind)
        .order_by(BenchmarkFailure.kind)
    )
    return dict(session.execute(query).tuples().all())
