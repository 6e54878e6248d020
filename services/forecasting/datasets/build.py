"""Building the datasets of a session: the use case that a worker performs.

Objects are put under new keys, and the last commit makes them visible together with n_dat. So an
attempt that dies leaves what was there before, and the next one begins again.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import strict_json
from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.forecasting import ForecastSession
from app.models.job import Job
from app.storage import ObjectStore
from services.forecasting.datasets import objects
from services.forecasting.datasets.arrays import dataset_arrays, test_arrays, too_large
from services.forecasting.datasets.dropped import write_dropped
from services.forecasting.datasets.npz import write_npz
from services.forecasting.datasets.objects import NewObject, keep_objects
from services.forecasting.datasets.progress import BuildStopped, DatasetProgress
from services.forecasting.datasets.report import plan_digest, windows_report
from services.forecasting.files.create import PREFIX
from services.forecasting.topics import subject_of
from services.forecasting.training.plan import plan_of
from services.forecasting.training.prepare import PreparedData, prepare
from services.forecasting.violins.columns import ColumnViolins, column_violins
from services.runs.training.ports import FencedAttempt

Draw = Callable[[Sequence[ColumnViolins]], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class _BuildTask:
    session_id: int
    wire_id: str
    plan: Mapping[str, Any]
    percent: float


def build_datasets(
    session_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    folder: Path,
    draw: Draw,
) -> None:
    """Cut the samples of a session as its settings are now, and keep what is shown of them.

    ``folder`` is for files that live for minutes; ``draw`` returns the contract's violin plots as
    data URIs by key. Raises what the plan and the windows are refused for.
    """
    task = _task(database, session_id)
    progress = DatasetProgress(attempt, session_id, task.wire_id, task.percent)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        progress.step("start")
        prepared = prepare(task.plan, store, progress.step)
        with TemporaryDirectory(prefix="datasets-", dir=folder) as own:
            _write(Path(own), prepared, progress, draw)
            progress.step("save")
            kept = _put(store, Path(own), task, prepared.windows.n)
    except BuildStopped:
        with attempt.write() as unit:
            attempt.finish(unit, states.CANCELLED)
        return
    with attempt.write() as unit:
        keep_objects(unit.session, session_id, kept)
        row = unit.session.get_one(ForecastSession, session_id)
        row.n_dat, row.updated_at = prepared.windows.n, now()
        attempt.finish(unit, states.SUCCEEDED)


def _task(database: Database, session_id: int) -> _BuildTask:
    with database.read() as session:
        row = session.get_one(ForecastSession, session_id)
        mine = session.query(Job).filter(Job.subject == subject_of(session_id))
        job = mine.order_by(Job.id.desc()).first()
        return _BuildTask(
            session_id=session_id,
            wire_id=row.wire_id,
            plan=plan_of(session, row, row.split or {}),
            percent=100 * job.progress if job is not None else 0.0,
        )


def _write(folder: Path, prepared: PreparedData, progress: DatasetProgress, draw: Draw) -> None:
    """Write every object as a file of its name."""
    violins = column_violins(prepared, lambda kind: progress.step(f"violins_{kind}"))
    progress.step("draw")
    drawn = _visualizations(violins, draw(violins))
    progress.step("arrays")
    documents = {
        objects.WINDOWS: windows_report(prepared),
        objects.VIOLINS: {"columns": [one.as_mapping() for one in violins]},
        objects.VISUALIZATIONS: drawn,
    }
    for name, document in documents.items():
        (folder / name).write_bytes(strict_json.dump_bytes(document))
    write_dropped(prepared.windows.dropped, folder / objects.DROPPED)
    write_npz(folder / objects.TEST_WINDOWS, test_arrays(prepared))
    if not too_large(prepared):
        arrays = dataset_arrays(prepared, progress.share_of_arrays)
        write_npz(folder / objects.ARRAYS, arrays)


def _visualizations(violins: Sequence[ColumnViolins], drawn: Mapping[str, str]) -> dict[str, Any]:
    """Return the contract's plots: ``type`` and ``label`` beside the PNG."""
    return {
        "plots": {
            one.of.key: {"data": drawn[one.of.key], "type": one.of.kind, "label": one.of.label}
            for one in violins
        },
        "metadata": {
            kind: [one.of.name for one in violins if one.of.kind == kind]
            for kind in ("input", "time", "output")
        },
    }


def _put(store: ObjectStore, folder: Path, task: _BuildTask, n_dat: int) -> dict[str, NewObject]:
    """Put every file under a new key."""
    place, kept = f"{PREFIX}{uuid.uuid4()}", {}
    details = {"n_dat": n_dat, "plan_sha256": plan_digest(task.plan)}
    for path in sorted(folder.iterdir()):
        key = f"{place}/{path.name}"
        with path.open("rb") as file:
            store.put(key, file)
        kept[path.name] = NewObject(key=key, size_bytes=path.stat().st_size, details=details)
    return kept
