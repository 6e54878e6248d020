"""How far a run or a generation is, as its route answers it."""

from typing import Any

from services.benchmarks.generations.types import GenerationSummary
from services.benchmarks.runs.types import BenchmarkSummary


def status_of(row: BenchmarkSummary | GenerationSummary) -> dict[str, Any]:
    """Return what ``StatusView`` shows of a row of a list."""
    return {
        "ok": True,
        "status": row.status,
        "state": row.state,
        "error": row.error,
        "counts": row.counts,
    }
