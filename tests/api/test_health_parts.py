"""Each part of the platform explained: what it is held against, its last change, what to do."""

import time
from datetime import timedelta

from quart import Quart
from sqlalchemy import select

from app.clock import now
from app.health import CLOCK_KEY
from app.health_parts import ADVICE, probe_health
from app.models.health_state import HealthState
from app.resources import Resources
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.outages import away
from tests.factories.overview import BASE
from tests.factories.runs import make_job, make_run
from workers.platform_probe import probe


def part(answer: dict, name: str) -> dict:
    return next(one for one in answer["parts"] if one["name"] == name)


async def test_parts_are_explained_to_who_is_signed_in_alone(
    member: Caller, resources: Resources, served: Quart
) -> None:
    all_alive(resources)
    resources.redis.delete(CLOCK_KEY)
    answer = await member.get(f"{BASE}/health", 503)
    clock, database = part(answer, "clock"), part(answer, "database")
    assert (answer["status"], clock["status"]) == ("unhealthy", "failing")
    assert clock["advice"] == "Start a clock: python -m app clock"
    assert clock["threshold"] == "A tick within 10 s."
    assert (database["status"], database["advice"]) == ("ok", "")
    assert (await member.get(f"{BASE}/status"))["status"] == "down"
    stranger = Caller(served, resources, None)
    assert await stranger.get(f"{BASE}/health", 503) == {"status": "unhealthy"}
    wrong = {"headers": {"Authorization": "Bearer rh_wrong"}}
    response = await stranger.call("GET", f"{BASE}/status", **wrong)
    assert await response.get_json() == {"status": "down"}


async def test_a_change_has_the_time_at_which_a_probe_saw_it(
    member: Caller, resources: Resources
) -> None:
    all_alive(resources)
    first, second, third = (now() - timedelta(hours=hours) for hours in (3, 2, 1))
    assert all(one["changed_at"] is None for one in await parts_of(member))
    probe_health(resources, first)
    resources.redis.set(CLOCK_KEY, time.time() - 60)
    probe_health(resources, second)
    probe_health(resources, third)
    changed = {one["name"]: one["changed_at"] for one in await parts_of(member)}
    assert changed["clock"] == second.isoformat()
    assert changed["redis"] == first.isoformat()
    all_alive(resources)  # since less than a probe
    assert {one["name"]: one["changed_at"] for one in await parts_of(member)}["clock"] is None
    with resources.database.read() as session:
        assert set(session.scalars(select(HealthState.probed_at))) == {third}


async def parts_of(caller: Caller) -> list[dict]:
    return (await caller.get("/api/system"))["health"]


async def test_a_job_that_waits_for_long_is_a_part_that_is_degraded(
    member: Caller, resources: Resources
) -> None:
    all_alive(resources)
    run = make_run(resources.database, member.id)
    make_job(resources.database, run, "queued", created_at=now() - timedelta(hours=2))
    answer = await member.get(f"{BASE}/health")
    queues = part(answer, "queues")
    assert (answer["status"], queues["code"]) == ("degraded", "queues_slow")
    assert queues["advice"].endswith("python -m app worker --queue train")


async def test_without_its_database_the_platform_is_unhealthy_and_nobody_is_known(
    member: Caller,
) -> None:
    with away(member.database):
        assert await member.get(f"{BASE}/health", 503) == {"status": "unhealthy"}


def test_a_probe_on_order_writes_the_same_and_names_what_is_not_ok(resources: Resources) -> None:
    all_alive(resources)
    resources.redis.delete(CLOCK_KEY)

    class Context:
        settings, database = resources.settings, resources.database

    result = probe(Context(), {})
    assert (result["status"], result["not_ok"]) == ("failing", {"clock": "clock_failing"})
    with resources.database.read() as session:
        assert session.get_one(HealthState, "clock").code == "clock_failing"


def test_every_advice_names_only_what_its_check_knows() -> None:
    for sentence in ADVICE.values():
        assert sentence.format(queue="io")
