"""What clients hear while a part of the platform is away."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from quart.datastructures import FileStorage
from sqlalchemy import select

from app.models import Job
from app.outage_kinds import STORAGE_AWAY
from app.resources import Resources
from app.storage import open_store
from harness.archives import table_csv
from tests.factories.callers import Caller
from tests.factories.outages import away, read_only
from tests.support.databases import ON_ONE_DATABASE
from tests.support.small_disks import fill, mounted
from wsgi import create_web

START = "/api/experiments/federated/train"
TRAINING = {"dataset": "breast_cancer", "experiment_name": "Ward seven"}


async def test_without_its_database_the_platform_asks_to_try_again(member: Caller) -> None:
    with away(member.resources.database):
        answer = await member.call("GET", "/api/runs/list")
        body = await answer.get_json()
    assert (answer.status_code, body["code"]) == (503, "unavailable")
    assert body["detail"] == "The database does not answer. Try again in a moment."
    assert int(answer.headers["Retry-After"]) > 0
    assert (await member.get("/api/runs/list"))["total"] == 0


async def test_a_database_that_takes_nothing_is_507_and_reading_goes_on(member: Caller) -> None:
    assert (await member.get("/api/runs/list"))["total"] == 0
    with read_only(member.resources.database):
        answer = await member.call("POST", START, json=TRAINING)
        assert (answer.status_code, answer.body["code"]) == (507, "disk_read_only")
        assert answer.body["detail"] == "The disk can only be read, so nothing was stored."
        assert int(answer.headers["Retry-After"]) > 0
        assert (await member.get("/api/runs/list"))["total"] == 0
    assert (await member.call("POST", START, json=TRAINING)).status_code < 300


@ON_ONE_DATABASE
async def test_a_store_without_room_is_507_and_goes_on_when_there_is_some(
    resources: Resources, tmp_path: Path
) -> None:
    with mounted(tmp_path / "objects", 1 << 20) as folder:
        small = replace(resources, store=open_store(folder.as_uri()))
        member = Caller(create_web(small), small, "member")
        ballast = fill(folder)
        answer = await member.call("POST", "/api/datasets", **table())
        assert (answer.status_code, answer.body["code"]) == (507, "disk_full")
        assert "Try again when there is room" in answer.body["detail"]
        ballast.unlink()
        assert (await member.call("POST", "/api/datasets", **table())).status_code == 201


def table() -> dict[str, Any]:
    """Return the form of an upload."""
    file = FileStorage(BytesIO(table_csv()), filename="table.csv")
    return {"form": {"kind": "table"}, "files": {"file": file}}


async def test_a_run_says_what_its_job_waits_for(member: Caller) -> None:
    run_id = (await member.call("POST", START, json=TRAINING)).body["run_id"]
    jobs = member.resources.jobs
    with member.database.read() as session:
        job_id = session.scalars(select(Job.id)).one()
    claim = jobs.claim(job_id, "worker:1")
    assert claim is not None
    jobs.postpone(claim, STORAGE_AWAY)
    job = (await member.get(f"/api/runs/{run_id}"))["job"]
    assert (job["state"], job["message_code"]) == ("queued", "waits_storage_away")
    assert job["message"].startswith("The object store does not answer.")
