"""Schedules brought in line with connections, and lifetime totals with the executions."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.models.connection import ServiceConnection
from app.models.schedule import DailyCounter, Schedule
from services.connections.perform import reconcile_scheduled
from services.connections.reconcile import mend_all
from services.scheduler.kinds.types import WorkContext
from tests.factories.callers import Caller
from tests.factories.connections import make_connection
from tests.factories.overview import BASE, make_execution, make_schedule
from tests.support.databases import ON_ONE_DATABASE

INSIGHTS = f"{BASE}/platform-insights"


async def test_what_lacks_is_made_once_and_an_orphan_is_archived(
    member: Caller, colleague: Caller, resources
) -> None:
    number = make_connection(resources, member.id)
    make_connection(resources, colleague.id)
    orphan = make_schedule(
        resources, member.id, kind="dataset.refresh", params={"connection_id": 999_999}
    )
    done = await member.post(f"{INSIGHTS}/reconcile/{member.id}", {})
    numbers = {name: done[name] for name in ("connected", "created", "skipped", "failures")}
    assert numbers == {"connected": 1, "created": 2, "skipped": 0, "failures": 0}
    assert (done["auditable"], done["archived"]) == (1, 1)
    again = await member.post(f"{INSIGHTS}/reconcile/{member.id}", {})
    assert (again["created"], again["skipped"], again["archived"]) == (0, 1, 0)
    with resources.database.read() as session:
        rows = session.scalars(select(Schedule).order_by(Schedule.id)).all()
    assert {(one.owner_id, one.kind, one.state) for one in rows} == {
        (member.id, "dataset.refresh", "archived"),
        (member.id, "token.check", "active"),
        (member.id, "dataset.refresh", "active"),
    }
    assert rows[0].id == orphan
    assert {one.params["connection_id"] for one in rows[1:]} == {number}


async def test_the_schedules_of_a_person_are_made_by_that_person_alone(
    member: Caller, colleague: Caller, resources
) -> None:
    make_connection(resources, member.id)
    await colleague.post(f"{INSIGHTS}/{member.id}/ensure-tasks", {}, 404)
    await colleague.post(f"{INSIGHTS}/reconcile/{member.id}", {}, 404)
    made = await member.post(f"{INSIGHTS}/{member.id}/ensure-tasks", {})
    assert (made["created"], len(made["schedule_ids"])) == (2, 2)
    again = await member.post(f"{INSIGHTS}/{member.id}/ensure-tasks", {})
    assert (again["created"], again["schedule_ids"]) == (0, [])


@ON_ONE_DATABASE
async def test_the_clock_and_the_kind_look_at_everybody(
    member: Caller, colleague: Caller, resources
) -> None:
    for caller in (member, colleague):
        make_connection(resources, caller.id)
    assert mend_all(resources.database).created == 4
    with resources.database.write() as unit:
        unit.session.execute(update(ServiceConnection).values(state="archived"))
    context: Any = WorkContext(
        actor=member.actor, attempt=None, database=resources.database,  # type: ignore[arg-type]
        store=resources.store, settings=resources.settings, execution_id=1, scheduled_for=None,
    )  # fmt: skip
    done = reconcile_scheduled(context, {})
    assert (done["archived"], done["connected"], done["unchanged"]) == (4, 0, False)
    assert reconcile_scheduled(context, {})["unchanged"] is True


@ON_ONE_DATABASE
async def test_a_kind_of_the_platform_is_for_admins(member: Caller, admin: Caller) -> None:
    body = {"kind": "reconcile", "name": "Hourly", "cron": "7 * * * *"}
    await member.post(f"{BASE}/schedules", body, 403)
    await admin.post(f"{BASE}/schedules", body, 201)


async def test_totals_that_drifted_are_mended_once(member: Caller, resources) -> None:
    schedule = make_schedule(resources, member.id)
    for state in ("succeeded", "succeeded", "failed"):
        make_execution(resources, schedule, state)
    address = f"{BASE}/dashboard/cumulative-stats/reconcile"
    first = await member.post(address, {})
    assert (first["drift"], first["corrected"]) == (3, 1)
    with resources.database.read() as session:
        row = session.scalars(select(DailyCounter)).one()
    assert (row.owner_id, row.executed, row.failed) == (member.id, 2, 1)
    assert (await member.post(address, {}))["drift"] == 0


@pytest.mark.parametrize(("named", "count"), [("", 2), ("?task_type=user_website", 1)])
@ON_ONE_DATABASE
async def test_tasks_of_a_person_come_by_type_and_in_pages(
    member: Caller, colleague: Caller, resources, named: str, count: int
) -> None:
    make_schedule(resources, member.id)
    make_schedule(resources, member.id, kind="retention.sweep", params={})
    make_schedule(resources, colleague.id)
    address = f"{BASE}/onboarding-tasks/{member.id}"
    answer = await member.get(f"{address}{named}")
    assert (answer["total_count"], answer["limit"], answer["has_more"]) == (count, 100, False)
    page = await member.get(f"{address}?limit=1&offset=1")
    assert (len(page["tasks"]), page["has_more"]) == (1, False)
    refused = await member.get(f"{address}?limit=501", 422)
    assert list(refused["errors"]) == ["limit"]
    await colleague.get(address, 404)
