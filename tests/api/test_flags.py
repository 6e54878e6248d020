"""The switches of the platform's parts over HTTP: who moves them, and what a schedule makes of it."""

import pytest
from sqlalchemy import select, update

from app.models.audit import AuditEntry
from app.models.schedule import Schedule
from services.scheduler.dispatch.tick import tick
from services.scheduler.kinds.registry import all_kinds
from tests.factories.callers import Caller
from tests.factories.schedules import EACH_MINUTE, RUNS, URL, make_due
from tests.support.databases import ON_ONE_DATABASE

FLAGS = "/api/flags"
TRAINING = f"{FLAGS}/kind.training.run"
OFF = {"percent": 0, "reason": "It fails too often."}


async def test_every_kind_of_schedule_is_a_flag_that_is_on_for_everybody(admin: Caller) -> None:
    flags = {one["name"]: one for one in (await admin.get(FLAGS))["items"]}
    assert {f"kind.{name}" for name in all_kinds()} <= set(flags)
    training = flags["kind.training.run"]
    assert (training["percent"], training["changed_at"], training["changed_by"]) == (
        100,
        None,
        None,
    )


async def test_a_flag_is_moved_at_once_and_the_audit_log_has_it(
    admin: Caller, member: Caller, resources
) -> None:
    moved = await admin.patch(TRAINING, OFF)
    assert (moved["percent"], moved["reason"]) == (0, OFF["reason"])
    assert moved["changed_by"] == admin.actor.name
    assert (await member.get(f"{FLAGS}/off"))["items"] == ["kind.training.run"]
    query = select(AuditEntry).where(AuditEntry.action == "flag_changed")
    with resources.database.read() as session:
        (entry,) = session.scalars(query)
    assert (entry.user_id, entry.target) == (admin.id, "flag:kind.training.run")
    assert entry.detail == {"from": 100, "to": 0, "reason": OFF["reason"]}
    await admin.patch(TRAINING, OFF | {"percent": 100})
    assert (await member.get(f"{FLAGS}/off"))["items"] == []


@ON_ONE_DATABASE
async def test_admins_alone_see_and_move_flags(member: Caller) -> None:
    await member.get(FLAGS, 403)
    await member.patch(TRAINING, OFF, 403)


@ON_ONE_DATABASE
async def test_a_name_that_there_is_not_is_answered_with_those_there_are(admin: Caller) -> None:
    answer = await admin.patch(f"{FLAGS}/kind.tea", OFF, 404)
    assert "kind.training.run" in answer["detail"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"percent": 101}, "percent"), ({"percent": -1}, "percent"), ({"reason": ""}, "reason")],
)
async def test_a_share_or_reason_that_is_wrong_is_refused(admin: Caller, wrong, field) -> None:
    answer = await admin.patch(TRAINING, OFF | wrong, 422)
    assert list(answer["errors"]) == [field]


async def test_due_times_of_a_kind_that_is_off_are_skipped_until_it_is_on(
    admin: Caller, member: Caller, resources
) -> None:
    row = await member.post(URL, EACH_MINUTE, 201)
    await admin.patch(TRAINING, OFF)
    make_due(resources, row["id"], minutes=5)
    tick(resources.database)
    (skipped,) = (await member.get(f"{RUNS}?schedule_id={row['id']}"))["items"]
    assert (skipped["state"], skipped["skip_reason"]) == ("skipped", "switched_off")
    assert skipped["missed"] in (6, 7)  # one more where the minute has changed
    assert skipped["error"] == "Schedules of this kind are switched off for you."
    await admin.patch(TRAINING, OFF | {"percent": 100})
    make_due(resources, row["id"])
    tick(resources.database)
    newest = (await member.get(f"{RUNS}?schedule_id={row['id']}"))["items"][0]
    assert newest["state"] == "queued"


async def test_a_circuit_that_cools_off_is_not_probed_while_its_kind_is_off(
    admin: Caller, member: Caller, resources
) -> None:
    row = await member.post(URL, EACH_MINUTE, 201)
    due = make_due(resources, row["id"])
    await admin.patch(TRAINING, OFF)
    with resources.database.write() as unit:
        cooling = update(Schedule).where(Schedule.id == row["id"])
        unit.session.execute(cooling.values(state="cooling_off", cool_off_until=due))
    tick(resources.database)
    assert (await member.get(f"{RUNS}?schedule_id={row['id']}"))["items"] == []
    shown = await member.get(f"{URL}/{row['id']}")
    assert shown["state"] == "cooling_off"
