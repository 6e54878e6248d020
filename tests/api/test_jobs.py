"""The list of all jobs over HTTP: filters, counts, why a job waits, cancelling and retrying."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from rq.utils import utcformat

from app.clock import now
from app.jobs import states
from app.models.job import Job
from app.resources import Resources
from services.scheduler.dispatch.tick import tick
from tests.factories.callers import Caller
from tests.factories.failures import fail_run
from tests.factories.jobs import make_job, make_jobs
from tests.factories.runs import make_run
from tests.factories.schedules import EACH_MINUTE, URL, end_job, make_due, open_job, rest

BASE = "/api/jobs"
NAN = ValueError("loss is nan at step 7")


async def ids(caller: Caller, query: str = "") -> list[int]:
    return [one["id"] for one in (await caller.get(f"{BASE}{query}"))["items"]]


async def test_a_row_says_what_whose_where_and_why_it_failed(member: Caller) -> None:
    run = fail_run(member.resources, member.id, NAN)
    (row,) = (await member.get(BASE))["items"]
    assert (row["state"], row["kind"], row["queue"]) == ("failed", "train_run", "train")
    assert (row["subject"], row["name"], row["href"]) == (
        f"run:{run.id}",
        run.name,
        f"/runs/{run.id}",
    )
    assert row["owner"] == {"id": member.id, "name": member.name}
    assert (row["error_code"], row["origin"], row["wait"]) == ("internal", None, None)
    assert "ValueError" in row["error"]
    assert row["worker"] == "test"
    assert (row["can_cancel"], row["can_retry"]) == (False, True)


async def test_the_jobs_of_others_are_not_there_except_for_admins(
    member: Caller, colleague: Caller, admin: Caller
) -> None:
    number = make_job(member.database, member.id)
    assert await ids(colleague) == []
    await colleague.get(f"{BASE}/{number}", status=404)
    order = {"action": "cancel", "ids": [number], "dry_run": False}
    answer = await colleague.post(f"{BASE}/bulk", order)
    assert answer["changed"] == []
    assert answer["left_alone"] == [{"id": number, "reason": f"Job {number} not found"}]
    assert await ids(admin, f"?owner_id={member.id}") == [number]
    assert (await member.get(f"{BASE}/{number}"))["job"]["state"] == "queued"
    assert await ids(colleague, f"?owner_id={member.id}") == []


async def test_filters_are_combined_and_counts_leave_the_state_out(member: Caller) -> None:
    database, mine = member.database, member.id
    old = now() - timedelta(days=2)
    waits = make_jobs(database, mine, 2, kind="import_runs", queue="io")
    runs = make_job(database, mine, state=states.RUNNING, holder="train-north-2:token")
    ended = make_job(database, mine, state=states.SUCCEEDED, created_at=old)
    page = await member.get(f"{BASE}?state=queued,running&queue=io,train")
    assert [one["id"] for one in page["items"]] == [runs, *reversed(waits)]
    assert (page["counts"]["queued"], page["counts"]["succeeded"]) == (2, 1)
    assert await ids(member, "?kind=import_runs&state=queued") == waits[::-1]
    assert await ids(member, "?worker=train-north") == [runs]
    assert await ids(member, f"?until={quote((old + timedelta(hours=1)).isoformat())}") == [ended]
    assert ended not in await ids(member, f"?since={quote((old + timedelta(hours=1)).isoformat())}")
    assert await ids(member, f"?ids={runs},{ended}") == [ended, runs]
    assert await ids(member, "?source=direct&state=running") == [runs]
    assert await ids(member, "?source=manual") == []
    first = await member.get(f"{BASE}?limit=3")
    rest_of = await member.get(f"{BASE}?limit=3&after={first['next']}")
    assert ([one["id"] for one in rest_of["items"]], rest_of["next"]) == ([waits[0]], None)


async def test_a_search_reads_numbers_subjects_and_parts_of_names(member: Caller) -> None:
    run = make_run(member.database, member.id, name="Ward seven")
    number = make_job(member.database, member.id, subject=f"run:{run.id}")
    make_job(member.database, member.id, kind="import_runs", subject="import:900001")
    for text in ("ward SEV", f"run:{run.id}", f"#{number}", str(number)):
        assert number in await ids(member, f"?q={quote(text)}")
    assert number not in await ids(member, "?q=import")
    assert await ids(member, "?q=100%25") == []


@pytest.mark.parametrize(
    "query", ["?state=broken", "?ids=1,x", "?limit=0", "?after=-1", "?since=monday", "?color=red"]
)
async def test_a_filter_that_is_none_is_refused(member: Caller, query: str) -> None:
    await member.get(f"{BASE}{query}", status=422)


async def test_waiting_jobs_say_why(member: Caller) -> None:
    first, second = make_jobs(member.database, member.id, 2)
    later = make_job(
        member.database, member.id, state=states.LOST, deaths=1, not_before=now().timestamp() + 600
    )
    waiting = make_job(member.database, member.id, waits_for="disk_full", outages=3)
    outside = make_job(member.database, member.id, queue="outside")
    rows = {one["id"]: one["wait"] for one in (await member.get(BASE))["items"]}
    assert rows[first]["code"] == rows[second]["code"] == "no_worker"
    assert rows[first]["params"]["queue"] == "train"
    assert (rows[later]["code"], rows[later]["params"]["deaths"]) == ("after_death", 1)
    assert (rows[waiting]["code"], rows[waiting]["params"]["outages"]) == ("disk_full", 3)
    assert rows[waiting]["detail"].startswith("The disk is full. It goes on by itself")
    assert rows[outside]["code"] == "external"
    listen(member.resources, "train")
    rows = {one["id"]: one["wait"] for one in (await member.get(BASE))["items"]}
    assert rows[second]["params"]["ahead"] >= 1
    assert rows[second]["code"] == "behind"


def listen(resources: Resources, queue: str) -> None:
    """Write what a worker of the queue would."""
    resources.redis.hset(f"rq:worker:{queue}-test", "last_heartbeat", utcformat(now()))
    resources.redis.expire(f"rq:worker:{queue}-test", 5)


async def test_a_job_of_a_schedule_shows_all_attempts_and_its_parameters(
    member: Caller, resources: Resources
) -> None:
    row = await member.post(URL, EACH_MINUTE | {"max_attempts": 1}, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    rest(resources)
    job = open_job(resources, row["id"])
    end_job(resources, job, states.FAILED, code="network")
    shown = await member.get(f"{BASE}/{job.id}")
    assert shown["job"]["origin"]["schedule_id"] == row["id"]
    assert shown["job"]["origin"]["source"] == "schedule"
    assert [one["job_id"] for one in shown["attempts"]] == [job.id]
    assert shown["attempts"][0]["error_code"] == "network"
    assert shown["params"]["dataset"] == "digits"
    assert shown["timeline"][0]["what"] == "queued"
    assert await ids(member, f"?schedule_id={row['id']}&source=schedule&error_code=network") == [
        job.id
    ]
    order = {"action": "retry", "filter": {"error_code": ["network"]}, "dry_run": False}
    assert (await member.post(f"{BASE}/bulk", order))["changed"] == [job.id]


async def test_all_that_match_are_cancelled_after_a_dry_run(member: Caller) -> None:
    runs = [make_run(member.database, member.id, status="queued") for _ in range(3)]
    numbers = [make_job(member.database, member.id, subject=f"run:{run.id}") for run in runs]
    make_job(member.database, member.id, state=states.SUCCEEDED)
    order = {"action": "cancel", "filter": {"kind": ["train_run"]}}
    dry = await member.post(f"{BASE}/bulk", order)
    assert (dry["matched"], sorted(dry["changed"]), dry["undo"]) == (3, numbers, None)
    assert len(await ids(member, "?state=queued")) == 3
    done = await member.post(f"{BASE}/bulk", order | {"dry_run": False})
    assert sorted(done["changed"]) == numbers
    assert await ids(member, "?state=queued") == []
    assert done["undo"]["action"] == "retry"
    again = await member.post(f"{BASE}/bulk", done["undo"])
    assert sorted(again["changed"]) == numbers
    assert len(await ids(member, "?state=queued")) == 3
    assert again["undo"]["action"] == "cancel"


async def test_what_is_deleted_or_over_meanwhile_is_left_alone_with_the_reason(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id, status="queued")
    gone, waits = make_jobs(member.database, member.id, 2, subject=f"run:{run.id}")
    over = make_job(member.database, member.id, state=states.SUCCEEDED, subject="run:7")
    with member.database.write() as unit:
        unit.session.delete(unit.session.get_one(Job, gone))
    order = {"action": "cancel", "ids": [waits, gone, over], "dry_run": False}
    answer = await member.post(f"{BASE}/bulk", order)
    assert answer["changed"] == [waits]
    assert answer["left_alone"] == [
        {"id": gone, "reason": f"Job {gone} not found"},
        {"id": over, "reason": f"Job {over} is succeeded: there is nothing to cancel."},
    ]
    retry = {"action": "retry", "ids": [over], "dry_run": True}
    (left,) = (await member.post(f"{BASE}/bulk", retry))["left_alone"]
    assert left["reason"] == f"Job {over} is succeeded: only what ended badly is retried."


async def test_suggestions_are_ones_own(member: Caller, colleague: Caller, admin: Caller) -> None:
    run = make_run(member.database, member.id, name="Ward seven")
    address = f"{BASE}/suggest?field=subject&q=seven"
    assert (await member.get(address))["items"] == [
        {"value": f"run:{run.id}", "label": "Ward seven"}
    ]
    assert (await colleague.get(address))["items"] == []
    kinds = (await member.get(f"{BASE}/suggest?field=kind&q=bench"))["items"]
    assert {"value": "run_benchmark", "label": "run_benchmark"} in kinds or kinds
    owner = f"{BASE}/suggest?field=owner&q={quote(member.name)}"
    assert str(member.id) in {one["value"] for one in (await admin.get(owner))["items"]}
    assert (await member.get(owner))["items"] == []
    make_job(member.database, member.id, state=states.RUNNING, holder="train-north-2:token")
    (worker,) = (await member.get(f"{BASE}/suggest?field=worker&q=north"))["items"]
    assert worker["value"] == "train-north-2"
