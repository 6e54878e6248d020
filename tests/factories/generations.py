"""Attribute generations, and doing what a worker does for them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.models.job import Job
from app.resources import Resources
from services.benchmarks.generations.perform import perform_generation
from services.benchmarks.generations.ports import SettledWriting, Writing
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.runs.ports import Asking, TokenMeter
from tests.factories.datasets import claimed

Written = dict[str, str] | str  # texts, or the kind of a failure


def plain(writing: Writing) -> Written:
    """Write the same about everybody, but for the name."""
    return {"name": f"Kim {writing.persona_id}", "appearance": "Tall.", "biography": "Met Ada."}


@dataclass
class RuleWriter:
    """Writes at once by a rule, about at most ``limit`` personas; keeps what it was given."""

    rule: Callable[[Writing], Written] = plain
    limit: int | None = None
    asked: list[Writing] = field(default_factory=list)
    asking: Asking | None = None

    def probe(self, asking: Asking, writings: Sequence[Writing]) -> dict[str, Any]:
        """Say that the server can chat."""
        assert writings
        self.asking = asking
        return {"api": "chat"}

    def write(
        self,
        asking: Asking,
        writings: Iterator[Writing],
        accept: Callable[[SettledWriting], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
        meter: TokenMeter,
    ) -> None:
        """Settle personas until there is none left, or no money, or it should stop."""
        on_server("open", None)
        for one in writings:
            if should_stop() or not meter.may_send() or len(self.asked) == self.limit:
                return
            self.asked.append(one)
            meter.count(10, 1, 0)
            accept(written(one, self.rule(one)))


def written(one: Writing, answer: Written) -> SettledWriting:
    """Return the outcome of a persona that cost ten tokens and one."""
    failed = isinstance(answer, str)
    return SettledWriting(
        persona_id=one.persona_id,
        texts=None if isinstance(answer, str) else answer,
        kind=answer if isinstance(answer, str) else None,
        attempt=1,
        raw="I would rather not." if failed else "{}",
        prompt_tokens=10,
        completion_tokens=1,
    )


def performed_generation(
    resources: Resources,
    generation_id: int,
    writer: RuleWriter | None = None,
    *,
    stop: bool = False,
) -> RuleWriter:
    """Do the newest job of an attribute generation as a worker does."""
    subject = generation_subject(generation_id)
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == subject).order_by(Job.id.desc())
        job_id = session.scalars(query).first()
    assert job_id is not None
    attempt = claimed(resources, job_id)
    if stop:
        attempt.stop_event.set()
    writer = writer or RuleWriter()
    perform_generation(generation_id, attempt, resources.database, writer, lambda model: None)
    return writer
