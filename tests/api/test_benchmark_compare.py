"""Runs side by side, and what the design of a run allows beside groups."""

import pytest

from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
    start,
)

BASE = "/api/benchmarks/runs"


def favours_women(item) -> int:
    """Rate women higher, in either order of the scale."""
    rating = 5 if item.persona.gender == "female" else 3
    return rating if item.key.scale_order == "in" else 6 - rating


@pytest.fixture
def two_runs(member, resources) -> list[int]:
    make_traits(resources, 2)
    dataset = make_persona_set(resources, member.id, 12)
    numbers = []
    for name, rule in (("fair", lambda _: 3), ("unfair", favours_women)):
        make_benchmark_model(resources, member.id, name=name)
        request = BenchmarkRequest(dataset_id=dataset, model_name=name, scale_mode="in")
        numbers.append(start_benchmark(resources.database, member.actor, request))
        performed(resources, numbers[-1], RuleAsker(rule))
    return numbers


async def test_models_are_compared_on_the_items_that_both_answered(member, two_runs) -> None:
    body = {"run_ids": two_runs, "attribute": "gender", "category": "male"}
    shown = await member.post(f"{BASE}/compare/models", body, 200)
    (bias,) = shown["bias"]
    assert (bias["a"], bias["b"], bias["delta_a"], bias["delta_b"]) == ("fair", "unfair", 0.0, -2.0)
    assert bias["significant"] is True
    (ratings,) = shown["ratings"]
    assert (ratings["n_items"], ratings["mean"]) == (24, -1.0)


async def test_runs_are_pooled_and_set_side_by_side(member, two_runs) -> None:
    pooled = await member.post(f"{BASE}/compare/metrics", {"run_ids": two_runs}, 200)
    assert (pooled["n"], pooled["mean"], pooled["median"]) == (48, 3.5, 3.0)
    orders = await member.post(f"{BASE}/compare/order-metrics", {"run_ids": two_runs}, 200)
    assert [row["model"] for row in orders["runs"]] == ["fair", "unfair"]
    deltas = await member.post(f"{BASE}/compare/deltas", {"run_ids": two_runs}, 200)
    assert len(deltas["runs"]) == 2
    table = await member.call(
        "POST", f"{BASE}/compare/bias-intensity-csv", json={"run_ids": two_runs}
    )
    assert (await table.get_data()).decode().startswith("Merkmal,fair (")


async def test_what_cannot_be_compared_is_refused(member, colleague, resources, two_runs) -> None:
    people = make_persona_set(resources, member.id, 6)
    request = BenchmarkRequest(dataset_id=people, model_name="fair")
    other = start_benchmark(resources.database, member.actor, request)
    body = {"run_ids": [two_runs[0], other]}
    assert (await member.post(f"{BASE}/compare/models", body, 409))["code"] == "conflict"
    theirs = await colleague.post(f"{BASE}/compare/metrics", {"run_ids": two_runs}, 404)
    assert (theirs["code"], list(theirs["errors"])) == ("benchmark_not_found", ["run_ids"])
    same = {"run_ids": two_runs, "category": "female"}
    assert "category" in (await member.post(f"{BASE}/compare/models", same, 422))["errors"]
    for wrong in ({"run_ids": []}, {}, {"run_ids": [1] * 21}):
        assert "run_ids" in (await member.post(f"{BASE}/compare/metrics", wrong, 422))["errors"]


async def test_refusals_by_group_are_a_result(member, resources) -> None:
    number = start(resources, member.actor, personas=12)

    def rule(item) -> int | str:
        return "refusal" if item.persona.gender == "male" else 4

    performed(resources, number, RuleAsker(rule))
    shown = await member.get(f"{BASE}/{number}/refusals")
    rows = {row["category"]: row for row in shown["rates"]["refusal"]["gender"]["rows"]}
    assert (rows["male"]["hits"], rows["male"]["n"], rows["female"]["hits"]) == (12, 12, 0)
    for question in ("retries", "stability", "counterfactual", "intersections"):
        assert (await member.get(f"{BASE}/{number}/{question}"))["ok"] is True
    crossed = await member.get(f"{BASE}/{number}/intersections?first=gendre", 422)
    assert "gender" in crossed["errors"]["first"][0]
    itself = await member.get(f"{BASE}/{number}/intersections?second=gender", 422)
    assert "another attribute" in itself["errors"]["second"][0]
    alone = await member.get(f"{BASE}/{number}/equivalence?baseline=male", 422)
    assert "give the attribute" in alone["errors"]["attribute"][0]
