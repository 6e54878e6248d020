"""A session of a connection's days, and the work of its schedule as workers do it."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.auth.actor import Actor
from app.clock import now
from app.models.connection import ConnectionDay
from app.models.job import Job
from app.resources import Resources
from services.connections.read import csv_of, get_series
from services.forecasting.create import init_session
from services.scheduler.dispatch.tick import tick
from tests.factories.connections import SITE, make_connection
from tests.factories.schedules import open_job
from tests.factories.sessions import add_file
from workers.queues import HANDLERS
from workers.runtime import perform

FIRST = date(2024, 1, 1)
STEPS = {"eingabe": 7, "ausgabe": 7, "zeitschrittweite": 1440, "offset": 0}
WEEK_BEFORE = {"zeithorizont_start": -6 * 24, "zeithorizont_end": 0}
WEEK_AFTER = {"zeithorizont_start": 24, "zeithorizont_end": 7 * 24}


def add_days(resources: Resources, connection_id: int, first: int, last: int) -> None:
    """Store days of a connection, by their number from the first of 2024 on."""
    rows = [
        ConnectionDay(
            connection_id=connection_id,
            site=SITE,
            day=FIRST + timedelta(days=number),
            clicks=round(200 + 60 * math.sin(2 * math.pi * number / 7)) + number % 5,
            impressions=round(3000 + 400 * math.sin(2 * math.pi * number / 7)),
        )
        for number in range(first, last)
    ]
    with resources.database.write() as unit:
        unit.session.add_all(rows)


def make_connected_session(
    resources: Resources, actor: Actor, folder: Path, days: int = 120
) -> tuple[str, int]:
    """Return a session with the days of a connection as input and output, and that connection."""
    connection_id = make_connection(resources, actor.user_id)
    add_days(resources, connection_id, 0, days)
    wire_id = "session_1700000000_daily"
    init_session(resources.database, actor, wire_id, {"zeitschritte": STEPS, "timeInfo": {}})
    series = get_series(resources.database, actor, str(connection_id))
    text = csv_of(series, {"clicks", "impressions"}).decode()
    add = (resources, actor, folder, wire_id)
    add_file(*add, "input", "clicks", text, **WEEK_BEFORE)
    add_file(*add, "output", "clicks", csv_of(series, {"clicks"}).decode(), **WEEK_AFTER)
    return wire_id, connection_id


def params_of(wire_id: str, connection_id: int | None, *modes: str) -> dict[str, Any]:
    """Return the parameters of a schedule as its schema loads them."""
    return {
        "session_id": wire_id,
        "connection_id": connection_id,
        "models": [{"MODE": mode} for mode in modes or ("LIN",)],
        "overlap": "new",
        "trains_unchanged": False,
    }


def work_on_step(resources: Resources, schedule_id: int) -> Job:
    """Do the open job of a schedule as its worker does, and let the clock look; return the job."""
    job = open_job(resources, schedule_id)
    perform(job.id, "test", resources, HANDLERS)
    tick(resources.database, now() + timedelta(seconds=1), resources.settings)
    return job
