"""All tables and tests of a run of a million ratings: cold, from the cache, and in what memory.

The run is read and computed in a process of its own, as a worker warms it up. CPU seconds are what
counts where others compute on the same cores; the wall clock stands beside them.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import select

from app.auth.actor import Actor
from app.auth.credentials import actor_of_session
from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from app.models.user import User
from app.process import die_with_parent, importing
from bench.figures import Figure, at_most, median
from bench.lists import fresh_database
from bench.private import private_settings
from bench.rated_run import actor_of, seed_answers, start_run
from harness.site import Site
from services.benchmarks.analysis.answer import answer, answering_about
from services.benchmarks.analysis.overview import read_overview
from services.benchmarks.warm_up.steps import steps_of

COLD_SECONDS, CACHED_MS, MEGABYTES = 5.0, 50.0, 1_000.0
TIMES = 5  # of an answer from the cache


def measure(persons: int = 21_000) -> list[Figure]:
    """Return the figures on both databases; ``persons`` on 24 traits, both orders."""
    return [figure for kind in ("sqlite", "postgresql") for figure in _figures(kind, persons)]


def _figures(kind: str, persons: int) -> list[Figure]:
    with fresh_database(kind) as more, private_settings(**more) as settings:
        site = Site(settings)
        try:
            run_id = start_run(site.database, actor_of(site.user()), persons)
            with site.database.read() as session:
                set_id = session.get_one(BenchmarkRun, run_id).set_id
            rated = seed_answers(site.database, run_id, set_id)
            words = [str(os.getpid()), settings.database_url, str(run_id)]
            made = subprocess.run(
                [sys.executable, "-m", "bench.million_ratings", *words],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        finally:
            site.close()
    return _shown(kind, rated, json.loads(made.stdout.splitlines()[-1]))


def _shown(kind: str, rated: int, taken: dict[str, Any]) -> list[Figure]:
    load = f"load {os.getloadavg()[0]:.0f}"
    slowest = ", ".join(f"{name} {seconds:.1f}" for name, seconds in taken["slowest"])
    what = f"{rated:,} ratings, {kind}"
    return [
        at_most(f"{what}: cold, CPU", taken["cpu"], COLD_SECONDS, "s", f"{load}; {slowest}"),
        Figure(name=f"{what}: cold, wall clock", value=taken["wall"], unit="s", note=load),
        at_most(f"{what}: from the cache, slowest, CPU", taken["cached_cpu_ms"], CACHED_MS, "ms"),
        Figure(name=f"{what}: the same, wall clock", value=taken["cached_ms"], unit="ms"),
        at_most(f"{what}: memory of the process", taken["megabytes"], MEGABYTES, "MB"),
    ]


@dataclass(frozen=True)
class Seconds:
    """Seconds of something: by the wall clock, and of CPU."""

    wall: float
    cpu: float


def _timed(act: Callable[[], Any]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def compute(url: str, run_id: int) -> dict[str, Any]:
    """Ask everything about a run twice, and say what it took."""
    database = Database(url, pool_size=2)
    with database.read() as session:
        run = session.get_one(BenchmarkRun, run_id)
        user = session.scalars(select(User).where(User.id == run.owner_id)).one()
    actor = actor_of_session(0, user.id, user.role, user.name)
    questions = [(step.name, step.kind, step.question) for step in steps_of(run)]
    questions += [(kind, kind, {}) for kind in ("intersections", "counterfactual")]
    began = Seconds(time.perf_counter(), time.process_time())
    answering = answering_about(database, actor, str(run_id))
    cold = {
        name: _timed(lambda kind=kind, question=question: answering.answer(kind, question)).cpu
        for name, kind, question in questions
    }
    read_overview(database, actor, str(run_id))
    wall, cpu = time.perf_counter() - began.wall, time.process_time() - began.cpu
    kept = [_kept(database, actor, run_id, kind, question) for _, kind, question in questions]
    database.close()
    return {
        "wall": wall,
        "cpu": cpu,
        "slowest": sorted(cold.items(), key=lambda one: -one[1])[:6],
        "cached_ms": 1000 * max(one.wall for one in kept),
        "cached_cpu_ms": 1000 * max(one.cpu for one in kept),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _kept(database: Database, actor: Actor, run_id: int, kind: str, question: Any) -> Seconds:
    taken = [
        _timed(lambda: answer(database, actor, str(run_id), kind, question)) for _ in range(TIMES)
    ]
    return Seconds(median([one.wall for one in taken]), median([one.cpu for one in taken]))


if __name__ == "__main__":
    parent, address, number = sys.argv[1:]
    die_with_parent(int(parent))
    with importing():  # as the web process and a worker's child do
        import_module("workers.benchmarks")
    print(json.dumps(compute(address, int(number))))
