"""Schedules over HTTP: made, due, tried again, cancelled, and what goes wrong is said."""

from datetime import timedelta

import pytest

from app.clock import now
from app.jobs import states
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.dispatch.tick import tick
from tests.factories.callers import Caller
from tests.factories.datasets import claimed
from tests.factories.schedules import (
    EACH_MINUTE,
    RUNS,
    URL,
    end_job,
    later,
    make_due,
    open_job,
    rest,
)
from tests.support.databases import ON_ONE_DATABASE
from workers.scheduler import perform_scheduled


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


async def begun(caller: Caller, resources, **fields):
    """Return a schedule whose execution has begun."""
    row = await made(caller, **fields)
    make_due(resources, row["id"])
    tick(resources.database)
    return row


async def test_an_attempt_that_takes_too_long_is_stopped_and_counts_as_timed_out(member, resources):
    row = await begun(member, resources, timeout_s=60, backoff=[10])
    attempt = claimed(resources, open_job(resources, row["id"]).id)
    later(resources, 50)
    assert not resources.jobs.look(attempt.claim)
    later(resources, 70)
    assert resources.jobs.look(attempt.claim)  # it is requested to stop
    with attempt.write() as unit:
        attempt.finish(unit, states.CANCELLED)
    (execution,) = (await member.get(f"{RUNS}?state=retrying"))["items"]
    assert (execution["error_code"], execution["attempt"]) == ("timeout", 1)
    assert execution["advice"].startswith("There was no answer in time.")


async def test_run_now_is_accepted_once_and_names_the_execution_that_is_open(member, resources):
    row = await made(member)
    started = await member.post(f"{URL}/{row['id']}/run-now", status=202)
    assert started["status_url"] == f"{RUNS}/{started['execution_id']}"
    refused = await member.post(f"{URL}/{row['id']}/run-now", status=409)
    assert (refused["code"], refused["execution_id"]) == ("execution_open", started["run_id"])
    tick(resources.database)
    execution = await shown(member, started["execution_id"])
    assert (execution["source"], execution["scheduled_for"]) == ("manual", None)
    cancelled = await member.post(f"{RUNS}/{started['execution_id']}/cancel")
    assert cancelled["execution"]["state"] == "cancelled"
    assert [one["state"] for one in cancelled["attempts"]] == ["cancelled"]
    again = await member.post(f"{RUNS}/{started['execution_id']}/retry", {}, 202)
    assert (await shown(member, again["execution_id"]))["retry_of"] == started["execution_id"]


async def test_a_pause_has_a_reason_and_ends_by_itself(member, resources):
    row = await made(member)
    until = (now() + timedelta(hours=1)).isoformat()
    paused = await member.post(f"{URL}/{row['id']}/pause", {"reason": "Holidays", "until": until})
    assert (paused["state"], paused["pause_reason"]) == ("paused", "Holidays")
    assert (paused["pause_until"], paused["next_run_at"]) == (until, None)
    later(resources, 3500)
    assert (await member.get(f"{URL}/{row['id']}"))["state"] == "paused"
    later(resources, 3700)
    resumed = await member.get(f"{URL}/{row['id']}")
    assert (resumed["state"], resumed["pause_reason"], resumed["outcomes"]) == ("active", None, [])
    assert resumed["next_run_at"] > until


async def test_a_change_makes_a_version_and_counts_from_now(member, resources):
    row = await made(member)
    same = await member.patch(f"{URL}/{row['id']}", {"name": row["name"]})
    assert same["version"] == 1
    changed = await member.patch(f"{URL}/{row['id']}", {"interval_s": 3600, "version": 1})
    assert (changed["cron"], changed["interval_s"], changed["version"]) == (None, 3600, 2)
    await member.patch(f"{URL}/{row['id']}", {"name": "Other", "version": 1}, 409)
    newest, first = (await member.get(f"{URL}/{row['id']}/versions"))["items"]
    assert newest["changes"] == {"cron": ["* * * * *", None], "interval_s": [None, 3600]}
    assert (newest["user_id"], first["changes"]) == (member.id, {})


async def test_archiving_cancels_what_is_open_and_keeps_the_history(member, resources):
    row = await begun(member, resources)
    assert (await member.call("DELETE", f"{URL}/{row['id']}")).status_code == 204
    assert (await member.get(URL))["items"] == []
    (archived,) = (await member.get(f"{URL}?state=archived"))["items"]
    assert [one["state"] for one in archived["outcomes"]] == ["cancelled"]
    await member.post(f"{URL}/{row['id']}/run-now", status=409)


async def test_a_run_that_is_deleted_ends_its_attempt(member, resources):
    row = await begun(member, resources)
    run_id = int((await newest(member, row["id"]))["subject"].partition(":")[2])
    await member.post(f"/api/runs/{run_id}/stop")
    assert (await newest(member, row["id"]))["state"] == "cancelled"


async def test_what_cannot_begin_is_a_failed_attempt_with_its_reason(member, resources):
    row = await made(member)
    with resources.database.write() as unit:
        unit.session.get_one(Schedule, row["id"]).params = {"mode": "centralized", "dataset": 999}
    make_due(resources, row["id"])
    tick(resources.database)
    execution = await newest(member, row["id"])
    assert (execution["state"], execution["error_code"]) == ("failed", "not_found")
    assert "There is no dataset '999'" in execution["error"]
    after = await member.get(f"{URL}/{row['id']}")
    assert (after["failures"], after["error_code"]) == (1, "not_found")


