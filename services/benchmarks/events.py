"""What a benchmark run reports on its topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from app.events import A_MINUTE, Event, Progress


@dataclass(frozen=True, kw_only=True)
class BenchmarkStateChanged(Event):
    """The state of a run as the job engine has it, and why it failed or waits."""

    type: ClassVar[str] = "benchmark_state_changed"
    run_id: int
    state: str
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkProgress(Progress):
    """How far a run is: ``done`` items are answered, ``failed`` have no answer, of ``total``.

    ``rate`` is in items per second over the last half minute and ``eta_seconds`` follows from it;
    both are None until there is something to go by. ``failures`` counts by kind. ``server`` says
    whether requests go out ("open"), or wait for the server ("waiting"), and ``detail`` why.
    """

    type: ClassVar[str] = "benchmark_progress"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    run_id: int
    done: int
    failed: int
    total: int
    rate: float | None
    eta_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    failures: Mapping[str, int] = field(default_factory=dict)
    server: str = "open"
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkAnswers(Progress):
    """The newest answers, the last one last: a part of them where they come faster than is read.

    Each has persona_id, trait, scale_order, rating (None where it failed), kind and text.
    """

    type: ClassVar[str] = "benchmark_answers"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    run_id: int
    answers: Sequence[Mapping[str, str | int | None]]


@dataclass(frozen=True, kw_only=True)
class BenchmarkProbed(Event):
    """The server was probed before the first item; the run has what it turned out to do."""

    type: ClassVar[str] = "benchmark_probed"
    run_id: int
    endpoint: str
    warnings: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class GenerationStateChanged(Event):
    """The state of an attribute generation as the job engine has it, and why it failed."""

    type: ClassVar[str] = "attribute_generation_state_changed"
    generation_id: int
    state: str
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class GenerationProgress(Progress):
    """How many personas have texts (``done``) or have none (``failed``), as BenchmarkProgress.

    ``newest`` is the name of the person whose texts came last.
    """

    type: ClassVar[str] = "attribute_generation_progress"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    generation_id: int
    done: int
    failed: int
    total: int
    rate: float | None
    eta_seconds: float | None
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    failures: Mapping[str, int] = field(default_factory=dict)
    server: str = "open"
    detail: str | None = None
    newest: str | None = None


@dataclass(frozen=True, kw_only=True)
class QueueEntryChanged(Event):
    """An entry of a person's queue was added, began or ended; the route has the rest."""

    type: ClassVar[str] = "benchmark_queue_changed"
    entry_id: int
    status: str
    result_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkWarmUp(Progress):
    """How far the warm-up of a run's tables is; the route has its record."""

    type: ClassVar[str] = "benchmark_warm_up"
    kept_for: ClassVar[timedelta | None] = A_MINUTE
    run_id: int
    status: str
    step: str | None
    done: int
    total: int
