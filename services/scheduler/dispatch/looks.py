"""The clock's own history: its start and stop, its check cycles, and when it had to slow down.

It looks each second. Rows for that would be waste, so looks are counted, and a ``check_cycle`` is
written at most once a minute, where schedules were due or executions ended since the last one,
and each quarter of an hour otherwise: at most 1440 rows a day, 96 of an idle one, however many
clocks there are. Its numbers are what the totals of all grew by since the cycle before it, so
that every execution is in one cycle. A clock that is killed loses the count of at most a minute
of looks, and of nothing else. See ADR 59.
"""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.schedule import OPEN_STATES, DailyCounter, Schedule, ScheduleEvent
from app.models.schedule import ScheduleExecution as Execution
from app.models.schedule_totals import ClockDay
from app.settings import Settings
from app.version import VERSION
from services.scheduler.dispatch import PERIOD_S
from services.scheduler.dispatch.tick import tick
from services.scheduler.history import CHECK_CYCLE, INTERVAL_ADJUSTMENT, START, STOP

BUSY_PERIOD, IDLE_PERIOD = timedelta(minutes=1), timedelta(minutes=15)
FEW = 10  # looks, of which no interval is worked out
COUNTED = ("created", "executed", "failed", "skipped")
Totals = Mapping[str, Mapping[str, int]]  # by kind


@dataclass
class Looks:
    """The looks of one clock that are not written yet; ``interval_s`` is between two of them."""

    number: int = 0
    seconds: float = 0.0
    since: float = field(default_factory=time.monotonic)
    interval_s: int = PERIOD_S
    is_started: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, database: Database, look: Callable[[Database], object] = tick) -> None:
        """Look for what is due, and count it."""
        began = time.monotonic()
        try:
            look(database)
        finally:
            with self.lock:
                self.number += 1
                self.seconds += time.monotonic() - began

    def write(self, database: Database, at: datetime | None = None) -> None:
        """Write down the looks, and the cycle that they end, if any."""
        with self.lock, database.write() as unit:
            self._write(unit.session, at or now())

    def stop(self, database: Database) -> None:
        """Write down what is left, and that this clock ends."""
        with self.lock, database.write() as unit:
            self._write(unit.session, now())
            _note(unit.session, STOP, now(), _process())

    def _write(self, session: Session, at: datetime) -> None:
        if not self.is_started:
            _note(session, START, at, _process() | {"version": VERSION})
            self.is_started = True
        _add_looks(session, at, self.number)
        self._adjust(session, at)
        if _end_cycle(session, at, self.seconds, self.interval_s):
            self.seconds = 0.0
        self.number, self.since = 0, time.monotonic()

    def _adjust(self, session: Session, at: datetime) -> None:
        """Note where looks come at another interval than before, as measured in whole seconds."""
        if self.number < FEW:
            return
        measured = max(PERIOD_S, round((time.monotonic() - self.since) / self.number))
        if measured != self.interval_s:
            data = {"previous_s": self.interval_s, "new_s": measured, **_process()}
            _note(session, INTERVAL_ADJUSTMENT, at, data)
            self.interval_s = measured


CLOCK = Looks()  # of this process, where it is a clock


def look(database: Database, settings: Settings) -> None:
    """Look for what is due."""
    CLOCK.look(database, partial(tick, settings=settings))


def write_looks(database: Database) -> None:
    """Write down the looks of this clock."""
    CLOCK.write(database)


def stop_looks(database: Database) -> None:
    """Write down that this clock ends."""
    CLOCK.stop(database)


def _process() -> dict[str, Any]:
    return {"host": socket.gethostname()[:100], "pid": os.getpid()}


def _note(session: Session, kind: str, at: datetime, data: dict[str, Any]) -> None:
    session.add(ScheduleEvent(type=kind, data=data, created_at=at))


def _add_looks(session: Session, at: datetime, number: int) -> None:
    """Add to the looks of the day, which holds up the other clocks until the commit."""
    insert = insert_into(session, ClockDay).values(day=at.astimezone(UTC).date(), looks=number)
    more = {"looks": ClockDay.looks + insert.excluded.looks}
    session.execute(insert.on_conflict_do_update(index_elements=["day"], set_=more))


def _end_cycle(session: Session, at: datetime, seconds: float, interval_s: int) -> bool:
    """End the cycle if it has lasted long enough; return whether it did."""
    newest = select(ScheduleEvent).where(ScheduleEvent.type == CHECK_CYCLE)
    last = session.scalars(newest.order_by(ScheduleEvent.id.desc()).limit(1)).first()
    if last is not None and at - last.created_at < BUSY_PERIOD:
        return False
    totals = _totals(session)
    grown = {} if last is None else _growth(last.data["totals"], totals)
    if last is not None and not grown and at - last.created_at < IDLE_PERIOD:
        return False
    data = _cycle(session, grown) | {"totals": totals}
    _note(session, CHECK_CYCLE, at, data | {"seconds": round(seconds, 3), "interval_s": interval_s})
    return True


def _totals(session: Session) -> Totals:
    sums = [func.sum(getattr(DailyCounter, name)) for name in COUNTED]
    query = select(DailyCounter.kind, *sums).group_by(DailyCounter.kind)
    rows = session.execute(query.order_by(DailyCounter.kind))
    return {kind: dict(zip(COUNTED, map(int, more), strict=True)) for kind, *more in rows}


def _growth(before: Totals, after: Totals) -> Totals:
    """Return what grew, by kind; totals that were mended may have become less, which is none."""
    grown = {
        kind: {name: max(0, more - before.get(kind, {}).get(name, 0)) for name, more in of.items()}
        for kind, of in after.items()
    }
    return {kind: numbers for kind, numbers in grown.items() if any(numbers.values())}


def _cycle(session: Session, grown: Totals) -> dict[str, Any]:
    total = Counter[str]()
    for numbers in grown.values():
        total.update(numbers)
    by_kind = {kind: of["created"] + of["skipped"] for kind, of in grown.items()}
    active = select(func.count()).where(Schedule.state == "active")
    at_work = select(func.count()).where(Execution.state.in_(OPEN_STATES), Execution.attempt > 0)
    return {
        "looks": int(session.scalar(select(func.sum(ClockDay.looks))) or 0),
        "found": total["created"] + total["skipped"],
        "executed": total["executed"],
        "failed": total["failed"],
        "skipped": total["skipped"],
        "by_kind": {kind: number for kind, number in by_kind.items() if number},
        "active": session.scalar(active),
        "at_work": session.scalar(at_work),
    }
