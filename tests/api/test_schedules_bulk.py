"""Orders to many schedules and executions, and backfill: previewed, done, taken back."""

from datetime import timedelta

from app.clock import now
from app.jobs import states
from services.scheduler.dispatch.tick import tick
from tests.factories.schedules import (
    EACH_MINUTE,
    RUNS,
    URL,
    end_job,
    later,
    make_due,
    open_job,
)
from tests.support.databases import ON_ONE_DATABASE

HOURLY = EACH_MINUTE | {"cron": "0 * * * *"}


async def test_many_are_paused_after_a_dry_run_and_the_order_is_taken_back(member, colleague):
    ids = [(await member.post(URL, HOURLY, 201))["id"] for _ in range(3)]
    other = (await colleague.post(URL, HOURLY, 201))["id"]
    await member.post(f"{URL}/{ids[0]}/pause", {})
    order = {"action": "pause", "filter": {"kind": ["training.run"]}, "reason": "Move"}
    dry = await member.post(f"{URL}/bulk", order)
    assert (dry["matched"], dry["changed"], dry["undo"]) == (3, ids[1:], None)
    assert dry["left_alone"] == [{"id": ids[0], "reason": "This schedule is paused already."}]
    assert (await member.get(f"{URL}?state=paused"))["total"] == 1
    done = await member.post(f"{URL}/bulk", order | {"dry_run": False})
    assert done["changed"] == ids[1:]
    assert (await member.get(f"{URL}?state=paused"))["total"] == 3
    await member.post(f"{URL}/bulk", done["undo"])
    assert [one["id"] for one in (await member.get(f"{URL}?state=paused"))["items"]] == ids[:1]
    foreign = await member.post(
        f"{URL}/bulk", {"action": "archive", "ids": [other], "dry_run": False}
    )
    assert (foreign["changed"], foreign["num_left_alone"]) == ([], 1)
    assert (await colleague.get(f"{URL}/{other}"))["state"] == "active"


async def test_all_that_failed_are_retried_and_all_that_wait_are_cancelled(member, resources):
    rows = [await member.post(URL, EACH_MINUTE | {"max_attempts": 1}, 201) for _ in range(2)]
    for row in rows:
        make_due(resources, row["id"])
    tick(resources.database)
    for row in rows:
        end_job(resources, open_job(resources, row["id"]), states.FAILED, code="network")
    order = {"action": "retry", "filter": {"state": ["failed"]}, "dry_run": False}
    assert len((await member.post(f"{RUNS}/bulk", order))["changed"]) == 2
    again = await member.post(f"{RUNS}/bulk", order)
    assert (again["matched"], again["num_left_alone"]) == (2, 2)
    assert again["left_alone"][0]["reason"].startswith("Execution ")
    cancel = {"action": "cancel", "filter": {"source": ["retry"]}, "dry_run": False}
    assert len((await member.post(f"{RUNS}/bulk", cancel))["changed"]) == 2
    assert len((await member.get(f"{RUNS}?state=cancelled"))["items"]) == 2


async def test_a_backfill_runs_what_did_not_one_after_the_other_beside_the_cadence(
    member, resources
):
    row = await member.post(URL, HOURLY, 201)
    end = now().replace(minute=0, second=0, microsecond=0)
    span = {"from": (end - timedelta(hours=2)).isoformat(), "to": end.isoformat()}
    address = f"{URL}/{row['id']}/backfill"
    dry = await member.post(address, span)
    assert (len(dry["times"]), dry["num_done"]) == (3, 0)
    assert (await member.get(RUNS))["items"] == []
    await member.post(address, span | {"dry_run": False})
    assert (await member.post(address, span))["num_done"] == 3
    tick(resources.database)
    newest, middle, oldest = (await member.get(RUNS))["items"]
    assert [one["attempt"] for one in (newest, middle, oldest)] == [0, 0, 1]
    assert oldest["scheduled_for"] == span["from"]
    assert f"Execution {oldest['id']}" in middle["waits_for"]
    end_job(resources, open_job(resources, row["id"]))
    later(resources, 5)
    begun = (await member.get(f"{RUNS}/{middle['id']}"))["execution"]
    assert (begun["source"], begun["attempt"]) == ("backfill", 1)
    cancel = {"action": "cancel", "filter": {"source": ["backfill"]}, "dry_run": False}
    assert len((await member.post(f"{RUNS}/bulk", cancel))["changed"]) == 2


@ON_ONE_DATABASE
async def test_wrong_orders_are_refused_by_field(member):
    row = await member.post(URL, EACH_MINUTE, 201)
    both = {"action": "pause", "ids": [1], "filter": {}}
    assert "ids" in (await member.post(f"{URL}/bulk", both, 422))["errors"]
    assert "ids" in (await member.post(f"{URL}/bulk", {"action": "pause"}, 422))["errors"]
    assert (
        "action" in (await member.post(f"{URL}/bulk", {"action": "x", "ids": [1]}, 422))["errors"]
    )
    address = f"{URL}/{row['id']}/backfill"
    long_ago = {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
    assert "from" in (await member.post(address, long_ago, 422))["errors"]
    soon = {"from": "2026-01-01T00:00:00Z", "to": (now() + timedelta(hours=1)).isoformat()}
    assert "to" in (await member.post(address, soon, 422))["errors"]
