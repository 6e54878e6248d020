"""A benchmark run whose answers are written straight into the tables, as a worker left them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from app.auth.actor import Actor
from app.auth.credentials import actor_of_session
from app.clock import now
from app.db.engine import Database
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkModel
from app.models.persona import Persona, Trait
from app.models.user import User
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.benchmarks.personas.build import build_set
from services.benchmarks.personas.types import BuildRequest
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest

TRAITS = 24  # of the platform itself
MODEL = "rated"
FAILED, RETRIED = 0.008, 0.02  # shares of all items
KINDS = ("refusal", "filtered", "no_number")
PORTION = 50_000


def actor_of(user: User) -> Actor:
    """Return the person as use cases take them."""
    return actor_of_session(0, user.id, user.role, user.name)


def start_run(database: Database, actor: Actor, persons: int, **more: Any) -> int:
    """Start a run of a new pool of persons on the platform's traits, each item in both orders."""
    ensure_builtin_benchmarks(database)
    name = f"{persons} people {now():%f}"
    people = build_set(database, actor, BuildRequest(kind="pool", name=name, n=persons, seed=1))
    fields = {"name": f"{MODEL} {now():%f}", "base_url": "http://127.0.0.1:9"} | more
    at = now()
    row = BenchmarkModel(owner_id=actor.user_id, created_at=at, updated_at=at, **fields)
    with database.write() as unit:
        unit.session.add(row)
    request = BenchmarkRequest(dataset_id=people.id, model_name=row.name, dual_fraction=1.0)
    return start_benchmark(database, actor, request)


def seed_answers(database: Database, run_id: int, set_id: int) -> int:
    """Settle every item of the run in both orders; return how many have a rating."""
    with database.read() as session:
        query = select(Persona.id, Persona.gender).where(Persona.set_id == set_id)
        people = session.execute(query.order_by(Persona.id)).all()
        traits = session.execute(select(Trait.id, Trait.valence).order_by(Trait.id)).all()
    rated = 0
    for items in _portions(people, traits):
        answers, failures = _rows(run_id, items)
        rated += len(answers)
        with database.write() as unit:
            connection = unit.session.connection()
            connection.execute(insert(BenchmarkAnswer.__table__), answers)
            connection.execute(insert(BenchmarkFailure.__table__), failures)
    statement = "PRAGMA optimize" if database.is_sqlite else "VACUUM ANALYZE"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as raw:
        raw.exec_driver_sql(statement)
    return rated


def _portions(people: Any, traits: Any) -> Iterator[list[tuple[int, int, str, int, float]]]:
    """Yield items as persona, trait, order, rating and a random number of what became of it."""
    draw = np.random.default_rng(7)
    step = max(1, PORTION // (2 * len(traits)))
    for first in range(0, len(people), step):
        some = people[first : first + step]
        noise = draw.normal(0, 1, (len(some), len(traits), 2)) + draw.normal(
            0, 0.4, (len(some), 1, 1)
        )
        fate = draw.random((len(some), len(traits), 2))
        yield [
            (person, trait, order, _rating(gender, valence, side, noise[p, t, side]),
             fate[p, t, side])
            for p, (person, gender) in enumerate(some)
            for t, (trait, valence) in enumerate(traits)
            for side, order in enumerate(("in", "rev"))
        ]  # fmt: skip


def _rating(gender: str, valence: int, side: int, noise: float) -> int:
    """Return the number on the scale as shown: women a little better, the last options too."""
    better = 3.2 + 0.15 * (gender == "female") + noise
    stated = better if valence > 0 else 6 - better
    shown = stated if side == 0 else 6 - stated
    return int(min(5, max(1, round(shown + 0.1))))


def _rows(run_id: int, items: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    at, answers, failures = now(), [], []
    for number, (persona, trait, order, rating, fate) in enumerate(items):
        row = {"run_id": run_id, "persona_id": persona, "trait_id": trait, "scale_order": order,
               "wording": 0, "cue": 0, "repeat": 0, "created_at": at}  # fmt: skip
        if fate < FAILED:
            failures.append(row | {"kind": KINDS[number % 3], "attempt": 3,
                                   "answer_raw": "I would rather not rate people."})  # fmt: skip
        else:
            answers.append(row | {"rating": rating, "attempt": 1 + int(fate > 1 - RETRIED),
                                  "answer_raw": f'{{"rating": {rating}}}', "latency_ms": 40,
                                  "probabilities": None})  # fmt: skip
    return answers, failures
