"""Runs with their jobs, curves and evaluations, written straight into the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import now
from app.db.engine import Database
from app.models.dataset import Dataset
from app.models.job import Job
from app.models.run import ENDED, RUNNING, Client, Round, Run, ServerEvaluation
from services.runs.points import append_points
from services.runs.results.best import update_best
from services.runs.results.kept_results import keep_results
from services.runs.training.config.config import TrainingConfig
from services.runs.training.ports import Point

LONG_AGO = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OVER = ("completed", "failed", "cancelled")


def make_run(database: Database, owner_id: int, **values: Any) -> Run:
    """Write a run; a finished one took ten minutes."""
    defaults: dict[str, Any] = {
        "name": "A run",
        "training_mode": "centralized",
        "status": "completed",
        "start_time": LONG_AGO,
        "config": TrainingConfig().as_mapping(),
        "seed": 46,
        "visibility": "private",
    }
    values = defaults | values
    trained = values.get("origin", "trained") == "trained"
    values.setdefault("task", "classification" if trained else "other")
    run = Run(owner_id=owner_id, **values)
    if run.status in OVER and "end_time" not in values:
        run.end_time = run.start_time + timedelta(minutes=10)
    set_times(run)
    with database.write() as unit:
        first = select(Dataset.id).limit(1)
        run.dataset_id = values.get("dataset_id") or unit.session.scalar(first)
        unit.session.add(run)
    return run


def set_times(run: Run) -> None:
    """Let a run have run all the time from its start to its end, or until now."""
    if run.phase is None and run.status != "queued":
        run.phase = RUNNING if run.end_time is None else ENDED
        run.phase_since = run.end_time or run.start_time
    if run.end_time is not None and run.running_seconds is None:
        run.running_seconds = (run.end_time - run.start_time).total_seconds()
        run.duration_seconds = run.running_seconds


def make_job(database: Database, run: Run, state: str, **values: Any) -> Job:
    """Write a job of the run."""
    defaults: dict[str, Any] = {"kind": "train_run", "queue": "train", "created_at": now()}
    job = Job(subject=f"run:{run.id}", owner_id=run.owner_id, state=state, **(defaults | values))
    with database.write() as unit:
        unit.session.add(job)
    return job


def add_curve(
    database: Database,
    run: Run,
    name: str,
    values: Mapping[int, float] | Sequence[float],
    client: str | None = None,
) -> None:
    """Append a curve; a sequence begins at step 0."""
    steps = values if isinstance(values, Mapping) else dict(enumerate(values))
    points = [Point(name=name, step=s, value=v, client=client) for s, v in steps.items()]
    with database.write() as unit:
        append_points(unit.session, run.id, points, now())
        keep_results(unit.session, [run.id])


def add_evaluation(database: Database, run: Run, number: int, **values: Any) -> None:
    """Write the server's evaluation of a round."""
    row = ServerEvaluation(
        run_id=run.id, round_number=number, evaluation_time=LONG_AGO, **({"loss": 0.5} | values)
    )
    with database.write() as unit:
        unit.session.add(row)
        update_best(unit.session, [run.id])
        keep_results(unit.session, [run.id])


def add_client(database: Database, run: Run, name: str, **parts: Any) -> Client:
    """Write a client; ``rounds`` maps a round to its status."""
    client = Client(run_id=run.id, client_identifier=name, created_at=LONG_AGO)
    with database.write() as unit:
        unit.session.add(client)
        unit.session.flush()
        for number, status in parts.get("rounds", {}).items():
            row = Round(client_id=client.id, round_number=number, status=status)
            row.num_samples, row.seconds = 20, 0.5
            unit.session.add(row)
    return client


# Two runs whose numbers are known; the counts of round 0 hold two genuine zeros.
ROUNDS = (
    {
        "loss": 0.7012,
        "accuracy": 0.25,
        "precision": 0.25,
        "recall": 1.0,
        "f1_score": 0.4,
        "auroc": 0.4471,
        "counts": (75, 0, 225, 0),
    },
    {
        "loss": 0.6204,
        "accuracy": 0.7433,
        "precision": 0.4821,
        "recall": 0.36,
        "f1_score": 0.4122,
        "auroc": 0.7344,
        "counts": (27, 196, 29, 48),
    },
    {
        "loss": 0.5879,
        "accuracy": 0.7,
        "precision": 0.4476,
        "recall": 0.8533,
        "f1_score": 0.5872,
        "auroc": 0.8089,
        "counts": (64, 146, 79, 11),
    },
)
EPOCHS = {
    "train_loss": (0.901, 0.845, 0.802, 0.771, 0.742, 0.721, 0.703, 0.689, 0.671, 0.66),
    "train_acc": (0.61, 0.66, 0.69, 0.71, 0.73, 0.74, 0.75, 0.76, 0.77, 0.78),
    "train_f1": (0.5, 0.55, 0.58, 0.6, 0.62, 0.63, 0.64, 0.65, 0.66, 0.67),
    "val_loss": (0.82, 0.716, 0.74, 0.731, 0.729, 0.738, 0.726, 0.7199, 0.7301, 0.7341),
    "val_acc": (0.7426, 0.7228, 0.7492, 0.7525, 0.7558, 0.6832, 0.7723, 0.7789, 0.769, 0.7459),
    "val_precision": (0.6667, 0.5412, 0.6, 0.6012, 0.6105, 0.5, 0.6301, 0.6359, 0.621, 0.5683),
    "val_recall": (0.2917, 0.8125, 0.6042, 0.6458, 0.625, 0.875, 0.677, 0.7292, 0.7083, 0.8229),
    "val_f1": (0.4058, 0.6497, 0.602, 0.6227, 0.6177, 0.6364, 0.653, 0.6794, 0.6618, 0.6723),
    "val_auroc": (0.7012, 0.7891, 0.7933, 0.801, 0.8077, 0.8102, 0.8166, 0.8231, 0.8259, 0.8254),
    "val_cm_tp": (28, 78, 58, 62, 60, 84, 65, 70, 68, 79),
    "val_cm_tn": (193, 141, 168, 166, 169, 123, 169, 166, 165, 147),
    "val_cm_fp": (14, 66, 39, 41, 38, 84, 38, 41, 42, 60),
    "val_cm_fn": (68, 18, 38, 34, 36, 12, 31, 26, 28, 17),
}


def make_known_federated(database: Database, owner_id: int, **values: Any) -> Run:
    """Write a federated run of two rounds on 300 rows, 75 of them positive."""
    run = make_run(database, owner_id, training_mode="federated", **values)
    for number, evaluation in enumerate(ROUNDS):
        metrics = {name: value for name, value in evaluation.items() if name != "counts"}
        tp, tn, fp, fn = evaluation["counts"]  # type: ignore[misc]
        counts = {"true_positives": tp, "true_negatives": tn}
        counts |= {"false_positives": fp, "false_negatives": fn}
        add_evaluation(database, run, number, **metrics, **counts)
    return run


def make_known_centralized(database: Database, owner_id: int, **values: Any) -> Run:
    """Write a centralised run of ten epochs on 303 validation rows, 96 of them positive."""
    run = make_run(database, owner_id, **values)
    for name, curve in EPOCHS.items():
        add_curve(database, run, name, curve)
    return run
