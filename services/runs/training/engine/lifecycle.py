"""How an attempt begins and ends, the same way in both modes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.engine_kit.serialization import as_json
from services.runs.events import EpochEnd, TrainingMode, TrainingStart
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.engine.learning import Learner
from services.runs.training.engine.manifest import manifest
from services.runs.training.engine.metrics import Measured, named
from services.runs.training.engine.points import points
from services.runs.training.engine.predictions import predictions_file
from services.runs.training.ports import StepOutcome, TrainingRecorder, TrainingResult, TrainingTask


@dataclass(frozen=True, kw_only=True)
class TrainingOutcome:
    """How a training ended: ``steps`` were finished of ``total``, ``best_step`` is kept."""

    finished: bool
    steps: int
    last_step: int
    total: int
    best_step: int | None
    best_value: float | None
    message: str
    reason: str | None
    threads: int
    schedule: Mapping[str, Any]


def announce(task: TrainingTask, recorder: TrainingRecorder, learner: Learner, epochs: int) -> None:
    """Report that an attempt begins, and what it has to train with."""
    shards = learner.prepared.shards
    if task.resume is None:
        is_federated = task.mode == FEDERATED
        recorder.publish(
            TrainingMode(
                is_federated=is_federated,
                num_rounds=task.config.num_rounds if is_federated else 0,
                num_clients=len(shards),
            )
        )
    recorder.publish(
        TrainingStart(
            run_id=task.run_id,
            experiment_name=task.experiment_name,
            max_epochs=epochs,
            training_mode=task.mode,
            attempt=task.attempt,
            resumed_from=None if task.resume is None else task.resume.step,
        )
    )
    recorder.log("info", _rows(learner))
    if learner.missing:
        names = ", ".join(learner.missing[:5])
        recorder.log("warning", f"The given weights have nothing for {names}: trained from zero.")


def conclude(
    task: TrainingTask,
    recorder: TrainingRecorder,
    learner: Learner,
    outcome: TrainingOutcome,
    measured: Measured | None,
    weights: Mapping[str, bytes],
) -> TrainingResult:
    """Record the best model's test metrics; return the result with its files.

    ``measured`` is None for a run that had no rows to hold out: then there is no test.
    """
    recorder.finish_step(_test_step(outcome, measured))
    about = manifest(
        task,
        learner.prepared,
        weights,
        threads=outcome.threads,
        best={"step": outcome.best_step, "value": outcome.best_value},
        schedule=outcome.schedule,
    )
    files = {**weights, "manifest.json": about, "split.json": as_json(learner.prepared.rows())}
    return TrainingResult(
        status="completed" if outcome.finished else "cancelled",
        best_step=outcome.best_step,
        files=files | predictions_file(task, recorder, learner, measured),
        test_metrics={} if measured is None else measured.metrics,
        test_confusion=None if measured is None else measured.confusion,
        reason=outcome.reason,
    )


def _test_step(outcome: TrainingOutcome, measured: Measured | None) -> StepOutcome:
    metrics = {} if measured is None else named("test", measured.metrics)
    event = EpochEnd(epoch=outcome.last_step, phase="test", metrics=metrics)
    return StepOutcome(
        step=outcome.last_step,
        completed=outcome.steps,
        total=outcome.total,
        message=outcome.message,
        points=points(metrics, outcome.last_step),
        is_result=True,
        events=[] if measured is None else [event],
    )


def _rows(learner: Learner) -> str:
    prepared = learner.prepared
    if not prepared.shards:
        numbers = ", ".join(f"{count} {name}" for name, count in prepared.sizes().items())
        return f"Rows: {numbers}."
    numbers = ", ".join(f"{shard.name} {len(shard.train)}" for shard in prepared.shards)
    held = len(prepared.split.test)
    measured = f"{held} rows held out" if held else "measured on their own validation rows"
    return f"{len(prepared.shards)} clients with training rows: {numbers}; {measured}."
