"""Health and the state of the system over HTTP."""

import time
from datetime import datetime

import pytest

from app.health import CLOCK_KEY
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.runs import make_job, make_run


async def test_a_process_that_answers_is_alive(stranger: Caller) -> None:
    assert await stranger.get("/health/live") == {"status": "ok"}


async def test_everything_there_is_ready(stranger: Caller) -> None:
    all_alive(stranger.resources)
    ready = await stranger.get("/health/ready")
    assert ready["status"] == "ok"
    assert [check["name"] for check in ready["checks"]] == [
        "database",
        "redis",
        "storage",
        "clock",
        "train workers",
        "data workers",
        "io workers",
    ]


async def test_a_silent_clock_and_a_missing_worker_are_named(stranger: Caller) -> None:
    all_alive(stranger.resources)
    stranger.resources.redis.set(CLOCK_KEY, time.time() - 60)
    stranger.resources.redis.delete("rq:worker:io-host-1-a")
    ready = await stranger.get("/health/ready", 503)
    failing = [check["name"] for check in ready["checks"] if check["status"] == "failing"]
    assert (ready["status"], failing) == ("failing", ["clock", "io workers"])


async def test_queues_say_what_waits_and_who_listens(member: Caller) -> None:
    all_alive(member.resources)
    run = make_run(member.database, member.id)
    for state in ("queued", "lost", "running", "succeeded"):
        make_job(member.database, run, state)
    system = await member.get("/api/system")
    assert system["queues"][0] == {"name": "train", "queued": 2, "running": 1, "workers": 1}
    assert system["version"].count(".") == 2
    assert system["processes"] == []


async def test_times_carry_their_offset(member: Caller) -> None:
    run = make_run(member.database, member.id)
    shown = await member.get(f"/api/runs/{run.id}")
    assert datetime.fromisoformat(shown["start_time"]).utcoffset() is not None


@pytest.mark.parametrize("path", ["/api/system", "/api/home", "/api/runs/list"])
async def test_a_stranger_reads_nothing(stranger: Caller, path: str) -> None:
    answer = await stranger.get(path, 401)
    assert set(answer) == {"code", "detail", "request_id"}
