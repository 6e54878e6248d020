"""The older dashboard: own jobs, counts that are real, and the clock."""

import time
from datetime import timedelta

from app.clock import now
from app.health import CLOCK_KEY
from app.jobs import states
from services.scheduler.dispatch.looks import Looks
from services.scheduler.dispatch.tick import tick
from tests.factories.connections import make_connection
from tests.factories.overview import BASE, RIVAL, make_schedule
from tests.factories.schedules import EACH_MINUTE, URL, end_job, make_due, open_job, rest


async def ended(caller, resources, state: str) -> int:
    row = await caller.post(URL, EACH_MINUTE | {"max_attempts": 1}, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    rest(resources)
    end_job(resources, open_job(resources, row["id"]), state)
    return row["id"]


async def test_counts_are_of_ones_own_executions(member, colleague, resources):
    await ended(member, resources, states.SUCCEEDED)
    await ended(member, resources, states.FAILED)
    await ended(colleague, resources, states.FAILED)
    answer = await member.get(f"{BASE}/dashboard")
    stats = answer["stats"]
    assert len(stats) == 20
    for found, executed, failed in (
        ("tasks_found", "tasks_executed", "tasks_failed"),
        ("cumulative_tasks_found", "cumulative_tasks_executed", "cumulative_tasks_failed"),
    ):
        assert (stats[found], stats[executed], stats[failed]) == (2, 1, 1)
    assert stats["last_update"] is not None
    assert stats["total_checks"] == stats["cumulative_total_check_cycles"] == 0
    assert {"gsc_insights", "bing_insights", "oauth_token_monitoring", "website_analysis"} <= set(
        answer["registered_task_types"]
    )
    assert answer["user_isolation"] == {"enabled": True, "current_user_id": str(member.id)}
    assert (await colleague.get(f"{BASE}/dashboard"))["stats"]["tasks_found"] == 1


async def test_the_clock_is_running_when_it_ticked_lately(member, resources):
    resources.redis.delete(CLOCK_KEY)
    stats = (await member.get(f"{BASE}/dashboard"))["stats"]
    assert (stats["running"], stats["last_check"]) == (False, None)
    resources.redis.set(CLOCK_KEY, time.time() - 3600)
    assert (await member.get(f"{BASE}/dashboard"))["stats"]["running"] is False
    resources.redis.set(CLOCK_KEY, time.time() + 60)
    stats = (await member.get(f"{BASE}/dashboard"))["stats"]
    assert (stats["running"], stats["check_interval_minutes"]) == (True, 1 / 60)
    resources.redis.delete(CLOCK_KEY)


async def test_jobs_are_ones_own_active_schedules_the_next_first(member, colleague, resources):
    params = {"connection_id": make_connection(resources, member.id)}
    refresh = make_schedule(
        resources, member.id, kind="dataset.refresh", params=params, cron="0 10 * * *",
        interval_s=None,
    )  # fmt: skip
    at = now() + timedelta(hours=1)
    once = make_schedule(
        resources, member.id, params=RIVAL, interval_s=None, run_at=at, next_run_at=at
    )
    probing = make_schedule(resources, member.id, state="half_open", next_run_at=None)
    for state in ("paused", "cooling_off", "needs_intervention", "archived"):
        make_schedule(resources, member.id, state=state)
    make_schedule(resources, colleague.id, visibility="team")
    answer = await member.get(f"{BASE}/jobs")
    assert [one["task_id"] for one in answer["jobs"]] == [once, refresh, probing]
    assert (answer["total_jobs"], answer["recurring_jobs"], answer["one_time_jobs"]) == (3, 2, 1)
    first, second, third = answer["jobs"]
    assert (first["trigger_type"], first["frequency"], first["task_type"]) == (
        "DateTrigger",
        "Once",
        "competitor",
    )
    assert (first["website_url"], first["task_category"]) == (RIVAL["url"], "website_analysis")
    assert (second["id"], second["trigger_type"]) == (f"gsc_insights_{refresh}", "CronTrigger")
    assert (third["trigger_type"], third["frequency"]) == ("IntervalTrigger", "Weekly")
    shown = await member.get(f"{BASE}/dashboard")
    assert (shown["jobs"], shown["job_count"]) == (answer["jobs"], 3)
    assert shown["stats"]["active_strategies_count"] == 3


async def test_looks_of_the_clock_and_its_interval_are_those_that_it_wrote_down(
    member, colleague, resources
):
    await ended(colleague, resources, states.SUCCEEDED)
    clock = Looks()
    for second in (1, 2):
        for _ in range(20):
            clock.look(resources.database, lambda _: None)
        clock.since = time.monotonic() - 20 * second
        clock.write(resources.database, now() + timedelta(minutes=second))
    stats = (await member.get(f"{BASE}/dashboard"))["stats"]
    assert stats["cumulative_total_check_cycles"] == 40
    assert stats["check_interval_minutes"] == stats["max_check_interval_minutes"] == 2 / 60
    assert stats["min_check_interval_minutes"] == 1 / 60
    assert stats["last_interval_adjustment"] is not None
    page = await member.get(f"{BASE}/event-history?event_type=check_cycle")
    cycle = page["events"][0]
    assert (cycle["check_cycle_number"], cycle["event_data"]) == (20, {})
    assert (cycle["tasks_found"], cycle["tasks_by_type"], cycle["check_interval_minutes"]) == (
        0, {}, 1 / 60,
    )  # fmt: skip
    page = await member.get(f"{BASE}/event-history?event_type=interval_adjustment")
    assert page["events"][0]["new_interval_minutes"] == 2 / 60
    Looks().write(resources.database, now() + timedelta(minutes=3))  # one that has just started
    stats = (await member.get(f"{BASE}/dashboard"))["stats"]
    assert stats["check_interval_minutes"] == 1 / 60
