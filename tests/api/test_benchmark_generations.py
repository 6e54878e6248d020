"""Attribute generations over HTTP: each text once, resumed, and shown in a benchmark's prompts."""

import pytest
from sqlalchemy import select

from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.job import Job
from services.benchmarks.errors import CostLimitReached
from services.benchmarks.runs.templates import prompt_of
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
)
from tests.factories.generations import RuleWriter, performed_generation, plain
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"
ATTRGEN = f"{BASE}/attrgen"


@pytest.fixture
def people(member, resources) -> int:
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    return make_persona_set(resources, member.id)


async def begin(caller, dataset_id: int, status: int = 200, **fields):
    body = {"dataset_id": dataset_id, "model_name": "tiny"} | fields
    return await caller.post(f"{ATTRGEN}/start", body, status)


async def written(caller, resources, dataset_id: int, writer: RuleWriter | None = None) -> int:
    number = (await begin(caller, dataset_id))["attrgen_run_id"]
    performed_generation(resources, number, writer)
    return number


async def test_a_generation_is_started_followed_read_and_deleted(member, resources, people):
    number = (await begin(member, people, name="First", language="de"))["attrgen_run_id"]
    waiting = await member.get(f"{ATTRGEN}/{number}/status")
    assert (waiting["status"], waiting["done"], waiting["total"]) == ("queued", 0, 4)
    writer = performed_generation(resources, number)
    assert "Geschlecht: weiblich" in writer.asked[0].messages[-1]["content"]
    done = await member.get(f"{ATTRGEN}/{number}/status")
    assert (done["status"], done["done"], done["pct"]) == ("done", 4, 100.0)
    (listed,) = (await member.get(f"{ATTRGEN}/runs?dataset_id={people}&is_complete=true"))["items"]
    assert (listed["name"], listed["is_complete"], listed["prompt_tokens"]) == ("First", True, 40)
    shown = await member.get(f"{ATTRGEN}/runs/{number}")
    assert (len(shown["texts_hash"]), shown["manifest"]["prompt"]["language"]) == (64, "de")
    page = await member.get(f"{ATTRGEN}/runs/{number}/personas?limit=2")
    assert (page["total"], page["items"][0]["texts"]["appearance"]) == (4, "Tall.")
    answer = await member.call("DELETE", f"{ATTRGEN}/runs/{number}")
    assert answer.status_code == 200
    assert (await member.get(f"{ATTRGEN}/runs/{number}", 404))["code"] == "attrgen_not_found"


async def test_a_stopped_generation_goes_on_at_the_very_person(member, resources, people):
    number = (await begin(member, people))["attrgen_run_id"]
    first = performed_generation(resources, number, RuleWriter(limit=1))
    assert (await member.get(f"{ATTRGEN}/{number}/status"))["status"] == "partial"
    await member.post(f"{ATTRGEN}/{number}/resume", {"batch_size": 8}, 200)
    second = performed_generation(resources, number)
    asked = [one.persona_id for one in (*first.asked, *second.asked)]
    assert len(asked) == len(set(asked)) == 4
    assert second.asking.endpoint.concurrency == 8
    refused = await member.post(f"{ATTRGEN}/{number}/resume", {}, 409)
    assert "nothing is missing" in refused["detail"]


async def test_an_attempt_that_kept_a_text_does_not_count_as_a_death_in_a_row(
    member, resources, people
):
    number = (await begin(member, people))["attrgen_run_id"]
    performed_generation(resources, number, RuleWriter(limit=1))
    with resources.database.read() as session:
        assert session.scalars(select(Job.checkpoint_attempt)).one() == 1


async def test_a_failed_person_is_named_and_asked_again(member, resources, people):
    number = await written(member, resources, people, RuleWriter(lambda _: "refusal"))
    shown = await member.get(f"{ATTRGEN}/runs/{number}")
    assert (shown["failures"], shown["texts_hash"]) == ({"refusal": 4}, None)
    page = await member.get(f"{ATTRGEN}/runs/{number}/personas")
    assert {one["kind"] for one in page["items"]} == {"refusal"}
    await member.post(f"{ATTRGEN}/{number}/resume", {}, 200)
    performed_generation(resources, number)
    assert (await member.get(f"{ATTRGEN}/{number}/status"))["failed"] == 0


async def test_cancelling_keeps_what_was_written_and_twice_is_refused(member, resources, people):
    number = (await begin(member, people))["attrgen_run_id"]
    await member.post(f"{ATTRGEN}/{number}/cancel", {}, 200)
    assert (await member.get(f"{ATTRGEN}/{number}/status"))["status"] == "cancelled"
    await member.post(f"{ATTRGEN}/{number}/cancel", {}, 409)


