"""The older event log: own events and the clock's, its size, and its clean-up by admins."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.clock import now
from app.jobs import states
from app.models.audit import AuditEntry
from app.models.schedule import ScheduleEvent
from services.scheduler.dispatch.tick import tick
from tests.factories.overview import BASE
from tests.factories.schedules import EACH_MINUTE, URL, end_job, make_due, open_job
from tests.support.databases import ON_ONE_DATABASE

CLEANUP = f"{BASE}/cleanup-event-logs"


def write_event(resources, owner_id: int | None, kind: str = "job_completed", days: float = 0):
    at = now() - timedelta(days=days)
    row = ScheduleEvent(type=kind, owner_id=owner_id, data={"owner": owner_id}, created_at=at)
    with resources.database.write() as unit:
        unit.session.add(row)
    return row.id


async def test_history_is_of_ones_own_schedules_and_of_the_clock(member, colleague, resources):
    own = write_event(resources, member.id)
    write_event(resources, colleague.id)
    clock = write_event(resources, None, "start")
    page = await member.get(f"{BASE}/event-history")
    assert [one["id"] for one in page["events"]] == [clock, own]
    assert len(page["events"][0]) == 20
    assert [one["user_id"] for one in page["events"]] == [None, str(member.id)]
    assert [one["event_data"] for one in page["events"]] == [{}, {"owner": member.id}]
    assert "date_filter" not in page


async def test_history_is_filtered_and_paged(member, resources):
    numbers = [write_event(resources, member.id, days=days) for days in (40, 8, 6)]
    write_event(resources, member.id, "job_cancelled")
    page = await member.get(f"{BASE}/event-history?event_type=job_completed&limit=2")
    assert [one["id"] for one in page["events"]] == numbers[:0:-1]
    assert (page["total_count"], page["has_more"]) == (3, True)
    recent = await member.get(f"{BASE}/event-history?event_type=job_completed&days=7")
    assert [one["id"] for one in recent["events"]] == [numbers[2]]
    assert recent["date_filter"]["days"] == 7


async def test_a_failed_job_stands_in_the_history(member, resources):
    row = await member.post(URL, EACH_MINUTE | {"max_attempts": 1}, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    end_job(resources, open_job(resources, row["id"]), states.FAILED, code="bad_data")
    page = await member.get(f"{BASE}/event-history?event_type=job_failed")
    (event,) = page["events"]
    assert (event["job_type"], event["error_message"]) == ("recurring", "bad_data")
    assert event["job_id"] is not None


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [("limit=1001", "limit"), ("days=91", "days"), ("event_type=x", "event_type")],
)
async def test_limits_of_the_history_are_refused_by_name(wrong, field, member):
    answer = await member.get(f"{BASE}/event-history?{wrong}", 422)
    assert list(answer["errors"]) == [field]


async def test_stats_count_events_by_age_and_type(admin, member, resources):
    for days in (0.5, 3, 20, 60, 100, 200):
        write_event(resources, member.id, days=days)
    answer = await admin.get(f"{BASE}/event-logs/stats")
    assert answer["age_distribution"] == {
        "last_24h": 1, "last_7d": 2, "last_30d": 3, "last_90d": 4,
        "older_than_90d": 2, "older_than_180d": 1,
    }  # fmt: skip
    assert answer["events_by_type"] == {"job_completed": 6}
    assert (answer["total_records"], answer["average_duration_seconds"]) == (6, None)
    assert answer["retention_policy"]["minimum_days"] == 30


async def test_a_clean_up_is_a_dry_run_until_it_is_not_and_leaves_the_totals(
    admin, member, resources
):
    row = await member.post(URL, EACH_MINUTE | {"max_attempts": 1}, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    end_job(resources, open_job(resources, row["id"]))
    with resources.database.write() as unit:
        unit.session.execute(delete(ScheduleEvent))
    for days in (10, 50, 100):
        write_event(resources, member.id, days=days)
    dry = await admin.post(CLEANUP, {})
    assert (dry["dry_run"], dry["would_delete_count"], dry["deleted_count"]) == (True, 1, 0)
    assert dry["statistics"]["retention_days"] == 90
    before = await admin.get(f"{BASE}/event-logs/stats")
    real = await admin.post(f"{CLEANUP}?days_to_keep=30", {"dry_run": False})
    assert real["statistics"]["total_before_cleanup"] == 3
    assert (real["deleted_count"], real["statistics"]["total_after_cleanup"]) == (2, 1)
    after = await admin.get(f"{BASE}/event-logs/stats")
    assert (after["total_events"], after["total_tasks_executed"]) == (1, 1)
    assert after["total_tasks_executed"] == before["total_tasks_executed"]
    with resources.database.read() as session:
        query = select(AuditEntry.detail).where(AuditEntry.action == "schedule_events_cleaned")
        assert session.scalars(query).all() == [{"days": 30, "deleted": 2}]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("?days_to_keep=29", {}, "days_to_keep"),
        ("", {"older_than_days": 366}, "older_than_days"),
        ("?days_to_keep=40", {"older_than_days": 50}, "older_than_days"),
        ("?dry_run=true", {"dry_run": False}, "dry_run"),
    ],
)
async def test_a_clean_up_that_is_not_clear_is_refused(address, body, field, admin):
    answer = await admin.post(CLEANUP + address, body, 422)
    assert list(answer["errors"]) == [field]


@ON_ONE_DATABASE
async def test_only_admins_see_and_clean_everybodys_events(member):
    await member.get(f"{BASE}/event-logs/stats", 403)
    await member.post(CLEANUP, {"dry_run": False}, 403)
