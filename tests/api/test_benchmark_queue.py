"""The queue over HTTP: each entry at its turn, once, and what goes wrong is said."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.benchmark_queue import QueueEntry
from app.models.job import Job
from app.models.user import User
from services.benchmarks.queue.advance import advance_queues
from services.benchmarks.queue.build import perform_build
from services.benchmarks.queue.topics import entry_subject
from services.benchmarks.warm_up.job_sync import warm_up_of
from services.benchmarks.warm_up.perform import perform_warm_up
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
)
from tests.factories.datasets import claimed
from tests.factories.generations import RuleWriter, performed_generation
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"
QUEUE = f"{BASE}/queue"


@pytest.fixture
def people(member, resources) -> int:
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    return make_persona_set(resources, member.id)


async def add(caller, kind: str, config, status: int = 201, **fields):
    return await caller.post(QUEUE, {"type": kind, "config": config} | fields, status)


async def entry_of(caller, number: int):
    return await caller.get(f"{QUEUE}/{number}")


async def test_texts_come_first_and_their_number_goes_into_the_benchmark(member, resources, people):
    config = {"dataset_id": people, "model_name": "tiny"}
    first = await add(member, "attrgen", config, label="Texts")
    second = await add(member, "benchmark", config | {"name": "Run"}, depends_on=first["id"])
    assert (first["status"], second["status"], second["label"]) == ("queued", "waiting", "Run")
    advance_queues(resources.database)
    advance_queues(resources.database)  # one at a time, and each once
    running = (await member.get(f"{QUEUE}/stats"))["running"]
    assert (running["id"], running["result_type"]) == (first["id"], "attribute_generation")
    performed_generation(resources, running["result_id"])
    assert (await entry_of(member, second["id"]))["status"] == "queued"
    advance_queues(resources.database)
    begun = await entry_of(member, second["id"])
    assert (begun["status"], begun["progress"], begun["state"]) == ("running", 0.0, "queued")
    performed(resources, begun["result_id"])
    manifest = (await member.get(f"{BASE}/runs/{begun['result_id']}"))["manifest"]
    assert manifest["attrgen"]["run_id"] == running["result_id"]
    stats = await member.get(f"{QUEUE}/stats")
    assert (stats["counts"]["done"], stats["running"], stats["next_id"]) == (2, None, None)


async def test_a_failed_entry_skips_what_depends_on_it_and_is_resumed_by_retry(
    member, resources, people
):
    config = {"dataset_id": people, "model_name": "tiny"}
    first = (await add(member, "attrgen", config))["id"]
    second = (await add(member, "benchmark", config, depends_on=first))["id"]
    third = (await add(member, "analysis", {}, depends_on=second))["id"]
    advance_queues(resources.database)
    number = (await entry_of(member, first))["result_id"]
    writer = RuleWriter(limit=1)
    performed_generation(resources, number, writer)
    failed = await entry_of(member, first)
    assert (failed["status"], failed["error"][:23]) == ("failed", "3 personas have no text")
    skipped = await entry_of(member, third)
    assert (skipped["status"], skipped["error"]) == (
        "skipped", f"Entry {second} ('tiny') is skipped.",
    )  # fmt: skip
    assert (
        "retry that one first" in (await member.post(f"{QUEUE}/{second}/retry", {}, 409))["detail"]
    )
    await member.post(f"{QUEUE}/{first}/retry", {}, 200)
    again = await member.post(f"{QUEUE}/{second}/retry", {}, 200)
    assert again["status"] == "waiting"
    advance_queues(resources.database)
    assert (await entry_of(member, first))["result_id"] == number
    resumed = performed_generation(resources, number)
    assert len(resumed.asked) == 3
    advance_queues(resources.database)
    assert (await entry_of(member, second))["status"] == "running"


async def test_cancelling_a_running_entry_stops_the_run_and_retry_goes_on_with_it(
    member, resources, people
):
    entry = (await add(member, "benchmark", {"dataset_id": people, "model_name": "tiny"}))["id"]
    advance_queues(resources.database)
    run_id = (await entry_of(member, entry))["result_id"]
    await member.post(f"{QUEUE}/{entry}/cancel", {}, 200)
    assert (await member.get(f"{BASE}/{run_id}/status"))["status"] == "cancelled"
    assert (await entry_of(member, entry))["status"] == "cancelled"
    await member.post(f"{QUEUE}/{entry}/cancel", {}, 409)
    await member.post(f"{QUEUE}/{entry}/retry", {}, 200)
    advance_queues(resources.database)
    assert (await entry_of(member, entry))["result_id"] == run_id
    performed(resources, run_id, RuleAsker())
    assert (await entry_of(member, entry))["status"] == "done"
    await member.post(f"{QUEUE}/{entry}/retry", {}, 409)


async def test_retry_may_delete_what_was_measured_and_begin_again(member, resources, people):
    entry = (await add(member, "benchmark", {"dataset_id": people, "model_name": "tiny"}))["id"]
    advance_queues(resources.database)
    run_id = (await entry_of(member, entry))["result_id"]
    await member.post(f"{BASE}/{run_id}/cancel", {}, 200)  # by its own page
    assert (await entry_of(member, entry))["status"] == "cancelled"
    await member.post(f"{QUEUE}/{entry}/retry", {"delete_results": True}, 200)
    await member.get(f"{BASE}/runs/{run_id}", 404)
    advance_queues(resources.database)
    assert (await entry_of(member, entry))["result_id"] not in (None, run_id)


async def test_a_paused_or_stopped_queue_begins_nothing(member, resources, people):
    await member.post(f"{QUEUE}/pause", {}, 200)
    entry = (await add(member, "benchmark", {"dataset_id": people, "model_name": "tiny"}))["id"]
    for way, status in [("stop", "queued"), ("resume", "queued"), ("start", "running")]:
        advance_queues(resources.database)
        assert (await entry_of(member, entry))["status"] == "queued"
        await member.post(f"{QUEUE}/{way}", {}, 200)
        advance_queues(resources.database)
        assert (await entry_of(member, entry))["status"] == status


async def test_a_data_set_is_built_at_its_turn(member, resources):
    entry = (await add(member, "pool_gen", {"name": "Pool", "n": 3}))["id"]
    advance_queues(resources.database)
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == entry_subject(entry))
        job_id = session.scalars(query).one()
    perform_build(entry, claimed(resources, job_id), resources.database)
    done = await entry_of(member, entry)
    assert (done["status"], done["result_type"]) == ("done", "persona_set")
    shown = await member.get(f"{BASE}/datasets/{done['result_id']}")
    assert (shown["name"], shown["num_personas"]) == ("Pool", 3)
    refused = await add(member, "balanced_gen",
                        {"name": "B", "source_id": done["result_id"], "n": 9}, 422)  # fmt: skip
    assert "has 3 personas" in refused["errors"]["config.n"][0]
    taken = await add(member, "pool_gen", {"name": "Pool", "n": 3}, 422)
    assert list(taken["errors"]) == ["config.name"]


def build(resources, entry: int) -> None:
    """Do the job of an entry that builds a data set as a worker does."""
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == entry_subject(entry))
        job_id = session.scalars(query).one()
    perform_build(entry, claimed(resources, job_id), resources.database)


async def test_a_set_that_is_being_built_fills_in_all_that_depends_on_it(member, resources, people):
    tiny = {"model_name": "tiny"}
    pool = (await add(member, "pool_gen", {"name": "Pool", "n": 6}))["id"]
    balanced = (await add(member, "balanced_gen", {"name": "Even", "n": 4}, depends_on=pool))["id"]
    texts = (await add(member, "attrgen", tiny, depends_on=balanced))["id"]
    run = (await add(member, "benchmark", tiny, depends_on=texts))["id"]
    bare = (await add(member, "benchmark", tiny | {"name": "Bare"}, depends_on=balanced))["id"]
    for number in (texts, run, bare):
        assert (await entry_of(member, number))["config"]["dataset_id"] is None
    made = {}
    for entry in (pool, balanced):
        advance_queues(resources.database)
        build(resources, entry)
        made[entry] = (await entry_of(member, entry))["result_id"]
    even = await member.get(f"{BASE}/datasets/{made[balanced]}")
    assert (even["kind"], even["source_id"], even["num_personas"]) == ("balanced", made[pool], 4)
    advance_queues(resources.database)
    generation = (await entry_of(member, texts))["result_id"]
    performed_generation(resources, generation)
    filled = (await entry_of(member, run))["config"]
    assert (filled["dataset_id"], filled["attrgen_run_id"]) == (made[balanced], generation)
    for entry in (run, bare):
        advance_queues(resources.database)
        number = (await entry_of(member, entry))["result_id"]
        performed(resources, number)
        shown = await member.get(f"{BASE}/runs/{number}")
        assert shown["dataset_id"] == made[balanced]
    assert (await entry_of(member, bare))["status"] == "done"
    late = await add(member, "benchmark", tiny, depends_on=pool)
    assert (late["status"], late["config"]["dataset_id"]) == ("queued", made[pool])


async def test_what_depends_on_a_set_that_was_not_built_is_skipped(member, resources, people):
    pool = (await add(member, "pool_gen", {"name": "Pool", "n": 6}))["id"]
    run = (await add(member, "benchmark", {"model_name": "tiny"}, depends_on=pool))["id"]
    await member.post(f"{QUEUE}/{pool}/cancel", {}, 200)
    skipped = await entry_of(member, run)
    assert (skipped["status"], skipped["result_id"]) == ("skipped", None)


async def test_what_changed_since_it_was_added_fails_with_a_sentence(member, resources, people):
    config = {"dataset_id": people, "model_name": "tiny"}
    entry = (await add(member, "benchmark", config))["id"]
    following = (await add(member, "benchmark", config))["id"]
    with resources.database.write() as unit:
        unit.session.scalars(select(BenchmarkModel)).one().name = "other"
    advance_queues(resources.database)
    failed = await entry_of(member, entry)
    assert (failed["status"], failed["error"]) == ("failed", "There is no model 'tiny'.")
    with resources.database.write() as unit:
        assert unit.session.scalars(select(BenchmarkRun)).all() == []
        unit.session.scalars(select(BenchmarkModel)).one().name = "tiny"
        unit.session.get_one(User, member.id).is_active = False
    advance_queues(resources.database)
    with resources.database.read() as session:
        row = session.get_one(QueueEntry, following)
    assert (row.status, row.error[:14]) == ("failed", "A viewer reads")


async def test_a_deleted_run_ends_its_entry_and_a_deleted_entry_skips_what_waits(
    member, resources, people
):
    config = {"dataset_id": people, "model_name": "tiny"}
    first = (await add(member, "attrgen", config))["id"]
    second = (await add(member, "benchmark", config, depends_on=first))["id"]
    assert (await member.call("DELETE", f"{QUEUE}/{first}")).status_code == 204
    assert (await entry_of(member, second))["status"] == "skipped"
    refused = await member.post(f"{QUEUE}/{second}/retry", {}, 409)
    assert "was deleted" in refused["detail"]
    third = (await add(member, "attrgen", config))["id"]
    advance_queues(resources.database)
    assert (await member.call("DELETE", f"{QUEUE}/{third}")).status_code == 409


@ON_ONE_DATABASE
async def test_a_bad_config_is_refused_when_it_is_added(member, colleague, resources, people):
    good = {"dataset_id": people, "model_name": "tiny"}
    foreign = (await add(colleague, "pool_gen", {"name": "Pool", "n": 3}))["id"]
    texts = (await add(member, "attrgen", good))["id"]
    pool = (await add(member, "pool_gen", {"name": "Pool", "n": 3}))["id"]
    other = make_persona_set(resources, member.id)
    for kind, config, more, field in [
        ("benchmark", good | {"model_name": "tinny"}, {}, "config.model_name"),
        ("benchmark", good | {"dataset_id": 999_999}, {}, "config.dataset_id"),
        ("benchmark", good | {"scale_mode": "both"}, {}, "config.scale_mode"),
        ("benchmark", good | {"trait_ids": [999_999]}, {}, "config.trait_ids"),
        ("benchmark", good | {"attrgen_run_id": 999_999}, {}, "config.attrgen_run_id"),
        ("benchmark", {"resume_run_id": 1}, {}, "config.resume_run_id"),
        ("benchmark", good, {"depends_on": 999_999}, "depends_on"),
        ("benchmark", good, {"depends_on": foreign}, "depends_on"),
        ("benchmark", good | {"dataset_id": other}, {"depends_on": texts}, "config.dataset_id"),
        ("benchmark", good | {"attrgen_run_id": 1}, {"depends_on": texts},
         "config.attrgen_run_id"),
        ("attrgen", {"dataset_id": people}, {}, "config.model_name"),
        ("attrgen", good | {"max_attempts": 0}, {}, "config.max_attempts"),
        ("pool_gen", {"name": "P"}, {}, "config.n"),
        ("pool_gen", {"name": "P", "n": 2, "kind": "balanced"}, {}, "config.kind"),
        ("balanced_gen", {"name": "P", "source_id": 999_999}, {}, "config"),
        ("balanced_gen", {"name": "P"}, {}, "config.source_id"),
        ("balanced_gen", {"name": "P"}, {"depends_on": texts}, "config.source_id"),
        ("balanced_gen", {"name": "P", "n": 4}, {"depends_on": pool}, "config.n"),
        ("balanced_gen", {"name": "P", "source_id": people}, {"depends_on": pool},
         "config.source_id"),
        ("benchmark", {"model_name": "tiny"}, {}, "config.dataset_id"),
        ("benchmark", good, {"depends_on": pool}, "config.dataset_id"),
        ("benchmark", {"model_name": "tinny"}, {"depends_on": pool}, "config.model_name"),
        ("benchmark", {"model_name": "tiny", "trait_ids": [999_999]}, {"depends_on": pool},
         "config.trait_ids"),
        ("attrgen", {"model_name": "tiny"}, {}, "config.dataset_id"),
        ("attrgen", {"model_name": "tinny"}, {"depends_on": pool}, "config.model_name"),
        ("analysis", {}, {}, "config.run_id"),
        ("analysis", {"run_id": 999_999}, {}, "config"),
        ("chess", {}, {}, "type"),
        ("benchmark", good | {"surprise": 1}, {}, "config.surprise"),
    ]:  # fmt: skip
        refused = await add(member, kind, config, 422, **more)
        assert field in refused["errors"], (kind, config, refused)
    assert (await member.get(QUEUE))["total"] == 2


async def test_what_is_in_the_queue_of_somebody_else_does_not_exist(
    member, colleague, admin, people
):
    entry = (await add(member, "benchmark", {"dataset_id": people, "model_name": "tiny"}))["id"]
    assert (await colleague.get(QUEUE))["total"] == 0
    assert (await colleague.get(f"{QUEUE}/{entry}", 404))["code"] == "queue_entry_not_found"
    await colleague.post(f"{QUEUE}/{entry}/cancel", {}, 404)
    await colleague.post(f"{QUEUE}/{entry}/retry", {}, 404)
    await colleague.post(f"{QUEUE}/pause", {}, 200)
    assert (await member.get(f"{QUEUE}/stats"))["is_paused"] is False
    assert (await admin.get(f"{QUEUE}/{entry}"))["id"] == entry


async def test_two_clocks_begin_an_entry_once(member, resources, people):
    config = {"dataset_id": people, "model_name": "tiny"}
    for _ in range(3):
        await add(member, "benchmark", config)
    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(advance_queues, [resources.database] * 4))
    stats = await member.get(f"{QUEUE}/stats")
    assert (stats["counts"]["running"], stats["counts"]["queued"]) == (1, 2)
    with resources.database.read() as session:
        assert len(session.scalars(select(BenchmarkRun)).all()) == 1


async def test_an_entry_is_added_once_however_often_it_is_sent(member, resources, people):
    body = {"type": "benchmark", "config": {"dataset_id": people, "model_name": "tiny"}}
    answers = [
        await member.call("POST", QUEUE, json=body, headers={"Idempotency-Key": "one-entry-0001"})
        for _ in range(2)
    ]
    assert {one.status_code for one in answers} == {201}
    assert answers[0].body["id"] == answers[1].body["id"]
    assert (await member.get(QUEUE))["total"] == 1


async def test_an_analysis_computes_the_tables_of_the_run_before_it(member, resources, people):
    config = {"dataset_id": people, "model_name": "tiny"}
    first = (await add(member, "benchmark", config))["id"]
    second = (await add(member, "analysis", {}, depends_on=first))["id"]
    advance_queues(resources.database)
    run_id = (await entry_of(member, first))["result_id"]
    performed(resources, run_id)
    advance_queues(resources.database)
    begun = await entry_of(member, second)
    assert (begun["status"], begun["result_id"]) == ("running", run_id)
    with resources.database.read() as session:
        query = select(Job.id).where(Job.subject == warm_up_of(run_id))
        job_id = session.scalars(query).one()
    perform_warm_up(run_id, claimed(resources, job_id), resources.database)
    assert (await entry_of(member, second))["status"] == "done"
