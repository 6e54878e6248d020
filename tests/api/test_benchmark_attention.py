"""What failed of benchmarks is in its owner's inbox, with advice, until it is acknowledged; what was
lost is there until it goes on.
"""

import pytest

from services.benchmarks.errors import CannotScore, CostLimitReached
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.queue.advance import advance_queues
from services.benchmarks.topics import subject_of
from tests.factories.benchmarks import (
    fail_job,
    lose_job,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    start,
)
from tests.factories.generations import RuleWriter, performed_generation
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"


async def needs(caller):
    return [one for one in (await caller.get("/api/home"))["needs_you"] if one["kind"] == "failed"]


@pytest.fixture
async def generation(member, resources) -> int:
    people = make_persona_set(resources, member.id)
    make_benchmark_model(resources, member.id, name="writer")
    body = {"dataset_id": people, "model_name": "writer", "name": "Texts"}
    return (await member.post(f"{BASE}/attrgen/start", body))["attrgen_run_id"]


async def test_a_failed_benchmark_needs_its_owner_until_it_is_acknowledged_or_resumed(
    member, admin, resources
) -> None:
    number = start(resources, member.actor, personas=4, traits=2)
    assert await needs(member) == []
    fail_job(resources, subject_of(number), CannotScore("The server does not know the model."))
    (need,) = await needs(member)
    assert need["about"] == "benchmark_run"
    assert need["detail"] == "The server does not know the model."
    assert "then resume" in need["advice"]
    assert need["href"] == f"/benchmarks/{number}"
    assert need["action"]["url"] == f"{BASE}/{number}/resume"
    assert await needs(admin) == []
    await member.post(need["acknowledge"])
    assert await needs(member) == []
    await member.post(need["acknowledge"])  # twice is no error
    await member.post(need["action"]["url"], {})
    refused = await member.post(need["acknowledge"], status=409)
    assert "only what failed" in refused["detail"]
    fail_job(resources, subject_of(number), CannotScore("The server does not know the model."))
    assert len(await needs(member)) == 1  # a new failure is a new need


async def test_failed_texts_need_their_owner_and_what_would_fail_again_is_no_resume(
    member, resources, generation
) -> None:
    error = CostLimitReached("The run may cost 1, and it has cost 2.")
    fail_job(resources, generation_subject(generation), error)
    (need,) = await needs(member)
    assert (need["about"], need["title"]) == ("attribute_generation", "Texts failed")
    assert "higher limit" in need["advice"]
    assert (need["action"]["label"], need["action"]["href"]) == ("Look", "/personas")
    await member.post(need["acknowledge"])
    assert await needs(member) == []


@ON_ONE_DATABASE
async def test_a_benchmark_and_texts_whose_worker_died_are_named_while_they_wait(
    member, admin, resources, generation
) -> None:
    number = start(resources, member.actor, personas=4, traits=2)
    lose_job(resources, subject_of(number))
    lose_job(resources, generation_subject(generation))
    lost = [one for one in (await member.get("/api/home"))["needs_you"] if one["kind"] == "lost"]
    assert {one["about"] for one in lost} == {"benchmark_run", "attribute_generation"}
    assert all("process was killed. It goes on by itself" in one["detail"] for one in lost)
    assert {one["href"] for one in lost} == {f"/benchmarks/{number}", "/personas"}
    foreign = (await admin.get("/api/home"))["needs_you"]
    assert "lost" not in {one["kind"] for one in foreign}


async def test_what_is_deleted_or_goes_on_needs_nobody(member, resources) -> None:
    first = start(resources, member.actor, personas=2, traits=1)
    about = (await member.get(f"{BASE}/runs/{first}"))["dataset_id"]
    body = {"dataset_id": about, "model_name": "tiny"}
    second = (await member.post(f"{BASE}/start", body))["run_id"]
    for number in (first, second):
        fail_job(resources, subject_of(number), CannotScore("No."))
    assert [one["href"] for one in await needs(member)] == [
        f"/benchmarks/{second}",
        f"/benchmarks/{first}",
    ]
    assert (await member.call("DELETE", f"{BASE}/runs/{first}")).status_code == 200
    await member.post(f"{BASE}/{second}/resume", {})
    assert await needs(member) == []


@ON_ONE_DATABASE
async def test_a_foreign_failure_is_not_acknowledged(
    member, colleague, resources, generation
) -> None:
    make_traits(resources, 1)
    fail_job(resources, generation_subject(generation), CannotScore("No."))
    await colleague.post(f"{BASE}/attrgen/runs/{generation}/acknowledge", status=404)
    await member.patch(f"{BASE}/attrgen/runs/{generation}", {"visibility": "team"})
    await colleague.post(f"{BASE}/attrgen/runs/{generation}/acknowledge", status=403)
    assert await needs(colleague) == []
    assert len(await needs(member)) == 1


async def test_texts_that_ended_incomplete_need_their_owner_until_seen_or_complete(
    member, colleague, resources, generation
) -> None:
    number = generation
    performed_generation(resources, number, RuleWriter(lambda _: "refusal"))
    (need,) = await needs(member)
    assert (need["about"], need["title"]) == ("attribute_generation", "Texts is incomplete")
    assert "Not every persona has its texts" in need["detail"]
    assert need["action"]["url"] == f"{BASE}/attrgen/{number}/resume"
    assert await needs(colleague) == []
    await member.post(need["acknowledge"])
    await member.post(need["acknowledge"])  # twice is no error
    assert await needs(member) == []
    await member.post(need["action"]["url"], {})
    performed_generation(resources, number)
    assert await needs(member) == []
    await member.post(need["acknowledge"], status=409)


@ON_ONE_DATABASE
async def test_an_entry_that_could_not_begin_needs_its_owner_until_it_is_deleted(
    member, colleague, resources
) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    model = make_benchmark_model(resources, member.id)
    config = {"dataset_id": people, "model_name": "tiny"}
    entry = {"type": "benchmark", "config": config, "label": "Tonight"}
    made = await member.post(f"{BASE}/queue", entry, 201)
    await member.call("DELETE", f"{BASE}/models/{model}")
    advance_queues(resources.database)
    (need,) = await needs(member)
    assert (need["title"], need["acknowledge"]) == ("Tonight failed", None)
    assert "There is no model 'tiny'" in need["detail"]
    assert await needs(colleague) == []
    make_benchmark_model(resources, member.id)
    await member.post(need["action"]["url"], {})
    assert await needs(member) == []
    advance_queues(resources.database)
    running = (await member.get(f"{BASE}/queue"))["items"][0]
    assert running["status"] == "running"
    fail_job(resources, subject_of(running["result_id"]), CannotScore("No."))
    assert [one["about"] for one in await needs(member)] == ["benchmark_run"]  # and not twice
    assert made["id"] == running["id"]
