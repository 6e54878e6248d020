"""The older addresses about sites, connections and trouble, over real schedules."""

import pytest

from tests.factories.connections import SITE, make_connection
from tests.factories.overview import BASE, RIVAL, make_execution, make_schedule
from tests.support.asks_scheduler import OF_A_PERSON
from tests.support.databases import ON_ONE_DATABASE


def insights(resources, owner_id: int, platform: str, **values):
    number = make_connection(resources, owner_id, platform=platform)
    params = {"connection_id": number}
    return make_schedule(resources, owner_id, kind="dataset.refresh", params=params, **values)


async def test_refreshes_stand_under_their_platform(member, colleague, resources):
    gsc = insights(resources, member.id, "gsc")
    bing = insights(resources, member.id, "bing", state="cooling_off")
    insights(resources, colleague.id, "gsc")
    make_execution(resources, gsc, "succeeded")
    answer = await member.get(f"{BASE}/platform-insights/status/{member.id}")
    (first,), (second,) = answer["gsc_tasks"], answer["bing_tasks"]
    assert (first["id"], first["platform"], first["site_url"]) == (gsc, "gsc", SITE)
    assert (first["status"], first["task_type"]) == ("active", "gsc_insights")
    assert first["last_success"] == first["last_check"] is not None
    assert (second["id"], second["status"], second["last_check"]) == (bing, "failed", None)
    assert answer["total_tasks"] == 2


async def test_visits_are_split_into_own_pages_and_competitors(member, resources):
    own = make_schedule(resources, member.id, state="half_open")
    make_schedule(resources, member.id, params=RIVAL, state="needs_intervention")
    make_schedule(resources, member.id, state="archived")
    data = (await member.get(f"{BASE}/website-analysis/status/{member.id}"))["data"]
    assert [(one["id"], one["status"]) for one in data["user_website_tasks"]] == [(own, "active")]
    (rival,) = data["competitor_tasks"]
    assert (rival["competitor_id"], rival["website_url"]) == ("rival", "http://rival.example/")
    assert (data["total_tasks"], data["active_tasks"], data["failed_tasks"]) == (2, 1, 1)


async def test_tasks_come_in_pages_and_are_counted_on_all_of_them(member, resources):
    first, *_, last = [make_schedule(resources, member.id) for _ in range(3)]
    address = f"{BASE}/website-analysis/status/{member.id}"
    data = (await member.get(f"{address}?limit=1"))["data"]
    assert [one["id"] for one in data["user_website_tasks"]] == [last]
    assert (data["total_tasks"], data["active_tasks"]) == (3, 3)
    data = (await member.get(f"{address}?limit=1&offset=2"))["data"]
    assert [one["id"] for one in data["user_website_tasks"]] == [first]
    wrong = await member.get(f"{address}?limit=1001", 422)
    assert list(wrong["errors"]) == ["limit"]


async def test_health_is_the_mean_share_of_success_and_none_where_nothing_ended(member, resources):
    address = f"{BASE}/platform-monitoring/summary/{member.id}"
    assert (await member.get(address))["overall"]["health_score"] is None
    halves, thirds = make_schedule(resources, member.id), insights(resources, member.id, "gsc")
    resting = make_schedule(resources, member.id, params=RIVAL, state="cooling_off")
    make_schedule(resources, member.id)  # it never ended: it is not counted
    for schedule, state, more in (
        (halves, "failed", {}),
        (halves, "skipped", {"skip_reason": "unchanged"}),
        (halves, "skipped", {"skip_reason": "overlapped"}),
        (halves, "cancelled", {}),
        (thirds, "succeeded", {}),
        (thirds, "failed", {}),
        (thirds, "failed", {}),
        (resting, "failed", {}),
    ):
        make_execution(resources, schedule, state, 30 if schedule == thirds else 2, **more)
    answer = await member.get(address)
    assert answer["overall"] == {
        "total_tasks": 4,
        "active_tasks": 3,
        "failed_tasks": 1,
        "health_score": round(100 * (1 / 2 + 1 / 3) / 2, 1),
        "recent_activity_24h": 3,
    }
    assert answer["platform_insights"] == {
        "total": 1, "active": 1, "failed": 0, "platforms": ["gsc"],
    }  # fmt: skip
    assert answer["website_analysis"]["competitors"] == 1


async def test_health_is_one_word(member, resources):
    async def word() -> str:
        answer = await member.get(f"{BASE}/platform-monitoring/health/{member.id}")
        return answer["health_status"]

    assert await word() == "not_configured"
    schedule = make_schedule(resources, member.id)
    assert await word() == "unknown"
    make_execution(resources, schedule, "failed", hours=2)
    assert await word() == "healthy"
    make_execution(resources, schedule, "failed", hours=0.5)
    assert await word() == "degraded"


async def test_what_is_in_trouble_has_its_pattern_reason_and_advice(member, resources):
    schedule = make_schedule(
        resources, member.id, state="needs_intervention", failures=6, error_code="auth_revoked"
    )
    make_schedule(resources, member.id)
    make_execution(resources, schedule, "failed", hours=24 * 8, error="B")
    make_execution(resources, schedule, "failed", hours=50, error="A" * 200)
    make_execution(resources, schedule, "failed", hours=49, error="A" * 200)
    answer = await member.get(f"{BASE}/tasks-needing-intervention/{member.id}")
    (task,) = answer["tasks"]
    assert (answer["count"], task["task_id"], task["task_type"]) == (
        1,
        schedule,
        "website_analysis",
    )
    pattern = task["failure_pattern"]
    assert (pattern["consecutive_failures"], pattern["recent_failures"]) == (6, 2)
    assert (pattern["failure_reason"], task["error_code"]) == ("auth_error", "auth_revoked")
    assert pattern["error_patterns"] == ["A" * 100, "B"]
    assert task["failure_reason"] == "A" * 200
    assert task["advice"]

    summary = await member.get(f"{BASE}/task-intervention/summary/{member.id}")
    assert summary["by_task_type"] == {"website_analysis": 1}
    assert (summary["critical_failures"], summary["oldest_failure_hours"]) == (1, 49.0)
    assert summary["requires_immediate_attention"] is True


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", OF_A_PERSON)
async def test_what_is_of_somebody_else_is_not_there_except_for_admins(
    name, member, colleague, admin
):
    await member.get(f"{BASE}/{name}/{member.id}")
    await admin.get(f"{BASE}/{name}/{member.id}")
    foreign = await colleague.get(f"{BASE}/{name}/{member.id}", 404)
    nobody = await colleague.get(f"{BASE}/{name}/999999", 404)
    assert foreign["detail"].replace(str(member.id), "999999") == nobody["detail"]
    wrong = await member.get(f"{BASE}/{name}/me", 422)
    assert list(wrong["errors"]) == ["user_id"]