@pytest.mark.parametrize(("limit", "cost"), [(1.0, 11.0), (12.0, 22.0)])
async def test_a_cost_limit_ends_a_generation_at_the_text_that_reaches_it(
    member, resources, people, limit, cost
):
    with resources.database.write() as unit:
        model = unit.session.scalars(select(BenchmarkModel)).one()
        model.input_price = model.output_price = 1_000_000.0
    number = (await begin(member, people, cost_limit=limit))["attrgen_run_id"]
    with pytest.raises(CostLimitReached):
        performed_generation(resources, number)
    assert (await member.get(f"{ATTRGEN}/runs/{number}"))["summary"]["cost"] == cost


@ON_ONE_DATABASE
async def test_a_generation_whose_last_text_reaches_the_limit_is_complete(
    member, resources, people
):
    with resources.database.write() as unit:
        model = unit.session.scalars(select(BenchmarkModel)).one()
        model.input_price = model.output_price = 1_000_000.0
    number = (await begin(member, people, cost_limit=44.0))["attrgen_run_id"]
    performed_generation(resources, number)
    assert (await member.get(f"{ATTRGEN}/{number}/status"))["status"] == "done"


async def test_what_has_cost_all_it_may_goes_on_with_a_higher_limit_only(member, resources, people):
    with resources.database.write() as unit:
        model = unit.session.scalars(select(BenchmarkModel)).one()
        model.input_price = model.output_price = 1_000_000.0
    number = (await begin(member, people, cost_limit=1.0))["attrgen_run_id"]
    with resources.database.write() as unit:
        unit.session.get_one(AttributeGeneration, number).prompt_tokens = 2
    await member.post(f"{ATTRGEN}/{number}/cancel", {}, 200)
    for body in ({}, {"cost_limit": 2.0}):
        refused = await member.post(f"{ATTRGEN}/{number}/resume", body, 422)
        assert "has cost 2" in refused["errors"]["cost_limit"][0]
    await member.post(f"{ATTRGEN}/{number}/resume", {"cost_limit": 2.5}, 200)


async def test_prompts_show_the_texts_in_the_order_of_the_contract(member, resources, people):
    number = await written(member, resources, people)
    body = {"dataset_id": people, "model_name": "tiny", "attrgen_run_id": number}
    run_id = (await member.post(f"{BASE}/start", body, 200))["run_id"]
    asker = RuleAsker(lambda item: prompts.append(item) or 3)
    prompts = []
    performed(resources, run_id, asker)
    text = prompt_of(asker.asking.manifest, prompts[0]).messages[-1]["content"]
    labels = [line.partition(":")[0] for line in text.split("\n\n")[0].splitlines()]
    assert labels == ["Name", "Age", "Gender", "Religion", "Appearance", "Biography"]
    assert f"does Kim {prompts[0].persona.id} appear?" in text
    shown = await member.get(f"{BASE}/runs/{run_id}")
    used = shown["manifest"]["attrgen"]
    texts_hash = (await member.get(f"{ATTRGEN}/runs/{number}"))["texts_hash"]
    assert (used["run_id"], used["texts_sha256"]) == (number, texts_hash)
    report = await member.get(f"{BASE}/runs/{run_id}/export/json")
    assert report["validity"]["generated_texts"]["model"] == "tiny"
    assert any("may reveal" in one for one in report["validity"]["cannot_be_concluded"])
    item = (await member.get(f"{BASE}/runs/{run_id}/items?limit=1"))["items"][0]
    assert "Biography: Met Ada." in item["messages"][-1]["content"]
    used = await member.call("DELETE", f"{ATTRGEN}/runs/{number}")
    assert used.status_code == 409
    bare = (await member.post(f"{BASE}/start", body | {"attrgen_run_id": None}, 200))["run_id"]
    performed(resources, bare)
    both = {"run_ids": [run_id, bare], "attribute": "gender"}
    refused = await member.post(f"{BASE}/runs/compare/models", both, 409)
    assert "same generated texts" in refused["detail"]
    other = await member.post(
        f"{BASE}/start", {"resume_run_id": run_id, "attrgen_run_id": number + 1}, 409
    )
    assert list(other["errors"]) == ["attrgen_run_id"]


