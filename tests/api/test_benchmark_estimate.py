"""The estimate of a benchmark run: items, tokens, price, time and what it would detect."""

import pytest

from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
    start,
)
from tests.support.databases import ON_ONE_DATABASE

PATH = "/api/benchmarks/estimate"


async def test_a_design_says_what_it_costs_and_detects_before_it_starts(member, resources) -> None:
    make_traits(resources, 3)
    make_benchmark_model(resources, member.id, input_price=2.0, output_price=10.0)
    people = make_persona_set(resources, member.id, 12)
    body = {"dataset_id": people, "model_name": "tiny", "dual_fraction": 0.5, "repeats": 2}
    made = await member.post(PATH, body | {"wordings": ["a", "b"], "cost_limit": 0.01}, 200)
    assert (made["personas"], made["traits"], made["pairs"]) == (12, 3, 36)
    assert (made["variants"], made["items"]) == (4, 216)
    tokens = made["tokens"]
    assert tokens["source"] == "prompts"
    per_item = (2 * tokens["prompt"] + 10 * tokens["completion"]) / 1e6
    assert made["price"] == pytest.approx(216 * per_item, rel=1e-3)
    assert made["items_within_limit"] == int(216 * 0.01 / made["price"]) < 216
    assert (made["earlier"], made["seconds"]) == (None, None)
    assert made["spread"] == {"sd_between": 0.4, "sd_within": 0.8, "source": "assumed"}
    detectable = made["detectable"]
    assert (detectable["family"], detectable["ratings_per_persona"]) == (4, 3)
    gender = next(one for one in detectable["attributes"] if one["attribute"] == "gender")
    assert (gender["baseline"], gender["shown"]) == ("female", True)
    assert [one["mde"] is None for one in gender["groups"]] == [True, False]
    migration = next(o for o in detectable["attributes"] if o["attribute"] == "migration_status")
    assert (migration["shown"], migration["best"]) == (False, None)
    assert detectable["best"] == min(
        one["best"] for one in detectable["attributes"] if one["best"] is not None
    )
    assert (await member.get("/api/benchmarks/runs"))["total"] == 0


async def test_an_earlier_run_of_the_model_says_how_ratings_spread(
    member, colleague, resources
) -> None:
    run_id = start(resources, member.actor, personas=8, traits=3)
    rule = RuleAsker(lambda item: 1 + (item.persona.id + item.trait["id"] * 3) % 5)
    performed(resources, run_id, rule)
    run = await member.get(f"/api/benchmarks/runs/{run_id}")
    body = {"dataset_id": run["dataset"]["id"], "model_name": "tiny"}
    made = await member.post(PATH, body, 200)
    assert made["earlier"] == {"id": run_id, "name": run["summary"]["name"]}
    assert made["spread"]["source"] == "measured"
    assert made["tokens"] == {"prompt": 10.0, "completion": 1.0, "source": "run"}
    assert made["seconds"] > 0
    deltas = await member.get(f"/api/benchmarks/runs/{run_id}/deltas?attribute=gender")
    assert made["detectable"]["family"] == deltas["family"]["size"]
    longer = await member.post(PATH, body | {"system_prompt": "Judge. " * 200}, 200)
    assert longer["tokens"]["prompt"] > made["tokens"]["prompt"]
    none = await member.post(PATH, body | {"model_name": ""}, 200)
    assert (none["earlier"], none["price"], none["currency"]) == (None, None, None)
    chosen = await member.post(PATH, body | {"model_name": "", "pilot_run_id": run_id}, 200)
    assert chosen["spread"] == made["spread"]
    theirs = make_persona_set(resources, colleague.id)
    foreign = await colleague.post(PATH, {"dataset_id": theirs, "pilot_run_id": run_id}, 404)
    assert list(foreign["errors"]) == ["pilot_run_id"]


@ON_ONE_DATABASE
async def test_what_is_wrong_with_a_design_is_named(member, resources) -> None:
    make_traits(resources)
    people = make_persona_set(resources, member.id)
    for fields, status, name in [
        ({"dataset_id": 999_999}, 404, "dataset_id"),
        ({"model_name": "large"}, 422, "model_name"),
        ({"resume_run_id": 1}, 422, "resume_run_id"),
        ({"baselines": {"gendre": "male"}}, 422, "baselines"),
        ({"baselines": {"gender": "mal"}}, 422, "baselines"),
        ({"trait_ids": [999_999]}, 422, "trait_ids"),
        ({"pilot_run_id": 999_999}, 404, "pilot_run_id"),
    ]:
        refused = await member.post(PATH, {"dataset_id": people} | fields, status)
        assert list(refused["errors"]) == [name], refused
