"""The coming week of schedules over HTTP, and the feed of what happened to them."""

from datetime import timedelta

from app.clock import now
from app.models.schedule import ScheduleEvent
from tests.factories.schedules import EACH_MINUTE, URL, store_schedule

EVENTS = "/api/scheduler/events"


async def test_the_coming_week_counts_what_is_due_in_each_hour(member, resources):
    at = now()
    store_schedule(resources.database, member.id, at, cron="30 12 * * *", timezone="UTC")
    store_schedule(resources.database, member.id, at, cron=None, interval_s=15)
    store_schedule(resources.database, member.id, at, state="paused")
    week = await member.get(f"{URL}/week?timezone=Asia/Tokyo")
    assert len(week["days"]) == 7
    assert (week["num_schedules"], week["num_resting"], week["is_complete"]) == (2, 1, True)
    whole_day = week["days"][3]
    assert whole_day["due"] == 24 * 240 + 1
    assert [one["hour"] for one in whole_day["hours"] if one["due"] == 241] == [21]
    assert week["due"] == sum(one["due"] for one in week["days"])


async def test_the_coming_week_knows_of_a_change_at_once(member):
    assert (await member.get(f"{URL}/week"))["due"] == 0
    row = await member.post(URL, EACH_MINUTE | {"cron": "0 0 * * *", "timezone": "UTC"}, 201)
    assert (await member.get(f"{URL}/week"))["due"] == 6
    await member.post(f"{URL}/{row['id']}/pause", {})
    week = await member.get(f"{URL}/week")
    assert (week["due"], week["num_resting"]) == (0, 1)


async def test_an_hour_of_the_week_names_what_is_due_in_it(member, resources):
    at = now()
    tomorrow = (at + timedelta(days=1)).date().isoformat()
    late = store_schedule(
        resources.database, member.id, at, name="Late", cron="30 12 * * *", timezone="UTC"
    )
    often = store_schedule(
        resources.database, member.id, at, name="Often", cron="*/5 12 * * *", timezone="UTC"
    )
    hour = f"from={tomorrow}T12:00:00Z&to={tomorrow}T13:00:00Z"
    due = await member.get(f"{URL}/due?{hour}")
    assert [(one["id"], one["due"]) for one in due["items"]] == [(often, 12), (late, 1)]
    assert (due["due"], due["left"]) == (13, 0)
    assert due["items"][1]["first"] == f"{tomorrow}T12:30:00+00:00"


async def test_a_zone_that_is_none_and_too_long_a_time_are_refused(member):
    wrong = await member.get(f"{URL}/week?timezone=Europe/Berlim", 422)
    assert "Europe/Berlin" in wrong["errors"]["timezone"][0]
    day = "from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z"
    assert "to" in (await member.get(f"{URL}/due?{day}", 422))["errors"]


async def test_the_feed_shows_what_happened_to_schedules_that_one_may_see(
    member, colleague, resources
):
    mine = await member.post(URL, EACH_MINUTE, 201)
    shared = await colleague.post(URL, EACH_MINUTE | {"visibility": "team"}, 201)
    await colleague.post(URL, EACH_MINUTE | {"name": "Secret"}, 201)
    await member.post(f"{URL}/{mine['id']}/pause", {})
    with resources.database.write() as unit:
        unit.session.add(ScheduleEvent(type="start", data={"host": "secret"}, created_at=now()))
    events = (await member.get(EVENTS))["items"]
    assert [(one["type"], one["schedule_id"], one["by"]) for one in events] == [
        ("start", None, "platform"),
        ("schedule_paused", mine["id"], "self"),
        ("schedule_created", shared["id"], "other"),
        ("schedule_created", mine["id"], "self"),
    ]
    assert events[0]["data"] == {}
    assert events[2]["user_name"] is None
    assert "Secret" not in str(events)


async def test_the_feed_is_filtered_and_comes_page_by_page(member):
    first = await member.post(URL, EACH_MINUTE, 201)
    for act in ("pause", "resume", "pause"):
        await member.post(f"{URL}/{first['id']}/{act}", {})
    page = await member.get(f"{EVENTS}?limit=3")
    rest = await member.get(f"{EVENTS}?limit=3&after={page['next']}")
    assert [one["type"] for one in rest["items"]] == ["schedule_created"]
    assert rest["next"] is None
    paused = await member.get(f"{EVENTS}?type=schedule_paused&schedule_id={first['id']}&by=self")
    assert len(paused["items"]) == 2
    assert (await member.get(f"{EVENTS}?by=platform"))["items"] == []
    assert len((await member.get(f"{EVENTS}?days=1"))["items"]) == 4
    await member.get(f"{EVENTS}?type=nothing", 422)
