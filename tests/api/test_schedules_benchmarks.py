"""Schedules that ask a model: a benchmark run each time, and a retry asks what is left."""

import pytest

from app.jobs import states
from services.scheduler.dispatch.tick import tick
from tests.factories.benchmarks import (
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
)
from tests.factories.callers import Caller
from tests.factories.schedules import RUNS, URL, end_job, later, make_due, open_job
from tests.support.databases import ON_ONE_DATABASE

EACH_MINUTE = {"kind": "benchmark.run", "name": "Bias", "cron": "* * * * *", "catch_up": "one"}


@pytest.fixture
def people(member: Caller, resources) -> int:
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    return make_persona_set(resources, member.id)


def asking(people: int, **params) -> dict:
    return EACH_MINUTE | {"params": {"dataset_id": people, "model_name": "tiny"} | params}


async def test_an_attempt_after_a_failure_asks_what_is_left_of_the_same_run(
    member: Caller, resources, people: int
) -> None:
    row = await member.post(URL, asking(people, batch_size=4), 201)
    make_due(resources, row["id"])
    tick(resources.database)
    first = open_job(resources, row["id"])
    end_job(resources, first, states.FAILED, code="network")
    later(resources, 950)  # the kind waits 900 seconds
    second = open_job(resources, row["id"])
    assert (second.id != first.id, second.subject) == (True, first.subject)

    performed(resources, int(second.subject.partition(":")[2]))
    (execution,) = (await member.get(f"{RUNS}?schedule_id={row['id']}&state=succeeded"))["items"]
    counts = {"done": 8, "failed": 0, "total": 8}
    number = int(second.subject.partition(":")[2])
    assert execution["result"] == {"benchmark_run_id": number} | counts
    run = await member.get(f"/api/benchmarks/runs/{number}")
    assert (run["summary"]["name"], run["endpoint"]["concurrency"]) == ("Bias", 4)


async def test_parameters_are_read_as_they_are_sent(member: Caller, people: int) -> None:
    row = await member.post(URL, asking(people, batch_size=4, repeats=2), 201)
    changed = await member.patch(f"{URL}/{row['id']}", {"params": row["params"] | {"seed": 7}})
    assert changed["params"] == row["params"] | {"seed": 7}
    assert (row["params"]["batch_size"], row["params"]["repeats"]) == (4, 2)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"model_name": "no such model"}, "model_name"),
        ({"dataset_id": 999_999}, "dataset_id"),
        ({"resume_run_id": 1}, "resume_run_id"),
        ({"visibility": "team"}, "visibility"),
        ({"batch_size": 0}, "batch_size"),
        ({"owner_id": 1}, "owner_id"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_wrong_parameters_are_refused_by_name(
    member: Caller, people: int, params: dict, field: str
) -> None:
    refused = await member.post(URL, asking(people, **params), 422)
    assert list(refused["errors"]) == [f"params.{field}"]


@ON_ONE_DATABASE
async def test_a_data_set_of_somebody_else_is_unknown(
    member: Caller, colleague: Caller, people: int
) -> None:
    make_benchmark_model(colleague.resources, colleague.id)
    refused = await colleague.call("POST", URL, json=asking(people))
    assert refused.status_code in (404, 422), refused.body
    assert (await colleague.get(URL))["items"] == []
