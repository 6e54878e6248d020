"""Personas, traits, a model and a run of benchmarks, and doing what a worker does for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.auth.actor import Actor
from app.clock import now
from app.errors import RoundhouseError
from app.jobs import states
from app.jobs.reconcile import report_death
from app.models.benchmark import BenchmarkModel
from app.models.job import Job
from app.models.persona import Persona, PersonaSet, Trait
from app.resources import Resources
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.perform import perform_benchmark
from services.benchmarks.runs.ports import Asking, Item, SettledItem, TokenMeter
from services.benchmarks.runs.types import BenchmarkRequest
from services.benchmarks.topics import subject_of
from tests.factories.datasets import claimed

GENDERS, RELIGIONS = ("female", "male"), ("Christians", "Muslims", "Jews")
ADJECTIVES = ("friendly", "competent", "lazy", "honest", "arrogant")
_numbers = count(1)


def make_persona_set(
    resources: Resources, owner_id: int | None, n: int = 4, visibility: str = "private"
) -> int:
    """Write ``n`` personas whose genders alternate and whose religions go round."""
    with resources.database.write() as unit:
        at = {"created_at": now(), "updated_at": now()}
        row = PersonaSet(name=f"People {next(_numbers)}", kind="uploaded", owner_id=owner_id,
                         visibility=visibility, num_personas=n, **at)  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        unit.session.add_all(
            Persona(
                set_id=row.id,
                uuid=str(UUID(int=row.id * 10_000 + number)),
                age=20 + number % 60,
                gender=GENDERS[number % 2],
                religion=RELIGIONS[number % 3],
            )
            for number in range(n)
        )
        return row.id


def make_twins(resources: Resources, owner_id: int, n: int = 8) -> int:
    """Write ``n`` personas, women and men in turn, each with a twin of the other gender."""
    dataset_id = make_persona_set(resources, owner_id, n)
    with resources.database.write() as unit:
        row = unit.session.get_one(PersonaSet, dataset_id)
        row.kind, row.num_personas = "counterfactual", 2 * n
        query = select(Persona).where(Persona.set_id == dataset_id).order_by(Persona.id)
        for source in unit.session.scalars(query).all():
            source.role = "source"
            unit.session.add(_twin_of(source))
    return dataset_id


def _twin_of(source: Persona) -> Persona:
    gender = GENDERS[1 - GENDERS.index(str(source.gender))]
    return Persona(
        set_id=source.set_id,
        uuid=str(UUID(int=UUID(source.uuid).int + 5_000)),
        age=source.age,
        gender=gender,
        religion=source.religion,
        role="counterfactual",
        source_persona_id=source.id,
        changed_attribute="gender",
        from_value=source.gender,
        to_value=gender,
    )


def make_traits(resources: Resources, n: int = 2) -> list[int]:
    """Write ``n`` active traits of the team; "lazy" and "arrogant" are unkind ones."""
    with resources.database.write() as unit:
        rows = [
            Trait(
                code=f"t{number}",
                adjective=name,
                adjective_key=name,
                category="competence",
                valence=-1 if name in ("lazy", "arrogant") else 1,
                is_active=True,
                created_at=now(),
                updated_at=now(),
            )
            for number, name in enumerate(ADJECTIVES[:n])
        ]
        unit.session.add_all(rows)
        unit.session.flush()
        return [row.id for row in rows]


def make_benchmark_model(
    resources: Resources, owner_id: int, visibility: str = "private", **values: Any
) -> int:
    """Write a model at an address that nothing listens on."""
    fields = {"name": "tiny", "base_url": "http://127.0.0.1:9"} | values
    with resources.database.write() as unit:
        row = BenchmarkModel(
            owner_id=owner_id, visibility=visibility, created_at=now(), updated_at=now(), **fields
        )
        unit.session.add(row)
        unit.session.flush()
        return row.id


Rule = Callable[[Item], int | str]


def three(_: Item) -> int:
    """Rate everybody alike."""
    return 3


def first_try(_: Item) -> int:
    """Accept every answer at once."""
    return 1


@dataclass
class RuleAsker:
    """Answers at once by a rule: a number is a rating, a text the kind of a failure.

    It asks at most ``limit`` items, and keeps the keys of those that it asked. ``tries`` says which
    attempt was accepted, ``identity`` what its server says of the weights, ``options`` the
    probabilities that it returns each time, ``spends`` the tokens of its probe's prompts.
    """

    rule: Rule = three
    tries: Callable[[Item], int] = first_try
    limit: int | None = None
    identity: dict[str, Any] | None = None
    options: dict[str, float] | None = None
    spends: int = 0
    asked: list[Any] = field(default_factory=list)
    asking: Asking | None = None

    def probe(self, asking: Asking, items: Iterator[Item]) -> dict[str, Any]:
        """Say that the server can chat."""
        self.asking = asking
        next(items)
        known = {"identity": self.identity} if self.identity else {}
        return {"api": "chat"} | ({"prompt_tokens": self.spends} if self.spends else {}) | known

    def ask(
        self,
        asking: Asking,
        items: Iterator[Item],
        accept: Callable[[SettledItem], None],
        should_stop: Callable[[], bool],
        on_server: Callable[[str, str | None], None],
        meter: TokenMeter,
    ) -> None:
        """Settle items until there is none left, or no money, or it should stop."""
        on_server("open", None)
        for item in items:
            if should_stop() or not meter.may_send() or len(self.asked) == self.limit:
                return
            self.asked.append(item.key)
            meter.count(10, 1, 0)
            accept(settled(item, self.rule(item), self.tries(item), self.options))


def settled(
    item: Item, answer: int | str, attempt: int = 1, options: dict[str, float] | None = None
) -> SettledItem:
    """Return the outcome of an item that cost ten tokens and one."""
    rated = isinstance(answer, int)
    return SettledItem(
        key=item.key,
        rating=answer if rated else None,
        kind=None if rated else answer,
        attempt=attempt,
        raw=f'{{"rating": {answer}}}' if rated else "I would rather not say.",
        latency_ms=5,
        prompt_tokens=10,
        completion_tokens=1,
        probabilities=options,
    )


def performed(
    resources: Resources, run_id: int, asker: RuleAsker | None = None, *, stop: bool = False
) -> RuleAsker:
    """Do the newest job of a benchmark run as a worker does."""
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == subject_of(run_id)).order_by(Job.id.desc())
        job_id = session.scalars(query).first()
    assert job_id is not None
    attempt = claimed(resources, job_id)
    if stop:
        attempt.stop_event.set()
    asker = asker or RuleAsker()
    perform_benchmark(run_id, attempt, resources.database, asker, lambda model: None)
    return asker


def start(
    resources: Resources, owner: Actor, personas: int = 4, traits: int = 2, **values: Any
) -> int:
    """Start a benchmark of new personas, traits and a model; return its number."""
    make_traits(resources, traits)
    make_benchmark_model(resources, owner.user_id)
    dataset_id = make_persona_set(resources, owner.user_id, personas)
    request = BenchmarkRequest(dataset_id=dataset_id, model_name="tiny", **values)
    return start_benchmark(resources.database, owner, request)


def fail_job(resources: Resources, subject: str, error: RoundhouseError) -> None:
    """End the newest job about a subject as a worker does whose use case raised ``error``."""
    attempt = claimed(resources, _newest_job(resources, subject))
    with attempt.write() as unit:
        attempt.finish(unit, states.FAILED, {"type": error.code, "detail": error.detail})


def lose_job(resources: Resources, subject: str) -> None:
    """Let the worker die that does the newest job about a subject."""
    claim = claimed(resources, _newest_job(resources, subject)).claim
    report_death(resources.jobs, claim.job_id, claim.holder, "its process was killed")


def _newest_job(resources: Resources, subject: str) -> int:
    query = select(Job.id).where(Job.subject == subject).order_by(Job.id.desc())
    with resources.database.read() as session:
        job_id = session.scalars(query).first()
    assert job_id is not None
    return job_id
