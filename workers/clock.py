"""``python -m workers.clock``: what has to happen by time, once, whoever else is alive.

Several clocks may run; each tick is written so that a second one finds nothing left to do. Jobs
are looked after in the main thread, the housework in another, and what people wait for in a third:
a slow object store must not keep a death from being seen, nor a schedule from being on time.
"""

import os
import signal
import threading
import time
from collections.abc import Mapping

import click

from app import pulse
from app.health import CLOCK_KEY
from app.jobs.engine import JobObserver
from app.jobs.reconcile import call_workers, expire_leases
from app.jobs.watch import LeaseWatch
from app.later import load_all
from app.log import configure_logging
from app.outages import REDIS, report_reachable
from app.process import die_with_parent
from app.resources import Resources, open_resources
from app.settings import Settings
from services.domains import OBSERVERS
from workers.scheduler_loop import TICK_SECONDS, Task, tick, tick_until
from workers.schema import await_schema

ALIVE_SECONDS = 10


def jobs_of(resources: Resources) -> list[Task]:
    """Return what jobs wait for: finding the dead, calling workers, and being seen to tick."""
    jobs, watch = resources.jobs, LeaseWatch(resources.settings.lease_seconds)
    return [
        Task(TICK_SECONDS, lambda: expire_leases(jobs, watch)),
        Task(TICK_SECONDS, lambda: call_workers(jobs, resources.dispatcher)),
        Task(TICK_SECONDS, lambda: note_tick(resources)),
    ]


def note_tick(resources: Resources) -> None:
    """Write down that the clock ticks, which says that Redis answers, too. Raises RedisError."""
    resources.redis.set(CLOCK_KEY, time.time(), ex=ALIVE_SECONDS)
    report_reachable(REDIS)


@click.command()
@click.option("--parent", type=int, default=None, help="End when the process of this id ends.")
def main(parent: int | None) -> None:
    """Find the dead, call the workers, trim and sweep, until SIGTERM."""
    if parent is not None:
        die_with_parent(parent)
    settings = Settings.from_env(os.environ)
    configure_logging(settings, "clock")
    load_all()
    run_clock(settings, OBSERVERS)


def run_clock(settings: Settings, observers: Mapping[str, JobObserver]) -> None:
    """Tick until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    resources = open_resources(settings, observers, pool_size=4)
    await_schema(resources.database, stop.wait, stop.is_set)
    for run in (_run_periodic_tasks, _run_punctual_tasks):
        threading.Thread(target=run, args=(stop, resources), daemon=True).start()
    tick_until(stop, jobs_of(resources), pulse.beat)
    _end(resources)
    resources.close()


def _end(resources: Resources) -> None:
    from workers.periodic_tasks import endings_of

    tick(endings_of(resources))


def _run_periodic_tasks(stop: threading.Event, resources: Resources) -> None:
    # imported after the first look at the jobs: a clock that was killed is back sooner
    from workers.periodic_tasks import periodic_tasks_of

    tick_until(stop, periodic_tasks_of(resources))


def _run_punctual_tasks(stop: threading.Event, resources: Resources) -> None:
    from workers.periodic_tasks import punctual_tasks_of

    tick_until(stop, punctual_tasks_of(resources))


if __name__ == "__main__":
    main()