async def test_a_generation_of_others_unfinished_or_foreign_starts_nothing(
    member, colleague, resources, people
):
    unfinished = (await begin(member, people))["attrgen_run_id"]
    others = await written(member, resources, make_persona_set(resources, member.id))
    make_benchmark_model(resources, colleague.id)
    foreign = await written(colleague, resources, make_persona_set(resources, colleague.id))
    body = {"dataset_id": people, "model_name": "tiny"}
    for number, status, said in [
        (unfinished, 409, "not complete"),
        (others, 409, "is about data set"),
        (foreign, 404, "There is no attribute generation"),
        (999_999, 404, "There is no attribute generation"),
        (0, 422, "1"),
    ]:
        refused = await member.post(f"{BASE}/start", body | {"attrgen_run_id": number}, status)
        assert list(refused["errors"]) == ["attrgen_run_id"]
        assert said in refused["errors"]["attrgen_run_id"][0]
    with resources.database.read() as session:
        assert session.scalars(select(BenchmarkRun)).all() == []


async def test_what_uses_people_or_a_model_keeps_them(member, resources, people):
    await begin(member, people)
    refused = await member.call("DELETE", f"{BASE}/datasets/{people}")
    assert refused.status_code == 409
    persona = (await member.get(f"{BASE}/datasets/{people}/personas"))["items"][0]
    changed = await member.call("PATCH", f"{BASE}/personas/{persona['id']}", json={"age": 50})
    assert changed.status_code == 409
    model = (await member.get(f"{BASE}/models"))["items"][0]
    assert (await member.call("DELETE", f"{BASE}/models/{model['id']}")).status_code == 409


async def test_a_name_of_its_own_stays_and_revealed_attributes_are_counted(
    member, resources, people
):
    def rule(one):
        texts = plain(one)
        texts["biography"] = "A Muslim woman." if len(one.messages) else ""
        return texts

    number = await written(member, resources, people, RuleWriter(rule))
    shown = await member.get(f"{ATTRGEN}/runs/{number}")
    assert shown["reveals"] == {"n_personas": 4, "named": {"religion": 1}}


@ON_ONE_DATABASE
async def test_what_is_wrong_is_named_and_stores_nothing(member, colleague, resources, people):
    assert list((await begin(colleague, people, 404))["errors"]) == ["dataset_id"]
    close = await begin(member, people, 422, model_name="tinny")
    assert "Did you mean 'tiny'?" in close["detail"]
    for fields, name in [
        ({"language": "fr"}, "language"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"max_new_tokens": 1}, "max_new_tokens"),
        ({"system_prompt": "x" * 100_000}, "system_prompt"),
        ({"cost_limit": 0}, "cost_limit"),
        ({"temperature": 9}, "temperature"),
        ({"trait_ids": [1]}, "trait_ids"),
    ]:
        assert name in (await begin(member, people, 422, **fields))["errors"]
    with resources.database.read() as session:
        assert session.scalars(select(AttributeGeneration)).all() == []


async def test_what_is_not_shared_does_not_exist(member, colleague, resources, people):
    number = (await begin(member, people))["attrgen_run_id"]
    for path in (f"runs/{number}", f"{number}/status", f"runs/{number}/personas"):
        assert (await colleague.get(f"{ATTRGEN}/{path}", 404))["code"] == "attrgen_not_found"
    for path in (f"{number}/cancel", f"{number}/resume"):
        await colleague.post(f"{ATTRGEN}/{path}", {}, 404)
    assert (await colleague.get(f"{ATTRGEN}/runs"))["total"] == 0


async def test_texts_are_renamed_and_shared_afterwards(member, colleague, resources, people):
    number = await written(member, resources, people)
    path = f"{ATTRGEN}/runs/{number}"
    shown = await member.patch(path, {"name": "  Warm texts ", "visibility": "team"})
    summary = shown["summary"]
    assert (summary["name"], summary["visibility"]) == ("Warm texts", "team")
    assert summary["reveals_private_data"] is True  # of persons, whose set stays private
    seen = await colleague.get(path)
    assert (seen["summary"]["name"], seen["can_edit"]) == ("Warm texts", False)
    await colleague.patch(path, {"name": "Mine"}, 403)
    await member.patch(path, {"visibility": "private"})
    await colleague.patch(path, {"name": "Mine"}, 404)
    for wrong, field in [({"name": " "}, "name"), ({"name": "x" * 201}, "name"),
                         ({"visibility": "all"}, "visibility"), ({"texts": 1}, "texts")]:  # fmt: skip
        assert field in (await member.patch(path, wrong, 422))["errors"]
    assert (await member.get(path))["summary"]["name"] == "Warm texts"
