"""What the engine needs from the platform, and what it gives back: the seam between the two.

The engine (torch, Lightning, Flower) knows no database; the platform knows no torch.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.events import Event
from services.datasets.types import TrainingData
from services.runs.federated.domain.pooling import HELD_OUT
from services.runs.training.config.config import TrainingConfig

if TYPE_CHECKING:  # a site computes, and has no database
    from app.db.uow import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of one series. ``client`` is None for the run's own series."""

    name: str
    step: int
    value: float
    client: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The global model measured as the run is evaluated (round 0 is the untrained model).

    ``confusion`` is the matrix as rows (true class) of columns (predicted class).
    ``metrics`` holds loss, accuracy, precision, recall, f1, auroc; None where undefined.
    """

    round: int
    metrics: Mapping[str, float | None]
    confusion: Sequence[Sequence[int]]
    num_samples: int | None


@dataclass(frozen=True, kw_only=True)
class ClientRound:
    """One client's part in one round, as far as it has come.

    ``status`` is waiting, training, completed, refused or failed (the last two with a reason).
    ``seconds`` run from handing out the model to having the answer: ``training_seconds`` of
    them the client worked, the rest went into sending; ``waiting_seconds`` were before. Bytes
    are those of the records that were sent to it (down) and came back (up). ``metrics_before``
    are of the model that it received and ``metrics_after`` of its own model after training,
    both on its validation rows. ``weight`` is its share in the new model, ``leave_one_out`` the
    monitored metric with it minus that without it. What is not known is None or empty.
    """

    client: str
    round: int
    status: str
    num_samples: int
    seconds: float
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    reason: str | None = None
    started_at: datetime | None = None
    waiting_seconds: float | None = None
    training_seconds: float | None = None
    sending_seconds: float | None = None
    bytes_down: int | None = None
    bytes_up: int | None = None
    metrics_before: Mapping[str, float | None] = field(default_factory=dict)
    metrics_after: Mapping[str, float | None] = field(default_factory=dict)
    weight: float | None = None
    leave_one_out: float | None = None

    @property
    def loss_before(self) -> float | None:
        """Return the validation loss of the model that the client received."""
        return self.metrics_before.get("loss")

    @property
    def loss_after(self) -> float | None:
        """Return the validation loss of the client's own model after training."""
        return self.metrics_after.get("loss")


@dataclass(frozen=True, kw_only=True)
class RoundBegin:
    """A round as it begins: everybody who was drawn for it still waits."""

    number: int
    started_at: datetime
    clients: Sequence[ClientRound]


@dataclass(frozen=True, kw_only=True)
class RoundOutcome:
    """How a round ended: ``status`` is completed, or no_quorum where the model stayed as it was.

    ``quorum`` good updates were needed of ``taking_part``. Bytes include the evaluation at
    clients that did not train.
    """

    number: int
    status: str
    started_at: datetime
    seconds: float
    taking_part: int
    good: int
    quorum: int
    fit_metrics: Mapping[str, float | None] = field(default_factory=dict)
    eval_metrics: Mapping[str, float | None] = field(default_factory=dict)
    bytes_down: int | None = None
    bytes_up: int | None = None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything needed to go on after ``step`` (the last finished epoch or round).

    ``files`` maps a name such as ``weights.safetensors`` to its bytes; no pickle among them.
    """

    step: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """One finished epoch or round, stored in one fenced transaction with its checkpoint.

    ``completed`` of ``total`` says how far the run is, in whatever both are counted.
    ``keep_models`` says which checkpoints outlive the next one, with their model as a file of the
    run: all, the best one, or none. ``is_result``: the points are the test of the kept model, in
    the place of what an earlier end of the run measured.
    """

    step: int
    completed: float
    total: float
    message: str
    points: Sequence[Point] = ()
    events: Sequence[Event] = ()
    evaluation: Evaluation | None = None
    round: RoundOutcome | None = None
    clients: Sequence[ClientRound] = ()
    checkpoint: Checkpoint | None = None
    is_result: bool = False
    is_best: bool = False
    keep_models: str = "none"


class TrainingRecorder(Protocol):
    """Where the engine reports what happens. Every call may raise ``LeaseLost``: let it pass."""

    def publish(self, event: Event) -> None:
        """Publish one live event; progress events are coalesced."""

    def log(self, level: str, message: str) -> None:
        """Add one line to the run's log; ``level`` is debug, info, warning or error."""

    def begin_round(self, begin: RoundBegin) -> None:
        """Note that a round begins; what an earlier attempt noted of it or later ones goes."""

    def report_client(self, part: ClientRound, refusal: str | None = None) -> None:
        """Note how far a client is in its round; ``refusal`` is a warning for the run's log."""

    def finish_step(self, outcome: StepOutcome) -> None:
        """Store a finished epoch or round, completely or not at all."""

    def stop_requested(self) -> bool:
        """Whether a person requested a stop; cheap enough for every batch."""


class FencedAttempt(Protocol):
    """The platform's side of an attempt: what the use case writes through."""

    @property
    def number(self) -> int:
        """The number of this attempt, from 1."""

    def write(self) -> AbstractContextManager["UnitOfWork"]:
        """Open a unit of work that commits only while this attempt holds the job."""

    def note(self, unit: "UnitOfWork", **values: Any) -> None:
        """Store progress, message or checkpoint on the job, inside a unit of work."""

    def stop_requested(self) -> bool:
        """Whether a person requested a stop."""

    def finish(self, unit: "UnitOfWork", state: str) -> None:
        """End the job together with what the unit of work holds."""


@dataclass(frozen=True, kw_only=True)
class TrainingTask:
    """One attempt at one run, as the engine gets it.

    ``evaluated_on`` says what the model is measured on: rows of ``data`` that are held out, or
    the sites' own validation rows. Then ``data`` holds nothing: the sites say what theirs is.
    """

    run_id: int
    attempt: int
    experiment_name: str
    mode: str
    config: TrainingConfig
    data: TrainingData
    evaluated_on: str = HELD_OUT
    resume: Checkpoint | None = None
    pretrained: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """How a run ended. ``status`` is ``completed`` or ``cancelled`` (stopped: best kept).

    ``files`` are the artifacts to keep: ``model.safetensors`` (best weights),
    ``last.safetensors``, ``manifest.json``, ``split.json`` (which rows each part had) and
    ``test_predictions.parquet`` (what the best weights say of each held-out row); none where a
    stop came before anything was trained.
    ``test_metrics`` are empty where no rows were held out.
    """

    status: str
    best_step: int | None
    files: Mapping[str, bytes]
    test_metrics: Mapping[str, float | None]
    test_confusion: Sequence[Sequence[int]] | None
    reason: str | None = None


class TrainingEngine(Protocol):
    """The heavy part, handed to the use case by the worker."""

    def train(self, task: TrainingTask, recorder: TrainingRecorder) -> TrainingResult:
        """Train to the end, to a stop, or raise."""
