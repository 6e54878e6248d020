"""What a generation says while it writes: its counts, its speed, its cost, in group commits."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel
from services.benchmarks.errors import CostLimitReached
from services.benchmarks.events import GenerationProgress
from services.benchmarks.generations.keep import keep_writings
from services.benchmarks.generations.ports import SettledWriting
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.runs.cost import price
from services.benchmarks.runs.pace import Pace
from services.benchmarks.runs.types import RunCounts
from services.runs.training.ports import FencedAttempt


class GenerationGone(Exception):
    """The generation was deleted meanwhile."""


class GenerationReport:
    """Keeps texts of one attempt in batches; ``flush`` may raise what ends the attempt.

    ``accept`` is called from the thread that asks, ``flush`` from the one that writes.
    """

    def __init__(
        self,
        attempt: FencedAttempt,
        generation_id: int,
        counts: RunCounts,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._id = generation_id
        self._clock = clock
        self._done, self._failed, self._total = counts.done, counts.failed, counts.total
        self._kinds: Counter[str] = Counter()
        self._pace = Pace(clock(), counts.done + counts.failed)
        self._pending: list[SettledWriting] = []
        self._lock = threading.Lock()
        self._server: tuple[str, str | None] = ("open", None)
        self._server_changed = False
        self._newest: str | None = None

    def accept(self, settled: SettledWriting) -> None:
        """Take a settled persona; it is stored with the next flush."""
        with self._lock:
            self._pending.append(settled)

    def on_server(self, state: str, detail: str | None) -> None:
        """Take note of whether requests go out, or wait and why."""
        self._server_changed = self._server_changed or (state, detail) != self._server
        self._server = (state, detail)

    def flush(self, limit: float | None = None) -> None:
        """Store what was accepted and say how far it is, in one commit.

        Raises LeaseLost, GenerationGone, and CostLimitReached once the tokens cost ``limit``.
        """
        with self._lock:
            pending, self._pending = self._pending, []
        if not pending and not self._server_changed:
            return
        self._server_changed = False
        with self._attempt.write() as unit:
            row = unit.session.get(AttributeGeneration, self._id, with_for_update=True)
            if row is None:
                raise GenerationGone
            keep_writings(unit.session, row, pending)
            model = unit.session.get_one(BenchmarkModel, row.model_id)
            cost = price(model, row.prompt_tokens, row.completion_tokens)
            self._count(pending)
            self._attempt.note(unit, progress=self._share(), message=self._message())
            unit.publish(generation_subject(row.id), self._progress(row, cost))
        if limit is not None and cost is not None and cost >= limit:
            raise CostLimitReached(f"The run may cost {limit:g}, and it has cost {cost:g}.")

    def _count(self, pending: list[SettledWriting]) -> None:
        for one in pending:
            self._done += one.texts is not None
            self._failed += one.texts is None
            self._newest = (one.texts or {}).get("name", self._newest)
        self._kinds.update(one.kind for one in pending if one.kind is not None)
        self._pace.mark(self._clock(), self._done + self._failed)

    def _share(self) -> float:
        return min(1.0, (self._done + self._failed) / max(1, self._total))

    def _message(self) -> str:
        return f"{self._done + self._failed} of {self._total} personas are settled."

    def _progress(self, row: AttributeGeneration, cost: float | None) -> GenerationProgress:
        return GenerationProgress(
            generation_id=row.id,
            done=self._done,
            failed=self._failed,
            total=self._total,
            **self._pace.shown(self._total - self._done - self._failed),
            prompt_tokens=row.prompt_tokens,
            completion_tokens=row.completion_tokens,
            cost=cost,
            failures=dict(self._kinds),
            server=self._server[0],
            detail=self._server[1],
            newest=self._newest,
        )
