"""The older orders make real executions, and say so in both sets of names."""

import pytest

from app.jobs import states
from services.scheduler.dispatch.tick import tick
from tests.factories.overview import BASE, make_execution, make_schedule
from tests.factories.schedules import RUNS, end_job, open_job
from tests.support.databases import ON_ONE_DATABASE


def trigger(number: int, task_type: str = "website_analysis") -> str:
    return f"{BASE}/tasks/{task_type}/{number}/manual-trigger"


async def test_a_resting_task_is_probed_and_active_again_when_it_succeeds(member, resources):
    number = make_schedule(
        resources, member.id, state="cooling_off", failures=3, error_code="network"
    )
    make_execution(resources, number, "failed", hours=1, error="Away.")
    answer = await member.post(trigger(number), status=202)
    assert (answer["success"], answer["task_id"]) == (True, number)
    assert answer["execution_id"] == answer["run_id"]
    assert answer["estimated_duration_seconds"] == 2.0
    assert (answer["task"]["id"], answer["task"]["status"]) == (number, "active")
    assert answer["task"]["last_check"] is not None
    shown = await member.get(answer["status_url"])
    assert (shown["execution"]["source"], shown["execution"]["is_probe"]) == ("manual", True)

    tick(resources.database)
    end_job(resources, open_job(resources, number), states.SUCCEEDED)
    status = await member.get(f"{BASE}/website-analysis/status/{member.id}")
    (task,) = status["data"]["user_website_tasks"]
    assert (task["status"], task["consecutive_failures"]) == ("active", 0)


async def test_a_second_trigger_is_refused_with_the_execution_that_is_open(member, resources):
    number = make_schedule(resources, member.id)
    first = await member.post(trigger(number), status=202)
    second = await member.post(trigger(number), status=409)
    assert second["code"] == "execution_open"
    assert second["execution_id"] == first["execution_id"]
    assert len((await member.get(f"{RUNS}?schedule_id={number}"))["items"]) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("task_type", "status"),
    [("training.run", 404), ("oauth_token_monitoring", 404), ("site.analyse", 422), ("x", 422)],
)
async def test_a_task_of_another_type_is_not_there(task_type, status, member, resources):
    number = make_schedule(resources, member.id)
    answer = await member.post(trigger(number, task_type), status=status)
    if status == 422:
        assert list(answer["errors"]) == ["task_type"]
    assert (await member.get(f"{RUNS}?schedule_id={number}"))["items"] == []


async def test_a_visit_is_tried_again_and_counting_begins_anew(member, resources):
    number = make_schedule(
        resources, member.id, state="needs_intervention", failures=5, error_code="forbidden"
    )
    address = f"{BASE}/website-analysis/retry/{number}"
    answer = await member.post(address, {"reset_failure_count": True}, 202)
    assert answer["failure_count_reset"] is True
    assert answer["task"]["website_url"] == "http://shop.example/"
    assert answer["task"]["status"] == "active"
    assert answer["task"]["next_check"] == answer["retry_scheduled_at"]
    shown = await member.get(answer["status_url"])
    assert shown["execution"]["is_probe"] is False
    await member.post(address, {}, 409)


@ON_ONE_DATABASE
async def test_what_is_no_visit_or_somebody_elses_is_not_there(member, colleague, resources):
    other = make_schedule(resources, member.id, kind="training.run", params={})
    visit = make_schedule(resources, member.id)
    await member.post(f"{BASE}/website-analysis/retry/{other}", {}, 404)
    await colleague.post(f"{BASE}/website-analysis/retry/{visit}", {}, 404)
    await colleague.post(trigger(visit), status=404)
    wrong = await member.post(f"{BASE}/website-analysis/retry/{visit}", {"force": 1}, 422)
    assert list(wrong["errors"]) == ["force"]
