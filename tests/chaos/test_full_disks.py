"""Disks of a whole platform that take nothing for a while: it goes on by itself afterwards."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import RedisError

from app.redis import connect
from app.supervisor.home import Home
from harness.eventually import eventually
from harness.platform import Platform, running_platform
from tests.support.small_disks import fill, mounted

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

HOME_BYTES, OBJECTS_BYTES = 64 << 20, 16 << 20
FULL_SECONDS = 30.0  # more than three leases, and than Redis is asked by idle workers
PATIENCE_SECONDS = 600.0  # of a busy machine
ROUNDS: dict[str, Any] = {"num_server_rounds": 40, "config": {"num_clients": 2, "batch_size": 8}}


@contextmanager
def small_disks(home: Path) -> Iterator[None]:
    """Give the home and the objects in it a file system each."""
    with mounted(home, HOME_BYTES), mounted(home / "objects", OBJECTS_BYTES):
        yield


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    limits = {"disk_low_bytes": 2 << 20, "disk_full_bytes": 1 << 20}
    with running_platform(train_workers=1, disk=small_disks, **limits) as running:
        yield running


@pytest.fixture
def training(platform: Platform) -> Iterator[int]:
    """A run that has a checkpoint and is far from its end; nothing may start again meanwhile."""
    before = starts_of(platform)
    run_id = platform.start_run("Goes on", **ROUNDS)
    eventually(lambda: job_of(platform, run_id)["progress"] > 0, PATIENCE_SECONDS)
    yield run_id
    assert starts_of(platform) == before


def starts_of(platform: Platform) -> dict[str, int]:
    """Return how often each process was started again."""
    entries = Home(platform.settings.home).read()["processes"]
    return {entry["name"]: entry["restarts"] for entry in entries}


def job_of(platform: Platform, run_id: int) -> dict[str, Any]:
    """Return the row of the run's job."""
    query = {"q": f"run:{run_id}", "limit": 1}
    return platform.call("GET", "/api/jobs", params=query)["items"][0]


def refused(platform: Platform) -> dict[str, Any]:
    """Try to write, and return the answer once there is one that says no room."""
    body = {"dataset": "breast_cancer", "experiment_name": "Not stored"}
    path = "/api/experiments/federated/train"
    return eventually(lambda: _of_no_room(platform.http.post(path, json=body)))


def _of_no_room(answer: Any) -> dict[str, Any] | None:
    assert answer.status_code in (202, 507), answer.text
    return answer.json() if answer.status_code == 507 else None


def is_red(platform: Platform) -> bool:
    """Return whether the platform says that it cannot do its work."""
    return platform.http.get("/health/ready").status_code == 503


def is_green(platform: Platform) -> bool:
    """Return whether the platform says that every part does its work."""
    return platform.http.get("/health/ready").status_code == 200


def waits_for(platform: Platform, run_id: int, *codes: str) -> bool:
    """Return whether the run's job says that it waits for one of these."""
    wait = job_of(platform, run_id)["wait"]
    return wait is not None and wait["code"] in codes


def says(platform: Platform, run_id: int, code: str) -> bool:
    """Return whether the page of the run says this of it."""
    return platform.run(run_id)["job"]["message_code"] == code


def goes_on(platform: Platform, run_id: int) -> None:
    """Wait until the run has ended as it should, without a death."""
    platform.wait_for_run(run_id)
    assert job_of(platform, run_id)["deaths"] == 0
    eventually(lambda: is_green(platform))


def test_a_full_disk_ends_no_process_and_no_job(platform: Platform, training: int) -> None:
    ballast = fill(platform.settings.home)
    try:
        answer = refused(platform)
        assert (answer["code"], "The disk is full" in answer["detail"]) == ("disk_full", True)
        write_to_redis(platform)
        eventually(lambda: is_red(platform))
        for _ in range(int(FULL_SECONDS)):
            assert platform.run(training)["status"] in (
                "in_progress",
                "pending",
                "queued",
                "running",
            )  # reads go on
            subprocess.run(["sleep", "1"], check=True)
    finally:
        ballast.unlink()
    goes_on(platform, training)


def write_to_redis(platform: Platform) -> None:
    """Write more than the file of Redis has room for: from then on it refuses to take more."""
    with suppress(RedisError):
        for number in range(3):
            connect(platform.settings, retries=0).set(f"ballast-{number}", bytes(1 << 14), ex=1)


def test_a_full_store_lets_jobs_wait_and_say_why(platform: Platform, training: int) -> None:
    ballast = fill(platform.settings.home / "objects")
    try:
        eventually(lambda: waits_for(platform, training, "disk_full"), PATIENCE_SECONDS)
        eventually(lambda: job_of(platform, training)["attempt"] >= 4, PATIENCE_SECONDS)
        eventually(lambda: says(platform, training, "waits_disk_full"))
        assert is_red(platform)
    finally:
        ballast.unlink()
    goes_on(platform, training)


def test_a_read_only_store_lets_jobs_wait_and_say_why(platform: Platform, training: int) -> None:
    objects = platform.settings.home / "objects"
    eventually(lambda: remounted(objects, "ro"), every=0.05)
    try:
        eventually(lambda: waits_for(platform, training, "disk_read_only"), PATIENCE_SECONDS)
        eventually(lambda: is_red(platform))
    finally:
        remounted(objects, "rw")
    goes_on(platform, training)


def remounted(folder: Path, mode: str) -> bool:
    """Mount a file system anew; not while a file is being written there."""
    command = ["mount", "-o", f"remount,{mode}", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
