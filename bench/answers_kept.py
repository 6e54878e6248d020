"""Answers per second that the store alone keeps: the way of the runner, durable commits.

Answers come as fast as they are taken, in the portions that a run at this rate has in each of its
commits; each commit also moves the job, adds up the tokens and publishes two events. The bare
database writes the same rows in as many commits, in turn.
"""

import os
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import func, insert, select

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.jobs.engine import JobEngine
from app.models.benchmark import BenchmarkAnswer, BenchmarkModel, BenchmarkRun
from app.models.job import Job
from bench.figures import Figure, at_least, median
from bench.lists import fresh_database
from bench.private import private_settings
from bench.rated_run import actor_of, start_run
from harness.site import Site
from services.benchmarks.runs.counts import counts_of
from services.benchmarks.runs.meter import Meter, Tokens
from services.benchmarks.runs.open_items import all_items, plan_of
from services.benchmarks.runs.ports import ItemKey, SettledItem
from services.benchmarks.runs.report import BenchmarkReport
from services.benchmarks.runs.tokens import TokenEstimate
from services.benchmarks.runs.types import RunCounts
from services.benchmarks.runs.writing import EVERY
from services.benchmarks.topics import subject_of
from workers.attempt import Attempt

TARGET = 5_000.0
PORTION = int(TARGET * EVERY)  # answers of one commit at this rate
One = TypeVar("One")


def measure(answers: int = 50_000, rounds: int = 3) -> list[Figure]:
    """Return answers per second by wall clock and per CPU second, on both databases."""
    return [
        figure for kind in ("sqlite", "postgresql") for figure in _measured(kind, answers, rounds)
    ]


def _measured(kind: str, answers: int, rounds: int) -> list[Figure]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            actor = actor_of(site.user())
            taken = [_round(site, actor, answers) for _ in range(rounds)]
        finally:
            site.close()
    rate, of_cpu, bare = (median(values) for values in zip(*taken, strict=True))
    load = f"load {os.getloadavg()[0]:.0f}"
    return [
        at_least(f"answers kept, {kind}", rate, TARGET, "/s", load),
        at_least(f"answers kept in a CPU second of the worker, {kind}", of_cpu, TARGET, "/s", load),
        Figure(name=f"bare rows of the same, {kind}", value=bare, unit="/s", note=load),
    ]


def _round(site: Site, actor: Actor, answers: int) -> tuple[float, float, float]:
    """Return answers per second, per CPU second, and bare rows per second."""
    run_id = start_run(site.database, actor, answers // 48 + 1)
    keys = _keys(site.database, run_id)[:answers]
    attempt = _attempt(site, run_id)
    meter = _meter(site, run_id)
    report = BenchmarkReport(attempt, run_id, _counts(site, run_id), meter, _traits(keys))
    settled = [_settled(number, key) for number, key in enumerate(keys)]
    wall, cpu = time.perf_counter(), time.process_time()
    for some in _portions(settled):
        for one in some:
            meter.count(one.prompt_tokens, one.completion_tokens, 0)
            report.accept(one)
        report.flush()
        attempt.beat()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with site.database.read() as session:
        query = select(func.count()).where(BenchmarkAnswer.run_id == run_id)
        if (kept := session.scalar(query)) != len(keys):
            raise RuntimeError(f"{kept} of {len(keys)} answers were kept")
    other = start_run(site.database, actor, answers // 48 + 1)
    bare = _bare(site.database, other, _keys(site.database, other)[:answers])
    return len(keys) / wall, len(keys) / cpu, len(keys) / bare


def _portions(values: Sequence[One]) -> Iterator[Sequence[One]]:
    for first in range(0, len(values), PORTION):
        yield values[first : first + PORTION]


def _keys(database: Database, run_id: int) -> list[ItemKey]:
    with database.read() as session:
        run = session.get_one(BenchmarkRun, run_id)
        return [item.key for item in all_items(plan_of(session, run))]


def _counts(site: Site, run_id: int) -> RunCounts:
    with site.database.read() as session:
        return counts_of(session, [session.get_one(BenchmarkRun, run_id)])[run_id]


def _meter(site: Site, run_id: int) -> Meter:
    with site.database.read() as session:
        run = session.get_one(BenchmarkRun, run_id)
        model = session.get_one(BenchmarkModel, run.model_id)
    return Meter(model, Tokens(), None, TokenEstimate(prompt=0, completion=0, source="prompts"))


def _traits(keys: Sequence[ItemKey]) -> dict[int, str]:
    return {key.trait_id: f"trait {key.trait_id}" for key in keys}


def _attempt(site: Site, run_id: int) -> Attempt:
    """Claim the job of the run, as a work-horse does."""
    engine: JobEngine = site.resources.jobs
    with site.database.read() as session:
        job_id = session.scalars(select(Job.id).where(Job.subject == subject_of(run_id))).one()
    claim = engine.claim(job_id, "bench")
    if claim is None:
        raise RuntimeError("The job cannot be claimed.")
    engine.start(claim)
    return Attempt(engine, claim)


def _settled(number: int, key: ItemKey) -> SettledItem:
    return SettledItem(
        key=key,
        rating=1 + number % 5,
        kind=None,
        attempt=1,
        raw=f'{{"rating": {1 + number % 5}}}',
        latency_ms=40,
        prompt_tokens=200,
        completion_tokens=8,
    )


def _bare(database: Database, run_id: int, keys: Sequence[ItemKey]) -> float:
    """Return the seconds of plain inserts of the same rows, one transaction a portion."""
    began = time.perf_counter()
    for some in _portions(keys):
        with database.engine.begin() as connection:
            connection.execute(insert(BenchmarkAnswer.__table__), list(_rows(run_id, some)))
    return time.perf_counter() - began


def _rows(run_id: int, keys: Sequence[ItemKey]) -> Iterator[dict[str, object]]:
    for number, key in enumerate(keys):
        yield {
            "run_id": run_id,
            "persona_id": key.persona_id,
            "trait_id": key.trait_id,
            "scale_order": key.scale_order,
            "wording": 0,
            "cue": 0,
            "repeat": 0,
            "rating": 1 + number % 5,
            "attempt": 1,
            "answer_raw": f'{{"rating": {1 + number % 5}}}',
            "latency_ms": 40,
            "created_at": now(),
        }
