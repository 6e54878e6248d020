"""Schedules over HTTP: made, due, tried again, cancelled, and what goes wrong is said."""

from app.jobs import states
from services.scheduler.dispatch.tick import tick
from tests.factories.callers import Caller
from tests.factories.schedules import (
    EACH_MINUTE,
    RUNS,
    URL,
    end_job,
    later,
    make_due,
    open_job,
)


async def made(caller: Caller, **fields):
    return await caller.post(URL, EACH_MINUTE | fields, 201)


async def newest(caller: Caller, schedule_id: int):
    return (await caller.get(f"{RUNS}?schedule_id={schedule_id}"))["items"][0]


async def shown(caller: Caller, execution_id: int):
    return (await caller.get(f"{RUNS}/{execution_id}"))["execution"]


async def test_a_schedule_trains_at_its_time_fails_is_retried_and_turns_green(member, resources):
    row = await made(member)
    assert (row["state"], row["version"], row["outcomes"]) == ("active", 1, [])
    due = make_due(resources, row["id"])
    tick(resources.database)
    execution = await newest(member, row["id"])
    assert (execution["state"], execution["attempt"]) == ("queued", 1)
    assert execution["scheduled_for"] == due.isoformat()
    run_id = int(execution["subject"].partition(":")[2])
    assert (await member.get(f"/api/runs/{run_id}"))["name"] == "Training"

    end_job(resources, open_job(resources, row["id"]), states.FAILED, code="network")
    waiting = await newest(member, row["id"])
    assert (waiting["state"], waiting["error_code"]) == ("retrying", "network")
    assert (await member.get(f"/api/runs/{run_id}"))["status"] == "failed"
    later(resources, 290)  # the kind waits 300 seconds
    overlapped = await newest(member, row["id"])
    assert (overlapped["state"], overlapped["skip_reason"]) == ("skipped", "overlapped")
    assert (await shown(member, execution["id"]))["attempt"] == 1
    later(resources, 310)
    second = await shown(member, execution["id"])
    assert (second["state"], second["attempt"], second["subject"]) == (
        "queued",
        2,
        execution["subject"],
    )

    end_job(resources, open_job(resources, row["id"]))
    green = await member.get(f"{RUNS}/{execution['id']}")
    assert green["execution"]["state"] == "succeeded"
    assert green["execution"]["result"] == {"run_id": run_id}
    assert [one["state"] for one in green["attempts"]] == ["failed", "succeeded"]
    after = await member.get(f"{URL}/{row['id']}")
    assert (after["state"], after["failures"], after["error_code"]) == ("active", 0, None)
    assert [one["state"] for one in after["outcomes"]][-1] == "succeeded"
    assert after["next_run_at"] > due.isoformat()
