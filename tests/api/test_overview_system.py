"""The older addresses about the scheduler itself: one word for everybody, values for admins."""

import time

from app.health import CLOCK_KEY
from tests.factories.callers import Caller
from tests.factories.overview import BASE


async def test_status_and_health_are_one_word_for_everybody(served, resources):
    stranger = Caller(served, resources, None)
    resources.redis.set(CLOCK_KEY, time.time() - 3600)
    assert await stranger.get(f"{BASE}/status") == {"status": "down"}
    assert await stranger.get(f"{BASE}/health", 503) == {"status": "unhealthy"}
    resources.redis.delete(CLOCK_KEY)


async def test_values_are_those_that_hold_and_for_admins(member, admin):
    await member.get(f"{BASE}/config", 403)
    answer = await admin.get(f"{BASE}/config")
    assert (answer["check_interval_seconds"], answer["event_retention_days"]) == (1, 90)
    kinds = {one["kind"]: one for one in answer["kinds"]}
    refresh = kinds["dataset.refresh"]
    assert refresh["task_types"] == ["bing_insights", "gsc_insights"]
    assert (refresh["max_attempts"], refresh["backoff_seconds"]) == (5, [60, 300, 1800, 7200])
    assert refresh["cool_off_seconds"] == [3600, 21600, 86400, 604800]


async def test_measurements_are_prometheus_text_for_who_is_signed_in(served, resources, member):
    response = await member.call("GET", f"{BASE}/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    assert "# HELP" in await response.get_data(as_text=True)
    stranger = Caller(served, resources, None)
    assert (await stranger.call("GET", f"{BASE}/metrics")).status_code == 401
