"""Training a run: the use case that a worker performs with the engine that it brings."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import delete

from app import strict_json
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.dataset import Dataset
from app.models.run import Artifact, Run
from app.models.weights import Weights
from app.storage import ObjectStore
from services.datasets.types import NO_DATA, TrainingData
from services.runs.federated.domain.pooling import HELD_OUT
from services.runs.federated.kept_rounds import KIND as ROUND_MODEL
from services.runs.federated.kept_rounds import drop_checkpoint
from services.runs.results.evaluated import evaluated_on
from services.runs.training.checkpoints import delete_objects, read_checkpoint
from services.runs.training.config.config import TrainingConfig
from services.runs.training.ports import (
    FencedAttempt,
    TrainingEngine,
    TrainingRecorder,
    TrainingResult,
    TrainingTask,
)
from services.runs.training.recorder import RunRecorder
from services.tracking.usage import UsageMeter, UsageSampler
from services.weights.load import read_weights

LoadData = Callable[[Dataset, ObjectStore, TrainingConfig], TrainingData]

END_OF = {"completed": states.SUCCEEDED, "cancelled": states.CANCELLED}


def train_run(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: TrainingEngine,
    load_data: LoadData,
    meter: UsageMeter | None = None,
) -> None:
    """Train ``run_id`` from its checkpoint to its end and keep what comes out of it.

    ``meter`` reads what that takes of the machine; without one nothing is sampled.
    """
    task = _task(run_id, attempt.number, database, store, load_data)
    record_training(
        run_id,
        attempt,
        database,
        store,
        lambda recorder: engine.train(task, recorder),
        meter=meter,
    )


def record_training(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    train: Callable[[TrainingRecorder], TrainingResult],
    *,
    meter: UsageMeter | None = None,
    on_stored: Callable[[str], None] = lambda _: None,
    at_end: Callable[[UnitOfWork], None] | None = None,
) -> None:
    """Record what ``train`` reports, keep what comes out of it, and end the attempt.

    ``on_stored`` is called with the name of each file that is stored; ``at_end`` adds what a
    domain keeps of its own to the last commit.
    """
    usage = None if meter is None else UsageSampler(meter, _start_of(database, run_id))
    with RunRecorder(run_id, attempt, store, usage) as recorder:
        result = train(recorder)
        artifacts = _keep(run_id, attempt.number, store, result.files, on_stored)
        recorder.flush()
    with attempt.write() as unit:
        unneeded = _store_result(unit, run_id, result, artifacts) if result.files else set()
        if at_end is not None:
            at_end(unit)
        attempt.finish(unit, END_OF[result.status])
    delete_objects(store, unneeded)


def _start_of(database: Database, run_id: int) -> datetime:
    with database.read() as session:
        return session.get_one(Run, run_id).start_time


def _task(
    run_id: int, number: int, database: Database, store: ObjectStore, load_data: LoadData
) -> TrainingTask:
    with database.read() as session:
        run = session.get_one(Run, run_id)
        dataset = session.get_one(Dataset, run.dataset_id) if run.dataset_id else None
        weights = session.get(Weights, run.pretrained_id) if run.pretrained_id else None
    config = TrainingConfig.from_mapping(run.config)
    return TrainingTask(
        run_id=run_id,
        attempt=number,
        experiment_name=run.name,
        mode=run.training_mode,
        config=config,
        data=NO_DATA if dataset is None else load_data(dataset, store, config),
        evaluated_on=evaluated_on(run) or HELD_OUT,
        resume=read_checkpoint(store, run.checkpoint),
        pretrained=read_weights(store, weights),
    )


def _keep(
    run_id: int,
    number: int,
    store: ObjectStore,
    files: Mapping[str, bytes],
    on_stored: Callable[[str], None],
) -> list[Artifact]:
    """Write the files where only this attempt writes; the rows make them visible."""
    kept = []
    for name, content in files.items():
        key = f"runs/{run_id}/attempt-{number}/result/{name}"
        store.put(key, content)
        kept.append(
            Artifact(
                run_id=run_id,
                name=name,
                kind=_kind(name),
                object_key=key,
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                created_at=now(),
            )
        )
        on_stored(name)
    return kept


def _kind(name: str) -> str:
    return "weights" if name.endswith(".safetensors") else name.partition(".")[0]


def _store_result(
    unit: UnitOfWork, run_id: int, result: TrainingResult, artifacts: list[Artifact]
) -> set[str]:
    """Store how a run ended; return the keys of the objects that nothing points at any more."""
    run = unit.session.get_one(Run, run_id)
    run.best_step = result.best_step
    manifest = strict_json.loads(result.files["manifest.json"])
    if result.test_metrics:
        manifest["test"] = {"metrics": result.test_metrics, "confusion": result.test_confusion}
    run.manifest = manifest
    # all that an earlier stop kept: its third-best epoch may not be among the best any more
    unit.session.execute(
        delete(Artifact).where(Artifact.run_id == run_id, Artifact.kind != ROUND_MODEL)
    )
    unit.session.add_all(artifacts)
    return drop_checkpoint(unit.session, run) if result.status == "completed" else set()
