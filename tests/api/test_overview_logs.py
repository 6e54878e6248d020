"""The older addresses of logs: own executions, filtered and in pages."""

import pytest

from services.scheduler.dispatch.tick import tick
from tests.factories.connections import make_connection
from tests.factories.overview import BASE, RIVAL, make_execution, make_schedule
from tests.factories.schedules import EACH_MINUTE, URL, end_job, make_due, open_job
from tests.support.databases import ON_ONE_DATABASE


async def test_logs_are_ones_own_executions_in_pages(member, colleague, resources):
    schedule = make_schedule(resources, member.id)
    numbers = [make_execution(resources, schedule, "succeeded") for _ in range(3)]
    make_execution(resources, make_schedule(resources, colleague.id, visibility="team"), "failed")
    page = await member.get(f"{BASE}/execution-logs?limit=2")
    assert [one["id"] for one in page["logs"]] == [numbers[2], numbers[1]]
    assert (page["total_count"], page["has_more"], page["is_scheduler_logs"]) == (3, True, False)
    newest = page["logs"][0]
    assert (newest["task_id"], newest["status"], newest["execution_time_ms"]) == (
        schedule,
        "success",
        2000,
    )
    assert newest["task"] == {
        "id": schedule, "task_title": "Visit", "component_name": "website_analysis",
        "metric": None, "frequency": "Weekly",
    }  # fmt: skip
    rest = await member.get(f"{BASE}/execution-logs?limit=2&offset=2")
    assert ([one["id"] for one in rest["logs"]], rest["has_more"]) == ([numbers[0]], False)


async def test_logs_are_filtered_by_the_older_words(member, resources):
    schedule = make_schedule(resources, member.id)
    for state in ("succeeded", "failed", "skipped", "cancelled"):
        make_execution(resources, schedule, state)
    make_execution(resources, schedule, "retrying", started_at=None, finished_at=None)
    for word, number in {"success": 1, "failed": 1, "skipped": 2, "running": 1}.items():
        page = await member.get(f"{BASE}/execution-logs?status={word}")
        assert page["total_count"] == number
        assert {one["status"] for one in page["logs"]} == {word}
    assert page["logs"][0]["execution_time_ms"] is None


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("name", "wrong", "field"),
    [
        ("execution-logs", "limit=0", "limit"),
        ("execution-logs", "limit=501", "limit"),
        ("execution-logs", "offset=-1", "offset"),
        ("execution-logs", "status=done", "status"),
        ("platform-insights/logs/{me}", "limit=101", "limit"),
        ("website-analysis/logs/{me}", "task_id=0", "task_id"),
    ],
)
async def test_limits_are_refused_by_name(name, wrong, field, member):
    answer = await member.get(f"{BASE}/{name.format(me=member.id)}?{wrong}", 422)
    assert list(answer["errors"]) == [field]


async def test_recent_logs_are_the_last_five_events_of_executions(member, colleague, resources):
    row = await member.post(URL, EACH_MINUTE, 201)
    make_due(resources, row["id"])
    tick(resources.database)
    end_job(resources, open_job(resources, row["id"]))
    page = await member.get(f"{BASE}/recent-scheduler-logs")
    assert [one["status"] for one in page["logs"]] == ["success", "running"]
    ended, made = page["logs"]
    assert ended["id"].startswith("scheduler_event_")
    assert (ended["task_id"], made["execution_time_ms"]) == (row["id"], None)
    assert ended["task"]["task_title"].startswith("job_completed ")
    assert (page["limit"], page["is_scheduler_logs"]) == (5, True)
    assert (await colleague.get(f"{BASE}/recent-scheduler-logs"))["logs"] == []


async def test_logs_of_refreshes_and_visits_know_what_they_are_about(member, resources):
    params = {"connection_id": make_connection(resources, member.id, platform="bing")}
    refresh = make_schedule(resources, member.id, kind="dataset.refresh", params=params)
    own, rival = (
        make_schedule(resources, member.id),
        make_schedule(resources, member.id, params=RIVAL),
    )
    for schedule in (refresh, own, rival):
        make_execution(resources, schedule, "succeeded", result={"days": 2})
    page = await member.get(f"{BASE}/platform-insights/logs/{member.id}")
    (log,) = page["logs"]
    assert (log["platform"], log["data_source"], log["result_data"]) == ("bing", "api", {"days": 2})
    visits = await member.get(f"{BASE}/website-analysis/logs/{member.id}?limit=1")
    assert [one["task_type"] for one in visits["logs"]] == ["competitor"]
    assert (visits["total_count"], visits["has_more"]) == (2, True)
    one = await member.get(f"{BASE}/website-analysis/logs/{member.id}?task_id={own}")
    assert [log["website_url"] for log in one["logs"]] == ["http://shop.example/"]
    # a task of another kind is none of these
    none = await member.get(f"{BASE}/website-analysis/logs/{member.id}?task_id={refresh}")
    assert none["total_count"] == 0
