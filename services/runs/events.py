"""The events that a training run publishes, one class each: the names and fields of the wire.

A *fact* happened and is kept for ever; a *progress* event only says how far something is, so
the newest of its kind per client replaces the older ones (``docs/events.md``).
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import ClassVar, Self

from app.events import A_MINUTE, Event, Progress
from services.runs.training.ports import ClientRound

Metrics = dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class TrainingMode(Event):
    """Said once, before training: how the run is trained and by how many clients."""

    type: ClassVar[str] = "training_mode"
    is_federated: bool
    num_rounds: int
    num_clients: int


@dataclass(frozen=True, kw_only=True)
class TrainingStart(Event):
    """An attempt begins to train; ``resumed_from`` is the last finished epoch or round."""

    type: ClassVar[str] = "training_start"
    run_id: int
    experiment_name: str
    max_epochs: int | None
    training_mode: str
    client_id: str | None = None
    attempt: int = 1
    resumed_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class EpochStart(Event):
    """A centralised epoch begins; ``epoch`` counts from 0."""

    type: ClassVar[str] = "epoch_start"
    epoch: int
    total_epochs: int


@dataclass(frozen=True, kw_only=True)
class EpochEnd(Event):
    """An epoch has been trained and measured; ``epoch`` counts from 0."""

    type: ClassVar[str] = "epoch_end"
    epoch: int
    phase: str
    metrics: Metrics
    client_id: str | None = None
    round_number: int | None = None


@dataclass(frozen=True, kw_only=True)
class BatchMetrics(Progress):
    """Every ``batch_sample_interval`` batches: the loss of the latest batch."""

    type: ClassVar[str] = "batch_metrics"
    step: int
    batch_idx: int
    loss: float | None
    epoch: int
    accuracy: float | None = None
    client_id: str | None = None
    round_number: int | None = None
    total_batches: int | None = None


@dataclass(frozen=True, kw_only=True)
class GradientStats(Progress):
    """Every ``gradient_sample_interval`` steps: L2 norms of the gradients before clipping."""

    type: ClassVar[str] = "gradient_stats"
    step: int
    total_norm: float | None
    layer_norms: dict[str, float | None]
    max_norm: float | None
    min_norm: float | None
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class LearningRateUpdate(Progress):
    """The learning rate in force, published with the gradients."""

    type: ClassVar[str] = "lr_update"
    current_lr: float
    step: int
    epoch: int
    scheduler_type: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class EarlyStopping(Event):
    """Training ends early: the monitored metric has not improved for ``patience`` epochs."""

    type: ClassVar[str] = "early_stopping"
    epoch: int
    best_metric_value: float | None
    metric_name: str
    patience: int


@dataclass(frozen=True, kw_only=True)
class RoundStart(Event):
    """A federated round begins; rounds count from 1, round 0 is the untrained model."""

    type: ClassVar[str] = "round_start"
    run_id: int
    round: int
    total_rounds: int
    local_epochs: int
    clients: list[str]


@dataclass(frozen=True, kw_only=True)
class RoundMetrics(Event):
    """The aggregated model of a round, measured on rows that no client has.

    Where the server has no data it is measured on the sites' validation rows, put together.
    """

    type: ClassVar[str] = "round_metrics"
    round: int
    total_rounds: int
    metrics: Metrics


@dataclass(frozen=True, kw_only=True)
class RoundEnd(Event):
    """A round is complete and stored; ``refused`` names the clients left out and why.

    ``status`` is completed, or no_quorum where too few updates were good to change the model.
    """

    type: ClassVar[str] = "round_end"
    round: int
    total_rounds: int
    fit_metrics: Metrics
    eval_metrics: Metrics
    refused: dict[str, str]
    seconds: float
    status: str = "completed"
    is_best: bool = False
    bytes_down: int | None = None
    bytes_up: int | None = None


@dataclass(frozen=True, kw_only=True)
class ClientTrainingStart(Event):
    """A client begins its part of a round."""

    type: ClassVar[str] = "client_training_start"
    run_id: int
    client_id: str
    round: int
    status: str
    local_epochs: int
    num_samples: int


@dataclass(frozen=True, kw_only=True)
class ClientProgress(Progress):
    """How far a client is inside its round."""

    type: ClassVar[str] = "client_progress"
    run_id: int
    client_id: str
    round: int
    local_epoch: int
    metrics: Metrics


@dataclass(frozen=True, kw_only=True)
class ClientComplete(Event):
    """A client has finished a round: ``status`` is ``completed``, ``refused`` or ``failed``."""

    type: ClassVar[str] = "client_complete"
    run_id: int
    client_id: str
    round: int
    status: str
    total_rounds: int
    total_local_epochs: int
    metrics: Metrics
    num_samples: int
    seconds: float
    reason: str | None = None
    waiting_seconds: float | None = None
    training_seconds: float | None = None
    sending_seconds: float | None = None
    bytes_down: int | None = None
    bytes_up: int | None = None
    loss_before: float | None = None
    loss_after: float | None = None

    @classmethod
    def of(
        cls, run_id: int, part: ClientRound, *, total_rounds: int, total_local_epochs: int
    ) -> Self:
        """Return the event of a part that is over."""
        names = {field.name for field in fields(cls)} - {"run_id", "client_id", "metrics"}
        return cls(
            run_id=run_id,
            client_id=part.client,
            metrics=dict(part.metrics),
            total_rounds=total_rounds,
            total_local_epochs=total_local_epochs,
            **{name: getattr(part, name) for name in names if hasattr(part, name)},
        )


@dataclass(frozen=True, kw_only=True)
class SitesAnswered(Progress):
    """Across sites: who has answered, and who is still waited for.

    ``phase`` is asking (what data a site has, before round 0), training or measuring. Who is given
    up is in neither list.
    """

    type: ClassVar[str] = "sites_answered"
    run_id: int
    round: int
    phase: str
    answered: list[str]
    waiting_for: list[str]


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Event):
    """The run or its job changed state: ``job_state`` is the engine's word for it.

    ``message_code`` and ``message_params`` are what ``message`` says, for other languages; null
    where it is a sentence without a code.
    """

    type: ClassVar[str] = "status"
    status: str
    job_state: str
    attempt: int
    message: str | None = None
    message_code: str | None = None
    message_params: dict[str, str | int] | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingError(Event):
    """Something went wrong, in a sentence for people; never a traceback."""

    type: ClassVar[str] = "error"
    error: str
    error_type: str | None = None
    client_id: str | None = None
    round: int | None = None


@dataclass(frozen=True, kw_only=True)
class SeriesPoints(Progress):
    """Points of these series came from outside; ``names`` are the first 50 of them."""

    type: ClassVar[str] = "series_points"
    kept_for: ClassVar[timedelta | None] = A_MINUTE  # a day of logging leaves a page of rows
    run_id: int
    names: list[str]
    last_step: int


@dataclass(frozen=True, kw_only=True)
class LogLine(Progress):
    """The log has grown to line ``last_id``; the lines themselves are paged over HTTP."""

    type: ClassVar[str] = "log"
    last_id: int


@dataclass(frozen=True, kw_only=True)
class TrainingEnd(Event):
    """The run is over: said once, and once more when a resumed run is over again.

    ``reason_code`` and ``reason_params`` are what ``reason`` says, for other languages; null where
    it is a sentence without a code.
    """

    type: ClassVar[str] = "training_end"
    run_id: int
    status: str
    experiment_name: str
    training_mode: str
    training_duration: float
    total_epochs: int | None = None
    total_rounds: int | None = None
    best_epoch: int | None = None
    best_round: int | None = None
    best_val_recall: float | None = None
    reason: str | None = None
    reason_code: str | None = None
    reason_params: dict[str, str | int] | None = None
