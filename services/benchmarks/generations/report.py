"""What a generation says while it writes: its progress, and the newest name."""

import time
from collections.abc import Callable, Iterable, Sequence

from app.db.uow import UnitOfWork
from app.events.base import Event
from app.models.attribute_generation import AttributeGeneration
from services.benchmarks.events import GenerationProgress
from services.benchmarks.generations.keep import keep_writings
from services.benchmarks.generations.ports import SettledWriting
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.runs.meter import Meter
from services.benchmarks.runs.settling import SettlingReport
from services.benchmarks.runs.types import RunCounts
from services.runs.training.ports import FencedAttempt


class GenerationGone(Exception):
    """The generation was deleted meanwhile."""


class GenerationReport(SettlingReport[SettledWriting, AttributeGeneration]):
    """Keeps the texts that an attempt settles; ``flush`` raises GenerationGone without its row."""

    def __init__(
        self,
        attempt: FencedAttempt,
        generation_id: int,
        counts: RunCounts,
        meter: Meter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(attempt, counts, meter, clock)
        self.topic = generation_subject(generation_id)
        self._id = generation_id
        self._newest: str | None = None

    def _locked(self, unit: UnitOfWork) -> AttributeGeneration:
        row = unit.session.get(AttributeGeneration, self._id, with_for_update=True)
        if row is None:
            raise GenerationGone
        return row

    def _keep(
        self, unit: UnitOfWork, row: AttributeGeneration, pending: Sequence[SettledWriting]
    ) -> None:
        keep_writings(unit.session, row, pending)

    def _message(self, settled: int, total: int) -> str:
        return f"{settled} of {total} personas are settled."

    def _events(
        self, row: AttributeGeneration, cost: float | None, pending: Sequence[SettledWriting]
    ) -> Iterable[Event]:
        for one in pending:
            self._newest = (one.texts or {}).get("name", self._newest)
        shown = self._shown(row, cost)
        yield GenerationProgress(generation_id=row.id, newest=self._newest, **shown)
