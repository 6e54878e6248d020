"""Health and the state of the system over HTTP."""

import json
import time
from dataclasses import replace
from datetime import datetime

import pytest

from app.disk import check_disks
from app.health import CLOCK_KEY
from app.resources import Resources
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.runs import make_job, make_run
from tests.support.databases import ON_ONE_DATABASE
from wsgi import create_web


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
        "disk",
        "train workers",
        "io workers",
    ]


async def test_a_silent_clock_and_a_missing_worker_are_named(stranger: Caller) -> None:
    all_alive(stranger.resources)
    stranger.resources.redis.set(CLOCK_KEY, time.time() - 60)
    stranger.resources.redis.delete("rq:worker:io-host-1-a")
    ready = await stranger.get("/health/ready", 503)
    failing = [check["name"] for check in ready["checks"] if check["status"] == "failing"]
    assert (ready["status"], failing) == ("failing", ["clock", "io workers"])


@pytest.mark.parametrize(
    ("limit", "status", "answer", "sentence"),
    [("disk_low_bytes", "degraded", 200, "Low: "), ("disk_full_bytes", "failing", 503, "Full: ")],
)
@ON_ONE_DATABASE
async def test_a_disk_with_too_little_room_is_a_part_of_health_and_of_system(
    resources: Resources, limit: str, status: str, answer: int, sentence: str
) -> None:
    short = replace(resources, settings=replace(resources.settings, **{limit: 1 << 50}))
    all_alive(short)
    person = Caller(create_web(short), short, "member")
    ready = await person.get("/health/ready", answer)
    disk = next(check for check in ready["checks"] if check["name"] == "disk")
    assert (ready["status"], disk["status"]) == (status, status)
    assert disk["detail"].startswith(sentence)
    assert disk in (await person.get("/api/system"))["health"]


@ON_ONE_DATABASE
async def test_each_file_system_is_named_by_what_lies_on_it_and_not_by_its_path(
    resources: Resources,
) -> None:
    settings = replace(resources.settings, storage_url="file:///proc")
    checks = check_disks(settings)
    assert [check.name for check in checks] == ["disk (home, database, logs)", "disk (objects)"]
    assert str(settings.home) not in str(checks)


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


@ON_ONE_DATABASE
async def test_admins_alone_read_the_logs_of_this_host(admin: Caller, member: Caller) -> None:
    folder = admin.resources.settings.home / "logs"
    folder.mkdir(parents=True)
    lines = [{"event": f"line {n}", "level": ["info", "error"][n % 2], "timestamp": "t", "n": n}
             for n in range(6)]  # fmt: skip
    (folder / "clock.log").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    listed = await admin.get("/api/system/logs")
    assert ([file["name"] for file in listed["files"]], listed["lines"]) == (["clock"], [])
    answer = await admin.get("/api/system/logs?part=clock&lines=2&level=error")
    assert [line["message"] for line in answer["lines"]] == ["line 3", "line 5"]
    assert answer["lines"][0] == {"at": "t", "level": "error", "logger": None, "message": "line 3",
                                 "fields": {"n": 3}}  # fmt: skip
    for query in ("part=web", "part=../clock", "part=clock&level=loud", "part=clock&lines=0"):
        assert "errors" in await admin.get(f"/api/system/logs?{query}", 422)
    await member.get("/api/system/logs?part=clock", 403)


@pytest.mark.parametrize("path", ["/api/system", "/api/home", "/api/runs/list"])
async def test_a_stranger_reads_nothing(stranger: Caller, path: str) -> None:
    answer = await stranger.get(path, 401)
    assert set(answer) == {"code", "detail", "request_id"}
