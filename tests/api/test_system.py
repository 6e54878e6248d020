"""Health and the state of the system over HTTP."""

import json
import os
import re
import socket
import time
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version

import pytest

from app.clock import now
from app.db.migrate import newest_revision
from app.disk import check_disks
from app.disk_history import sample_disks
from app.health import CLOCK_KEY
from app.models.disk_sample import DiskSample
from app.resources import Resources
from app.supervisor.home import Home
from app.version import VERSION
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.runs import make_job, make_run
from tests.factories.statements import counting
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
        "benchmarks workers",
        "queues",
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
    assert (disk["code"], disk["params"]["contents"]) == (limit.removesuffix("_bytes"),
                                                          "home+database+objects+logs")  # fmt: skip
    system = await person.get("/api/system")
    assert (disk["code"], status) in [(one["code"], one["status"]) for one in system["health"]]


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
    oldest = system["queues"][0].pop("oldest_seconds")
    assert system["queues"][0] == {"name": "train", "queued": 2, "running": 1, "workers": 1}
    assert 0 <= oldest < 60
    assert system["queues"][1]["oldest_seconds"] is None
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


async def test_a_check_says_in_a_code_what_its_sentence_says(stranger: Caller) -> None:
    all_alive(stranger.resources)
    stranger.resources.redis.delete("rq:worker:io-host-1-a")
    ready = await stranger.get("/health/ready", 503)
    codes = {check["name"]: (check["code"], check["params"]) for check in ready["checks"]}
    kind = "SQLite" if stranger.database.is_sqlite else "PostgreSQL"
    assert codes["database"] == ("database_ok", {"kind": kind})
    assert codes["train workers"] == ("workers_ok", {"queue": "train", "count": 1})
    assert codes["io workers"] == ("workers_failing", {"queue": "io", "count": 0})


async def test_versions_name_the_release_its_libraries_and_the_schema(member: Caller) -> None:
    told = await member.get("/api/system/versions")
    assert told["roundhouse"] == VERSION
    assert told["schema"] == told["newest_schema"] == newest_revision()
    assert told["libraries"]["quart"] == version("quart")
    assert told["libraries"]["torch"].startswith("2.")
    assert re.fullmatch(r"(SQLite|PostgreSQL) \d+\.\d+.*", told["database"])
    assert told["redis"].split()[1].count(".") == 2


async def test_everybody_sees_how_many_work_and_only_those_who_may_what_on(
    member: Caller, colleague: Caller, admin: Caller
) -> None:
    began = now() - timedelta(minutes=7)
    private = make_run(member.database, member.id, name="Secret plan")
    shared = make_run(member.database, member.id, name="Shared", visibility="team")
    holder = "train-host-9-b:0123"
    values = {"started_at": began, "holder": holder, "attempt": 2}
    job = make_job(member.database, private, "running", **values)
    make_job(member.database, shared, "running", started_at=now(), holder=holder)
    make_job(member.database, shared, "queued")
    make_job(member.database, shared, "running", queue="outside")
    own = (await member.get("/api/system/jobs"))["items"]
    assert own[0] == {"job_id": job.id, "kind": "train_run", "queue": "train", "state": "running",
                      "since": began.isoformat(), "worker": "train-host-9-b", "attempt": 2,
                      "progress": 0.0, "person": member.name, "subject": f"run:{private.id}",
                      "name": "Secret plan"}  # fmt: skip
    assert [one["name"] for one in own] == ["Secret plan", "Shared"]
    others = (await colleague.get("/api/system/jobs"))["items"]
    assert others[0] == own[0] | {"person": None, "subject": None, "name": None}
    assert others[1]["person"] == member.name
    assert (await admin.get("/api/system/jobs"))["items"] == own


async def test_who_runs_what_takes_as_many_statements_for_one_job_as_for_many(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id)
    make_job(member.database, run, "running")
    await member.get("/api/system/jobs")  # writes down that the token is in use
    with counting(member.database) as for_one:
        await member.get("/api/system/jobs")
    for _ in range(5):
        make_job(member.database, make_run(member.database, member.id), "running")
    with counting(member.database) as for_many:
        assert len((await member.get("/api/system/jobs"))["items"]) == 6
    assert len(for_many) == len(for_one)


async def test_the_history_of_a_disk_is_sampled_and_forgotten_after_two_weeks(
    member: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, settings = member.database, member.resources.settings
    today = now()
    for days in (20, 13, 6, 0, 0):
        monkeypatch.setattr("app.disk_history.now", lambda days=days: today - timedelta(days=days))
        sample_disks(database, settings)
    (disk,) = (await member.get("/api/system/disks"))["items"]
    assert disk["free_bytes"] + disk["used_bytes"] == disk["total_bytes"]
    assert (disk["contents"][:4], disk["error"]) == ("home", None)
    times = [datetime.fromisoformat(one["at"]) for one in disk["history"]]
    assert [(today - at).days for at in times] == [6, 0]
    assert all(0 < one["used_bytes"] <= disk["total_bytes"] for one in disk["history"])
    (longer,) = (await member.get("/api/system/disks?days=14"))["items"]
    assert len(longer["history"]) == 3  # the one of 20 days ago was deleted
    assert "errors" in await member.get("/api/system/disks?days=15", 422)


async def test_another_hosts_disk_is_shown_as_it_was_last_measured(member: Caller) -> None:
    row = {"contents": "home", "free_bytes": 3, "total_bytes": 10}
    with member.database.write() as unit:
        for host, minutes in (("gpu-2", 5), ("gpu-2", 15), ("gone", 300)):
            at = now() - timedelta(minutes=minutes)
            unit.session.add(DiskSample(host=host, at=at, **row))
    disks = (await member.get("/api/system/disks"))["items"]
    assert [one["host"] for one in disks] == [socket.gethostname(), "gpu-2"]
    assert (disks[1]["used_bytes"], len(disks[1]["history"])) == (7, 2)


async def test_what_restarted_is_told_with_how_it_ended(member: Caller) -> None:
    folder = member.resources.settings.home
    ending = {"at": now().isoformat(), "status": None, "signal": "SIGKILL", "lived_seconds": 3.5}
    entry = {"name": "clock", "pid": os.getpid(), "since": now().isoformat(), "restarts": 2}
    state = {"pid": os.getpid(), "started_at": now().isoformat(),
             "processes": [entry | {"last_ending": ending}]}  # fmt: skip
    with Home(folder):
        (folder / "supervisor.json").write_text(json.dumps(state))
        supervisor, clock = (await member.get("/api/system"))["processes"]
    assert (supervisor["restarts"], supervisor["last_ending"]) == (0, None)
    assert (clock["restarts"], clock["last_ending"]) == (2, ending)
