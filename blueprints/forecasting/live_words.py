"""The events of a run in the words of the contract (section 7): a fold without side effects.

``training_metrics`` and ``training_progress`` of an epoch are made of two events that are
committed together: ``epoch_end`` has what was measured, ``forecast_progress`` how far that is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.realtime.extension import Emission, Payload
from services.forecasting.domain.progress import ACCEPTED, COMPLETED

UNFINISHED = ("queued", "starting", "running", "stopping", "lost")
TURNS = ("status", "training_end")  # what may follow the end of a run
METRICS = {
    "loss": "train_loss",
    "val_loss": "val_loss",
    "root_mean_squared_error": "train_rmse",
    "val_root_mean_squared_error": "val_rmse",
}


class RunTranslation:
    """What the events of one run are to a client that calls its session ``session_id``."""

    TYPES = ("status", "forecast_progress", "epoch_end", "training_end")

    def __init__(self, session_id: str, run_id: int, model_name: str) -> None:
        self._about: Payload = {
            "session_id": session_id,
            "run_id": run_id,
            "model_name": model_name,
        }
        self._percent = 0.0
        self._progress: Payload = {
            "status": ACCEPTED.status,
            "phase": ACCEPTED.phase,
            "step": ACCEPTED.name,
            "message": "The model is queued.",
            "epoch": None,
            "total_epochs": None,
            "epoch_seconds": None,
            "eta_seconds": None,
        }
        self._metrics: Mapping[str, float | None] = {}
        self._at = ""
        self._end: Payload | None = None
        self._translations: Mapping[str, Callable[[Mapping[str, Any]], list[Emission]]] = {
            "status": self._status,
            "forecast_progress": self._forecast_progress,
            "epoch_end": self._epoch_end,
            "batch_metrics": self._batch_metrics,
            "training_end": self._training_end,
        }

    @property
    def is_over(self) -> bool:
        """Return whether the run has ended."""
        return self._end is not None

    def take(self, event: Mapping[str, Any]) -> list[Emission]:
        """Return what an event of the run's topic is in the contract's words, maybe nothing."""
        translate = self._translations.get(event["type"])
        if translate is None or (self.is_over and event["type"] not in TURNS):
            return []
        self._at = event["at"]
        return translate(event["data"])

    def catch_up(self, events: Sequence[Mapping[str, Any]]) -> list[Emission]:
        """Return how the run stands after ``events``, for who was not there."""
        for event in events:
            self.take(event)
        if self._end is not None:
            return self._ending()
        measured = [self._measured()] if self._progress["epoch"] else []
        return [*measured, self._moved()]

    def moved(self) -> Emission:
        """Return how far the run is."""
        return self._moved()

    def _status(self, data: Mapping[str, Any]) -> list[Emission]:
        if data["job_state"] not in UNFINISHED:
            return []  # the end is said by an event of its own
        if self._end is not None:  # somebody resumes it
            self._end = None
            self._over(ACCEPTED.status, ACCEPTED.phase, ACCEPTED.name, "")
            self._progress["eta_seconds"] = None
        self._progress["message"] = data["message"] or _SAID[data["job_state"]]
        return [self._moved()]

    def _forecast_progress(self, data: Mapping[str, Any]) -> list[Emission]:
        self._progress = {name: data[name] for name in self._progress}
        self._percent = max(self._percent, data["percent"])
        is_epoch = data["epoch"] and data["epoch_seconds"] is not None
        measured = [self._measured()] if is_epoch else []
        return [*measured, self._moved()]

    def _epoch_end(self, data: Mapping[str, Any]) -> list[Emission]:
        self._metrics = data["metrics"]
        return []

    def _batch_metrics(self, data: Mapping[str, Any]) -> list[Emission]:
        loss = data["loss"]
        batch = {
            "batch": data["batch_idx"] + 1,
            "total_batches": data.get("total_batches"),
            "loss": loss,
            "root_mean_squared_error": None if loss is None else loss**0.5,
            "current_epoch": data["epoch"] + 1,
            "total_epochs": self._progress["total_epochs"],
        }
        return [("training_batch_progress", self._about | batch)]

    def _training_end(self, data: Mapping[str, Any]) -> list[Emission]:
        self._end = dict(data)
        return self._ending()

    def _ending(self) -> list[Emission]:
        end = self._end or {}
        epochs = None if self._progress["epoch"] is None else end["total_epochs"]
        facts = {"total_epochs": epochs, "duration_seconds": end["training_duration"]}
        if end["status"] == "completed":
            self._percent = COMPLETED.percent
            message = "The model is trained."
            self._over(COMPLETED.status, COMPLETED.phase, COMPLETED.name, message)
            done = {"success": True, "status": "completed", "message": message}
            return [self._moved(), ("training_completed", self._about | done | facts)]
        reason = end["reason"] or "The training was stopped."
        self._over("error", self._progress["phase"], "error", reason)
        failed = {"status": "failed", "job_status": end["status"], "error": reason}
        return [self._moved(), ("training_error", self._about | failed | facts)]

    def _over(self, status: str, phase: str, step: str, message: str) -> None:
        self._progress |= {"status": status, "phase": phase, "step": step, "message": message}
        self._progress["eta_seconds"] = 0.0

    def _moved(self) -> Emission:
        said = self._progress
        moved = {
            "status": said["status"],
            "message": said["message"],
            "progress_percent": self._percent,
            "phase": said["phase"],
            "step": said["step"],
            "current_step": said["step"],
            "epoch": said["epoch"],
            "total_epochs": said["total_epochs"],
            "eta_seconds": said["eta_seconds"],
            "loss": self._metrics.get("train_loss"),
            "val_loss": self._metrics.get("val_loss"),
            "details": {"epoch_seconds": said["epoch_seconds"]},
            "timestamp": self._at,
        }
        return "training_progress", self._about | moved

    def _measured(self) -> Emission:
        said = self._progress
        values = {name: self._metrics.get(ours) for name, ours in METRICS.items()}
        metrics = {
            "timestamp": self._at,
            "metrics_type": "real_time",
            "epoch": said["epoch"],
            "total_epochs": said["total_epochs"],
            "eta_seconds": said["eta_seconds"],
            "eta_formatted": formatted(said["eta_seconds"]),
            "progress_percent": self._percent,
            "epoch_duration": said["epoch_seconds"],
        }
        return "training_metrics", self._about | metrics | values


_SAID = {
    "queued": "The model waits for a worker.",
    "starting": "A worker takes the model up.",
    "running": "The model is being trained.",
    "stopping": "The training is being stopped.",
    "lost": "The worker was lost: another one goes on from the last epoch.",
}


DATASETS = "dataset_status_update"
DATASET_FIELDS = ("progress", "step", "status", "message", "eta_seconds", "detail")


def of_datasets(session_id: str, data: Mapping[str, Any]) -> Emission:
    """Return the event of a session's dataset job, for a client that calls it ``session_id``."""
    return DATASETS, {"session_id": session_id} | {name: data.get(name) for name in DATASET_FIELDS}


def formatted(seconds: float | None) -> str | None:
    """Return a duration as people read it: 45s, 3m 20s, 2h 5m."""
    if seconds is None:
        return None
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}m {rest}s" if minutes < 60 else f"{minutes // 60}h {minutes % 60}m"
