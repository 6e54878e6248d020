"""What a run says while it asks: its counts, its speed, the newest answers, in group commits."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from app.db.uow import UnitOfWork
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.errors import CostLimitReached
from services.benchmarks.events import BenchmarkAnswers, BenchmarkProgress
from services.benchmarks.runs.cost import cost_of
from services.benchmarks.runs.keep import keep_outcomes
from services.benchmarks.runs.pace import Pace
from services.benchmarks.runs.ports import SettledItem
from services.benchmarks.runs.types import RunCounts
from services.benchmarks.topics import subject_of
from services.runs.training.ports import FencedAttempt

SHOWN = 20  # answers of one event
TEXT = 300  # characters of an answer that travel live


class BenchmarkGone(Exception):
    """The run was deleted meanwhile."""


class BenchmarkReport:
    """Keeps outcomes of one attempt in batches; ``flush`` may raise what ends the attempt.

    ``accept`` is called from the thread that asks, ``flush`` from the one that writes.
    """

    def __init__(
        self,
        attempt: FencedAttempt,
        run_id: int,
        counts: RunCounts,
        traits: Mapping[int, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._run_id = run_id
        self._traits = traits
        self._clock = clock
        self._done, self._failed, self._total = counts.done, counts.failed, counts.total
        self._kinds: Counter[str] = Counter()
        self._pace = Pace(clock(), counts.done + counts.failed)
        self._pending: list[SettledItem] = []
        self._lock = threading.Lock()
        self._server: tuple[str, str | None] = ("open", None)
        self._server_changed = False

    def accept(self, outcome: SettledItem) -> None:
        """Take an outcome; it is stored with the next flush."""
        with self._lock:
            self._pending.append(outcome)

    def on_server(self, state: str, detail: str | None) -> None:
        """Take note of whether requests go out, or wait and why."""
        self._server_changed = self._server_changed or (state, detail) != self._server
        self._server = (state, detail)

    def flush(self, limit: float | None = None) -> None:
        """Store what was accepted and say how far the run is, in one commit.

        Raises LeaseLost, BenchmarkGone without its row, and CostLimitReached once the tokens cost
        ``limit`` or more.
        """
        with self._lock:
            pending, self._pending = self._pending, []
        if not pending and not self._server_changed:
            return
        self._server_changed = False
        with self._attempt.write() as unit:
            run = unit.session.get(BenchmarkRun, self._run_id, with_for_update=True)
            if run is None:
                raise BenchmarkGone
            keep_outcomes(unit.session, run, pending)
            cost = cost_of(run, unit.session.get_one(BenchmarkModel, run.model_id))
            self._count(pending)
            self._note(unit, is_further=bool(pending))
            unit.publish(subject_of(run.id), self._progress(run, cost))
            if pending:
                unit.publish(subject_of(run.id), self._answers(pending))
        if limit is not None and cost is not None and cost >= limit:
            raise CostLimitReached(f"The run may cost {limit:g}, and it has cost {cost:g}.")

    def _note(self, unit: UnitOfWork, *, is_further: bool) -> None:
        """Say on the job how far it is: an attempt that settled an item has a checkpoint.

        Without it, a long run would be given up once its workers died three times.
        """
        values = {"checkpoint_attempt": self._attempt.number} if is_further else {}
        self._attempt.note(unit, progress=self._share(), message=self._message(), **values)

    def _count(self, pending: list[SettledItem]) -> None:
        self._done += sum(one.rating is not None for one in pending)
        self._failed += sum(one.rating is None for one in pending)
        self._kinds.update(one.kind for one in pending if one.kind is not None)
        self._pace.mark(self._clock(), self._done + self._failed)

    def _share(self) -> float:
        return min(1.0, (self._done + self._failed) / max(1, self._total))

    def _message(self) -> str:
        return f"{self._done + self._failed} of {self._total} items are settled."

    def _progress(self, run: BenchmarkRun, cost: float | None) -> BenchmarkProgress:
        left = self._total - self._done - self._failed
        return BenchmarkProgress(
            run_id=run.id,
            done=self._done,
            failed=self._failed,
            total=self._total,
            **self._pace.shown(left),
            prompt_tokens=run.prompt_tokens,
            completion_tokens=run.completion_tokens,
            cost=cost,
            failures=dict(self._kinds),
            server=self._server[0],
            detail=self._server[1],
        )

    def _answers(self, pending: list[SettledItem]) -> BenchmarkAnswers:
        newest = [self._shown(one) for one in pending[-SHOWN:]]
        return BenchmarkAnswers(run_id=self._run_id, answers=newest)

    def _shown(self, one: SettledItem) -> dict[str, str | int | None]:
        return {
            "persona_id": one.key.persona_id,
            "trait": self._traits[one.key.trait_id],
            "scale_order": one.key.scale_order,
            "rating": one.rating,
            "kind": one.kind,
            "attempt": one.attempt,
            "text": one.raw[:TEXT],
        }
