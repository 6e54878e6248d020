"""Alerts over HTTP: whose they are, muting, the bell, and rules that admins set."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.models.alert import Alert
from app.models.audit import AuditEntry
from app.models.channel import ChannelDelivery
from tests.factories.alerts import ALERTS, executions, look
from tests.factories.callers import Caller
from tests.factories.channels import make_channel
from tests.factories.overview import make_schedule
from tests.support.databases import ON_ONE_DATABASE

RULES = f"{ALERTS}/rules"


def later(hours: float = 1) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


async def test_owners_see_theirs_and_admins_those_of_the_platform(
    member: Caller, colleague: Caller, admin: Caller, resources
) -> None:
    make_schedule(resources, member.id, state="cooling_off", name="Nightly")
    executions(resources, colleague.id, 20, 20)
    look(resources)
    (mine,) = (await member.get(ALERTS))["items"]
    assert (mine["rule"], mine["title"], mine["is_platform"]) == (
        "circuit_open",
        "Nightly rests after failures",
        False,
    )
    assert (await colleague.get(ALERTS))["items"] == []
    await colleague.get(f"{ALERTS}/{mine['id']}", 404)
    await admin.get(f"{ALERTS}/{mine['id']}", 404)
    await admin.post(f"{ALERTS}/{mine['id']}/unmute", {}, 404)
    theirs = (await admin.get(ALERTS))["items"]
    assert {one["rule"] for one in theirs if one["state"] == "firing"} == {
        "error_rate",
        "task_success",
    }
    await member.get(f"{ALERTS}/{theirs[0]['id']}", 404)


async def test_one_is_muted_with_who_and_why_and_the_bell_leaves_it_out(
    member: Caller, resources
) -> None:
    make_schedule(resources, member.id, state="cooling_off")
    look(resources)
    summary = await member.get(f"{ALERTS}/summary")
    assert (summary["firing"], summary["undelivered"]) == (1, 1)  # there is no channel
    number = summary["items"][0]["id"]
    body = {"until": later(), "reason": "being repaired"}
    muted = await member.post(f"{ALERTS}/{number}/mute", body)
    assert (muted["alert"]["muted_by"], muted["alert"]["mute_reason"]) == (
        member.name,
        "being repaired",
    )
    assert [one["type"] for one in muted["history"]] == ["muted", "raised"]
    assert (await member.get(f"{ALERTS}/summary"))["firing"] == 0
    assert len((await member.get(f"{ALERTS}?muted=true"))["items"]) == 1
    assert (await member.get(f"{ALERTS}?muted=false"))["items"] == []
    with resources.database.write() as unit:
        unit.session.execute(update(Alert).values(muted_until=now()))
    assert (await member.get(f"{ALERTS}/{number}"))["alert"]["muted_until"] is None
    back = await member.post(f"{ALERTS}/{number}/unmute", {})
    assert back["alert"]["mute_reason"] is None


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "2020-01-01T00:00:00+00:00"}, "until"),
        ({"until": "2999-01-01T00:00:00+00:00"}, "until"),
        ({"until": "tomorrow"}, "until"),
        ({"reason": ""}, "reason"),
        ({"owner_id": 1}, "owner_id"),
    ],
)
async def test_a_mute_that_is_wrong_is_refused(member: Caller, wrong, field) -> None:
    answer = await member.post(f"{ALERTS}/1/mute", {"until": later(), "reason": "x"} | wrong, 422)
    assert list(answer["errors"]) == [field]


async def test_the_list_is_paged_and_has_what_fires_first(member: Caller, resources) -> None:
    numbers = [make_schedule(resources, member.id, state="cooling_off") for _ in range(5)]
    look(resources)
    with resources.database.write() as unit:
        over = update(Alert).where(Alert.scope == f"schedule:{numbers[4]}")
        unit.session.execute(over.values(state="recovered", state_at=now() + timedelta(days=1)))
    seen, after = [], ""
    while after is not None:
        page = await member.get(f"{ALERTS}?limit=2" + (f"&after={after}" if after else ""))
        seen += [(one["state"], one["scope"]) for one in page["items"]]
        after = page["next_after"]
    assert sorted(seen[:4]) == [("firing", f"schedule:{number}") for number in numbers[:4]]
    assert seen[4:] == [("recovered", f"schedule:{numbers[4]}")]
    await member.get(f"{ALERTS}?after=3-1-1", 422)
    assert len((await member.get(f"{ALERTS}?state=recovered"))["items"]) == 1
    assert (await member.get(f"{ALERTS}?rule=error_rate"))["items"] == []


async def test_a_threshold_that_an_admin_sets_holds_at_the_next_look(
    admin: Caller, member: Caller, resources
) -> None:
    executions(resources, member.id, 1, 4)
    look(resources)
    assert (await admin.get(f"{ALERTS}?state=firing"))["items"] == []
    changed = await admin.patch(f"{RULES}/error_rate", {"threshold": 20, "min_count": 4})
    assert (changed["values"]["threshold"], changed["default"]["threshold"]) == (20, 5)
    assert changed["changed_by"] == admin.name
    look(resources)
    (alert,) = (await admin.get(f"{ALERTS}?state=firing"))["items"]
    assert alert["detail"].startswith("25.0 % of 4 executions failed")
    await admin.patch(f"{RULES}/error_rate", {"enabled": False})
    look(resources)
    assert (await admin.get(f"{ALERTS}/{alert['id']}"))["alert"]["state"] == "recovered"
    query = select(AuditEntry.detail).where(AuditEntry.action == "alert_rule_changed")
    with resources.database.read() as session:
        details = list(session.scalars(query.order_by(AuditEntry.id)))
    assert details == [
        {"threshold": [5.0, 20.0], "min_count": [20, 4]},
        {"enabled": [True, False]},
    ]
    again = await admin.patch(f"{RULES}/error_rate", {"threshold": None, "enabled": True})
    assert again["values"]["threshold"] == 5


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("rule", "wrong", "field"),
    [
        ("error_rate", {"recovery": 6}, "recovery"),
        ("error_rate", {"window_s": 59}, "window_s"),
        ("error_rate", {"threshold": -1}, "threshold"),
        ("task_success", {"recovery": 90}, "recovery"),
        ("dashboard_slow", {"window_s": 7200}, "window_s"),
        ("circuit_open", {"threshold": 2}, "threshold"),
        ("error_rate", {"name": "x"}, "name"),
    ],
)
async def test_values_that_contradict_each_other_are_refused(
    admin: Caller, rule, wrong, field
) -> None:
    answer = await admin.patch(f"{RULES}/{rule}", wrong, 422)
    assert field in answer["errors"]


@ON_ONE_DATABASE
async def test_admins_alone_set_rules_and_everybody_reads_them(
    admin: Caller, member: Caller
) -> None:
    assert len((await member.get(RULES))["items"]) == 13
    await member.patch(f"{RULES}/error_rate", {"threshold": 20}, 403)
    answer = await admin.patch(f"{RULES}/tea", {"threshold": 20}, 404)
    assert "error_rate" in answer["detail"]


async def test_one_whose_deliveries_all_failed_says_so_and_one_that_waits_does_not(
    member: Caller, colleague: Caller, resources
) -> None:
    make_channel(resources, member.id)
    make_channel(resources, colleague.id)
    make_schedule(resources, member.id, state="cooling_off")
    look(resources)
    (alert,) = (await member.get(ALERTS))["items"]
    assert (alert["carried_by"], alert["undelivered"]) == (1, False)
    with resources.database.write() as unit:
        (delivery,) = unit.session.scalars(select(ChannelDelivery))
        delivery.state = "failed"
    assert (await member.get(f"{ALERTS}/summary"))["undelivered"] == 1
    assert (await member.get(ALERTS))["items"][0]["undelivered"] is True


@ON_ONE_DATABASE
async def test_answers_of_the_dashboard_are_timed(member: Caller, resources) -> None:
    await member.get("/api/scheduler/dashboard")
    await member.get("/api/scheduler/dashboard?unknown=1", 422)
    counts = resources.minutes.read("/api/scheduler/dashboard", 300, now())
    assert sum(count for _, count in counts) == 1
