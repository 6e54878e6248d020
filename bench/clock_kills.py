"""Ten thousand due schedules, two clocks at a time, and fifty of those clocks killed at work.

Exactly once: each due time has one execution in the end, and the counters say the same. A round
starts two clocks and kills both some milliseconds later, wherever they are.
"""

import multiprocessing
import random
import time
from collections import Counter

from sqlalchemy import func, insert, select

from app.clock import now
from app.db.engine import Database
from app.models.schedule import DailyCounter, Schedule, ScheduleExecution
from bench.due_schedules import OWNERS, due_row, some_owners
from bench.figures import Figure, at_least, at_most
from bench.lists import fresh_database
from bench.private import private_settings
from services.scheduler.dispatch import due

CLOCKS = 2
KILLED_WITHIN_S = (0.01, 0.15)
FORK = multiprocessing.get_context("fork")  # a clock of its own that need not import anything


def measure(schedules: int = 10_000, kills: int = 50) -> list[Figure]:
    """Return what was doubled, lost and miscounted on both databases: nothing should be."""
    return [
        figure for kind in ("sqlite", "postgresql") for figure in _measured(kind, schedules, kills)
    ]


def _measured(kind: str, schedules: int, kills: int) -> list[Figure]:
    due.BATCH = max(10, schedules // (2 * kills))  # so that there is work left for all of them
    with fresh_database(kind) as more, private_settings(**more) as settings:
        database = Database(settings.database_url)
        owners = some_owners(database)
        at = now().replace(second=0, microsecond=0)
        rows = [due_row(owners[n % OWNERS], n, at) for n in range(schedules)]
        with database.write() as unit:
            unit.session.execute(insert(Schedule), rows)
        at_work = sum(_round(settings.database_url) for _ in range(kills // CLOCKS))
        for clock in _clocks(settings.database_url):
            clock.join()
        figures = _figures(database, f"{schedules:,} schedules, {kills} kills, {kind}", schedules)
        database.close()
    at_work_name = f"{schedules:,} schedules, {kills} kills, {kind}: clocks killed at work"
    return [*figures, at_least(at_work_name, at_work, kills // 2, "")]


def _clocks(url: str) -> list[multiprocessing.process.BaseProcess]:
    clocks: list[multiprocessing.process.BaseProcess] = [
        FORK.Process(target=_dispatch_all, args=(url,)) for _ in range(CLOCKS)
    ]
    for clock in clocks:
        clock.start()
    return clocks


def _dispatch_all(url: str) -> None:
    """Be a clock until nothing is due."""
    database = Database(url)
    while due.dispatch_due(database):
        pass


def _round(url: str) -> int:
    """Kill two clocks; return how many of them had not ended by then."""
    clocks = _clocks(url)
    time.sleep(random.uniform(*KILLED_WITHIN_S))
    alive = sum(clock.is_alive() for clock in clocks)
    for clock in clocks:
        clock.kill()
        clock.join()
    return alive


def _figures(database: Database, name: str, schedules: int) -> list[Figure]:
    with database.read() as session:
        made = Counter(session.scalars(select(ScheduleExecution.schedule_id)))
        counted = session.scalar(select(func.sum(DailyCounter.created))) or 0
    doubled = sum(number - 1 for number in made.values())
    return [
        at_most(f"{name}: doubled", doubled, 0, ""),
        at_most(f"{name}: lost", schedules - len(made), 0, ""),
        at_most(f"{name}: miscounted", abs(int(counted) - schedules), 0, ""),
    ]
