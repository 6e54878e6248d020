"""What a run says while it asks: its progress, and the newest answers."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from app.db.uow import UnitOfWork
from app.events.base import Event
from app.models.benchmark import BenchmarkRun
from services.benchmarks.events import BenchmarkAnswers, BenchmarkProgress
from services.benchmarks.runs.keep import keep_outcomes
from services.benchmarks.runs.meter import Meter
from services.benchmarks.runs.ports import SettledItem
from services.benchmarks.runs.settling import SettlingReport
from services.benchmarks.runs.types import RunCounts
from services.benchmarks.topics import subject_of
from services.runs.training.ports import FencedAttempt

SHOWN = 20  # answers of one event
TEXT = 300  # characters of an answer that travel live


class BenchmarkGone(Exception):
    """The run was deleted meanwhile."""


class BenchmarkReport(SettlingReport[SettledItem, BenchmarkRun]):
    """Keeps the items that an attempt settles; ``flush`` raises BenchmarkGone without its row."""

    def __init__(
        self,
        attempt: FencedAttempt,
        run_id: int,
        counts: RunCounts,
        meter: Meter,
        traits: Mapping[int, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(attempt, counts, meter, clock)
        self.topic = subject_of(run_id)
        self._run_id = run_id
        self._traits = traits

    def _locked(self, unit: UnitOfWork) -> BenchmarkRun:
        run = unit.session.get(BenchmarkRun, self._run_id, with_for_update=True)
        if run is None:
            raise BenchmarkGone
        return run

    def _keep(self, unit: UnitOfWork, row: BenchmarkRun, pending: Sequence[SettledItem]) -> None:
        keep_outcomes(unit.session, row, pending)

    def _message(self, settled: int, total: int) -> str:
        return f"{settled} of {total} items are settled."

    def _events(
        self, row: BenchmarkRun, cost: float | None, pending: Sequence[SettledItem]
    ) -> Iterable[Event]:
        yield BenchmarkProgress(run_id=row.id, **self._shown(row, cost))
        if pending:
            newest = [self._answer(one) for one in pending[-SHOWN:]]
            yield BenchmarkAnswers(run_id=row.id, answers=newest)

    def _answer(self, one: SettledItem) -> dict[str, str | int | None]:
        return {
            "persona_id": one.key.persona_id,
            "trait": self._traits[one.key.trait_id],
            "scale_order": one.key.scale_order,
            "rating": one.rating,
            "kind": one.kind,
            "attempt": one.attempt,
            "text": one.raw[:TEXT],
        }
