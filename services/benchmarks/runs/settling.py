"""What a job says while a model answers it: counts, speed and cost, in group commits."""

import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from app.db.uow import UnitOfWork
from app.events.base import Event
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.runs.cost import price
from services.benchmarks.runs.meter import Meter, Tokens
from services.benchmarks.runs.pace import Pace
from services.benchmarks.runs.types import RunCounts
from services.runs.training.ports import FencedAttempt


class SettledThing(Protocol):
    """Something that was asked and is settled: with an answer, or with the kind of its failure."""

    @property
    def kind(self) -> str | None:
        """The kind of the failure, None of an answer."""


Settled = TypeVar("Settled", bound=SettledThing)
Answered = TypeVar("Answered", BenchmarkRun, AttributeGeneration)


class SettlingReport(ABC, Generic[Settled, Answered]):
    """Keeps what one attempt settles in batches; ``flush`` may raise what ends the attempt.

    ``accept`` is called from the thread that asks, ``flush`` from the one that writes. ``meter``
    counts what requests cost.
    """

    topic: str

    def __init__(
        self,
        attempt: FencedAttempt,
        counts: RunCounts,
        meter: Meter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._meter = meter
        self._clock = clock
        self._done, self._failed, self._total = counts.done, counts.failed, counts.total
        self._kinds: Counter[str] = Counter()
        self._pace = Pace(clock(), counts.done + counts.failed)
        self._pending: list[Settled] = []
        self._lock = threading.Lock()
        self._server: tuple[str, str | None] = ("open", None)
        self._server_changed = False

    @abstractmethod
    def _locked(self, unit: UnitOfWork) -> Answered:
        """Return the row. Raises where it was deleted meanwhile."""

    @abstractmethod
    def _keep(self, unit: UnitOfWork, row: Answered, pending: Sequence[Settled]) -> None:
        """Store what was settled."""

    @abstractmethod
    def _events(
        self, row: Answered, cost: float | None, pending: Sequence[Settled]
    ) -> Iterable[Event]:
        """Return what is published."""

    @abstractmethod
    def _message(self, settled: int, total: int) -> str:
        """Return how far it is, as a sentence."""

    def accept(self, settled: Settled) -> None:
        """Take what is settled; it is stored with the next flush."""
        with self._lock:
            self._pending.append(settled)

    def on_server(self, state: str, detail: str | None) -> None:
        """Take note of whether requests go out, or wait and why."""
        self._server_changed = self._server_changed or (state, detail) != self._server
        self._server = (state, detail)

    def flush(self) -> None:
        """Store what was accepted and used, and say how far it is, in one commit.

        Raises LeaseLost and what ``_locked`` raises.
        """
        with self._lock:
            pending, self._pending = self._pending, []
        tokens = self._meter.take()
        if not pending and not self._server_changed and tokens == Tokens():
            return
        self._server_changed = False
        with self._attempt.write() as unit:
            row = self._locked(unit)
            self._keep(unit, row, pending)
            tokens.add_to(row)
            model = unit.session.get_one(BenchmarkModel, row.model_id)
            cost = price(model, row.prompt_tokens, row.completion_tokens)
            self._count(pending)
            self._note(unit, is_further=bool(pending))
            for event in self._events(row, cost, pending):
                unit.publish(self.topic, event)

    def require_paid(self) -> None:
        """Raise CostLimitReached where something is open because of its cost."""
        if self._done + self._failed < self._total:
            self._meter.require_below()

    def _note(self, unit: UnitOfWork, *, is_further: bool) -> None:
        """Say on the job how far it is: an attempt that settled something has a checkpoint.

        Without it, a long job would be given up once its workers died three times.
        """
        values = {"checkpoint_attempt": self._attempt.number} if is_further else {}
        settled = self._done + self._failed
        share = min(1.0, settled / max(1, self._total))
        message = self._message(settled, self._total)
        self._attempt.note(unit, progress=share, message=message, **values)

    def _count(self, pending: Sequence[Settled]) -> None:
        self._done += sum(one.kind is None for one in pending)
        self._failed += sum(one.kind is not None for one in pending)
        self._kinds.update(one.kind for one in pending if one.kind is not None)
        self._pace.mark(self._clock(), self._done + self._failed)

    def _shown(self, row: Answered, cost: float | None) -> dict[str, Any]:
        """Return what every event of progress has."""
        return {
            "done": self._done,
            "failed": self._failed,
            "total": self._total,
            **self._pace.shown(self._total - self._done - self._failed),
            "prompt_tokens": row.prompt_tokens,
            "completion_tokens": row.completion_tokens,
            "cost": cost,
            "failures": dict(self._kinds),
            "server": self._server[0],
            "detail": self._server[1],
        }
