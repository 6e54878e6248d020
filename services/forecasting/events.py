"""The events that the training of a session's model publishes beside those of every run."""

from dataclasses import dataclass
from typing import ClassVar

from app.events import Progress


@dataclass(frozen=True, kw_only=True)
class ForecastProgress(Progress):
    """How far the training of a model is: ``percent`` never falls within a run.

    ``step`` names the stage; ``phase`` and ``status`` are the contract's words for it. ``epoch``
    is how many epochs have ended of ``total_epochs``; both are null for a family without epochs.
    With early stopping ``total_epochs`` becomes the number of those that were trained.
    """

    type: ClassVar[str] = "forecast_progress"
    run_id: int
    model_name: str
    step: str
    phase: str
    status: str
    percent: float
    message: str
    epoch: int | None = None
    total_epochs: int | None = None
    epoch_seconds: float | None = None
    eta_seconds: float | None = None
