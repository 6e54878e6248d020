"""An analysis as a worker performs it."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from app.db.engine import Database
from app.jobs import states
from app.models.benchmark import BenchmarkAnalysis, BenchmarkRun
from app.storage import ObjectStore
from services.benchmarks.analysis_jobs.compute import exported, summary_of
from services.benchmarks.analysis_jobs.types import EXPORT, PREFIX
from services.benchmarks.exports.forms import FORMS
from services.runs.training.ports import FencedAttempt


def perform_analysis(
    analysis_id: int, attempt: FencedAttempt, database: Database, store: ObjectStore, folder: Path
) -> None:
    """Compute an analysis and keep what it came to; a file goes into the store.

    Raises what ``answer`` raises, which fails the job with its sentence.
    """
    with database.read() as session:
        row = session.get(BenchmarkAnalysis, analysis_id)
        run = None if row is None else session.get(BenchmarkRun, row.run_id)
    key, summary = None, None
    if row is not None and run is not None and not attempt.stop_requested():
        if row.type == EXPORT:
            key, summary = _stored(row, run, database, store, folder)
        else:
            summary = summary_of(database, run, row.type, row.params)
    with attempt.write() as unit:
        kept = unit.session.get(BenchmarkAnalysis, analysis_id)
        over = kept is None or run is None or attempt.stop_requested()
        if kept is not None and run is not None and not over:
            kept.summary, kept.revision, kept.object_key = summary, run.revision, key
        attempt.finish(unit, states.CANCELLED if over else states.SUCCEEDED)


def _stored(
    row: BenchmarkAnalysis, run: BenchmarkRun, database: Database, store: ObjectStore, folder: Path
) -> tuple[str, dict[str, Any]]:
    form = FORMS[row.params["format"]]
    key = f"{PREFIX}{run.id}/analyses/{uuid4().hex}.{form.extension}"
    with exported(database, run, row.params, folder) as file:
        store.put(key, file)
    about = {"format": row.params["format"], "file_name": f"benchmark-{run.id}{form.ending}",
             "media_type": form.media_type, "size_bytes": store.size(key)}  # fmt: skip
    return key, about