async def test_one_key_runs_one_at_a_time_and_a_failed_dependency_skips(member, resources):
    first = await made(member, concurrency_key="gpu", max_attempts=1)
    second = await made(member, concurrency_key="gpu")
    third = await made(member, depends_on=first["id"])
    for row in (first, second, third):
        make_due(resources, row["id"])
    tick(resources.database)
    by_key, dependent = [await newest(member, row["id"]) for row in (second, third)]
    assert "holds the key 'gpu'" in by_key["waits_for"]
    assert "still open" in dependent["waits_for"]
    waiting = (await member.get("/api/jobs?state=queued"))["waiting"]
    assert [(one["execution_id"], one["waits_for"]) for one in waiting] == [
        (one["id"], one["waits_for"])
        for one in sorted((by_key, dependent), key=lambda one: -one["id"])
    ]
    assert (await member.get("/api/jobs?state=failed"))["waiting"] == []
    assert (await member.get("/api/jobs?queue=io"))["waiting"] == []
    end_job(resources, open_job(resources, first["id"]), states.FAILED, code="network")
    rest(resources)
    later(resources, 3)
    assert (await shown(member, by_key["id"]))["attempt"] == 1
    skipped = await shown(member, dependent["id"])
    assert (skipped["state"], skipped["skip_reason"]) == ("skipped", "dependency_failed")


async def test_a_function_of_a_kind_is_called_by_a_worker(admin, resources):
    row = await admin.post(
        URL, {"kind": "retention.sweep", "name": "Sweep", "cron": "0 3 * * *"}, 201
    )
    assert row["params"] == {"execution_days": 180, "event_days": 90, "dry_run": False}
    started = await admin.post(f"{URL}/{row['id']}/run-now", status=202)
    with resources.database.write() as unit:
        old = unit.session.get_one(ScheduleExecution, started["execution_id"])
        unit.session.add(
            ScheduleExecution(
                schedule_id=row["id"], owner_id=admin.id, kind=old.kind, source="manual",
                state="succeeded", attempt=1, created_at=now() - timedelta(days=200),
                finished_at=now() - timedelta(days=200),
            )
        )  # fmt: skip
    tick(resources.database)
    perform_scheduled(claimed(resources, open_job(resources, row["id"]).id), resources)
    execution = await newest(admin, row["id"])
    assert (execution["state"], execution["id"]) == ("succeeded", started["execution_id"])
    assert execution["result"] == {"executions": 1, "events": 0, "unchanged": False}
    assert len((await admin.get(f"{RUNS}?schedule_id={row['id']}"))["items"]) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("fields", "status", "names"),
    [
        ({"cron": "61 * * * *"}, 422, "cron"),
        ({"cron": "0 0 30 2 *"}, 422, "cron"),
        ({"timezone": "Europe/Berlim"}, 422, "timezone"),
        ({"interval_s": 60}, 422, "cron"),
        ({"cron": None, "interval_s": 3}, 422, "interval_s"),
        ({"kind": "training.rum"}, 422, "kind"),
        ({"kind": "retention.sweep", "params": {}}, 403, None),
        ({"params": {"dataset": "digits", "owner_id": 1}}, 422, "params.owner_id"),
        ({"params": {"dataset": 999_999}}, 422, "params.dataset"),
        ({"params": {"dataset": "digits", "config": {"epochs": 0}}}, 422, "params.config.epochs"),
        ({"params": []}, 422, "params"),
        ({"state": "active"}, 422, "state"),
        ({"exclude": ["2026-02-30"]}, 422, "exclude.0"),
        ({"depends_on": 999_999}, 422, "depends_on"),
        ({"max_attempts": 3, "backoff": []}, 422, "backoff"),
        ({"must_end_by": "24:00"}, 422, "must_end_by"),
        ({"jitter_s": -1}, 422, "jitter_s"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, 422, "ends_at"),
    ],
)
async def test_what_could_not_run_is_refused_by_field(member, fields, status, names):
    refused = await member.post(URL, EACH_MINUTE | fields, status)
    assert names is None or names in refused["errors"], refused
    assert (await member.get(URL))["total"] == 0


@ON_ONE_DATABASE
async def test_an_expression_is_previewed_before_it_is_stored(member):
    body = {"cron": "30 2 * * *", "timezone": "Europe/Berlin", "after": "2026-03-28T12:00:00Z"}
    seen = await member.post(f"{URL}/preview", body | {"n": 2})
    assert [(one["due"], one["change"]) for one in seen["times"]] == [
        ("2026-03-29T01:00:00+00:00", "moved"),
        ("2026-03-30T00:30:00+00:00", None),
    ]
    refused = await member.post(f"{URL}/preview", {"cron": "1 2 3 4 9"}, 422)
    assert (refused["code"], refused["column"]) == ("out_of_range", 9)


async def test_a_schedule_is_its_owners(member, colleague, admin, viewer):
    row = await made(member)
    shared = await made(member, visibility="team")
    await colleague.get(f"{URL}/{row['id']}", 404)
    await colleague.patch(f"{URL}/{shared['id']}", {"name": "x"}, 403)
    assert [one["id"] for one in (await viewer.get(URL))["items"]] == [shared["id"]]
    assert (await admin.get(URL))["total"] == 2
    refused = await colleague.post(URL, EACH_MINUTE | {"depends_on": row["id"]}, 422)
    assert list(refused["errors"]) == ["depends_on"]
