"""A whole platform whose host sleeps, and one whose parts hang: both come back by themselves."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import httpx
import psutil
import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.models import Job
from app.supervisor.home import Home
from app.supervisor.programs import SILENCE, WORKER_SILENCE
from harness.eventually import eventually
from harness.platform import Platform, running_platform

pytestmark = pytest.mark.full

PAUSE_SECONDS = 14.0  # longer than a lease
AWAKE_SECONDS = 6.0
PAUSES = 3
LONG = {"num_server_rounds": 500, "config": {"num_clients": 2, "local_epochs": 1}}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running_platform(train_workers=1) as platform:
        yield platform


def everybody(platform: Platform) -> list[int]:
    """Return the supervisor and all that came of it."""
    supervisor = psutil.Process(Home(platform.settings.home).read()["pid"])
    return [supervisor.pid, *(one.pid for one in supervisor.children(recursive=True))]


def send(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def job_of(platform: Platform, run_id: int) -> Job:
    database = Database(platform.settings.database_url)
    with database.read() as session:
        job = session.scalars(select(Job).where(Job.subject == f"run:{run_id}")).one()
    database.close()
    return job


def test_a_host_that_sleeps_again_and_again_costs_no_run_an_attempt(platform: Platform) -> None:
    run_id = platform.start_run("sleeper", **LONG)
    platform.wait_for_run(run_id, "in_progress")
    eventually(lambda: job_of(platform, run_id).state == "running", 120)
    for _ in range(PAUSES):
        pids = everybody(platform)
        send(pids, signal.SIGSTOP)
        time.sleep(PAUSE_SECONDS)
        send(pids, signal.SIGCONT)
        time.sleep(AWAKE_SECONDS)
        assert everybody(platform)[0] == pids[0]
        assert len(platform.processes("web")) == 1
    before = platform.last_seq(run_id)
    eventually(lambda: platform.last_seq(run_id) > before, 60)
    job = job_of(platform, run_id)
    assert (job.state, job.attempt, job.deaths) == ("running", 1, 0), job.error
    platform.call("POST", f"/api/runs/{run_id}/stop", json={})
    platform.wait_for_run(run_id, "cancelled")


def test_parts_that_hang_are_replaced_and_work_goes_on(platform: Platform) -> None:
    names = ("web", "clock", "federations", "worker-io")
    hanging = {name: platform.processes(name)[0] for name in names}
    train = platform.processes("worker-train")[0]
    began = time.monotonic()
    send([process.pid for process in hanging.values()], signal.SIGSTOP)
    for name, process in hanging.items():
        eventually(lambda old=process.pid, part=name: _is_replaced(platform, part, old), 240)
    assert time.monotonic() - began < max(SILENCE, WORKER_SILENCE) + 60
    assert platform.processes("worker-train")[0].pid == train.pid
    eventually(lambda: _is_ready(platform), 120)
    run_id = platform.start_run("after", num_server_rounds=1, config={"num_clients": 2})
    platform.wait_for_run(run_id)


def _is_replaced(platform: Platform, name: str, old: int) -> bool:
    return any(process.pid != old for process in platform.processes(name))


def _is_ready(platform: Platform) -> bool:
    with suppress(httpx.TransportError):  # it is being started
        return platform.http.get("/health/ready").status_code == 200
    return False
