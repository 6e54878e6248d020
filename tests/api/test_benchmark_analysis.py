"""What a run measured, over HTTP: right numbers, kept, and never stale."""

import pytest
from sqlalchemy import func, select

from app import strict_json
from app.models.benchmark import BenchmarkCache
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs"


def favours_women(item) -> int:
    """Rate women two points better on whatever the trait is, in either order of the scale."""
    kind = item.trait["valence"] > 0
    best = item.persona.gender == "female"
    rating = 4 if kind is best else 2
    return rating if item.key.scale_order == "in" else 6 - rating


@pytest.fixture
def run_id(member, resources) -> int:
    number = start(resources, member.actor, personas=12, traits=3, dual_fraction=1.0)
    performed(resources, number, RuleAsker(favours_women))
    return number


async def test_a_group_that_is_favoured_is_found_whatever_the_order(member, run_id) -> None:
    table = await member.get(f"{BASE}/{run_id}/deltas?attribute=gender&baseline=male")
    (women,) = [row for row in table["rows"] if row["category"] == "female"]
    assert (women["delta"], women["n_personas"], women["count"]) == (2.0, 6, 36)
    assert women["cliffs_delta"] == 1.0
    assert women["p_value"] == pytest.approx(2 / 924)  # exact: 12 choose 6 relabelings
    assert women["significant"] is True
    assert table["shown"] is True


async def test_the_ratings_are_shown_as_they_came(member, run_id) -> None:
    shown = await member.get(f"{BASE}/{run_id}/metrics")
    assert (shown["n"], shown["hist"]["bins"]) == (72, ["1", "2", "3", "4", "5"])
    assert shown["hist"]["counts"] == [0, 36, 0, 36, 0]
    rows = (await member.get(f"{BASE}/{run_id}/means?attribute=gender"))["rows"]
    assert {row["category"]: row["mean"] for row in rows} == {"female": 4.0, "male": 2.0}


async def test_a_consistent_model_agrees_with_itself_in_both_orders(member, run_id) -> None:
    shown = await member.get(f"{BASE}/{run_id}/order-metrics")
    assert (shown["n_pairs"], shown["rma"]["exact_rate"]) == (36, 1.0)
    assert shown["obe"]["mean_diff"] == 0.0


async def test_an_answer_is_kept_and_a_new_rating_makes_it_anew(member, resources) -> None:
    number = start(resources, member.actor)
    performed(resources, number, RuleAsker(limit=3))
    assert (await member.get(f"{BASE}/{number}/metrics"))["n"] == 3
    assert (await member.get(f"{BASE}/{number}/metrics"))["n"] == 3
    with resources.database.read() as session:
        assert session.scalar(select(func.count()).select_from(BenchmarkCache)) == 1
    await member.post(f"/api/benchmarks/{number}/resume", {}, 200)
    performed(resources, number)
    assert (await member.get(f"{BASE}/{number}/metrics"))["n"] == 8


@ON_ONE_DATABASE
async def test_what_a_run_does_not_have_is_named_with_the_nearest(member, run_id) -> None:
    for question, field, hint in [
        ("deltas?attribute=gendre", "attribute", "gender"),
        ("deltas?attribute=gender&baseline=mail", "baseline", "male"),
        ("deltas?attribute=gender&trait_category=competense", "trait_category", "competence"),
        ("deltas", "attribute", "required"),
        ("deltas?attribute=gender&baseline=zz", "baseline", "It has female, male."),
        ("forest?attribute=migration_status&target=zz", "target", "no value zz"),
        ("forest?attribute=gender&baseline=male&target=male", "target", "the baseline"),
        ("means?attribute=gender&top_n=0", "top_n", "1"),
    ]:
        refused = await member.get(f"{BASE}/{run_id}/{question}", 422)
        assert hint in refused["errors"][field][0]
    empty = await member.get(f"{BASE}/999999/metrics", 404)
    assert empty["code"] == "benchmark_not_found"


@ON_ONE_DATABASE
async def test_a_run_without_an_answer_has_empty_tables(member, resources) -> None:
    number = start(resources, member.actor)
    assert (await member.get(f"{BASE}/{number}/metrics"))["n"] == 0
    assert (await member.get(f"{BASE}/{number}/deltas?attribute=gender"))["rows"] == []
    assert (await member.get(f"{BASE}/{number}/order-metrics"))["n_pairs"] == 0
    assert (await member.get(f"{BASE}/{number}/deltas/all/all"))["data"]["gender"]["rows"] == []


async def test_attributes_are_tested_over_all_of_their_groups(member, run_id) -> None:
    table = await member.get(f"{BASE}/{run_id}/kruskal")
    first = table["attributes"][0]
    assert (first["attribute"], first["n_groups"], first["significant"]) == ("gender", 2, True)
    by_category = await member.get(f"{BASE}/{run_id}/kruskal-by-category")
    assert list(by_category["categories"]) == ["competence"]


@ON_ONE_DATABASE
async def test_tables_are_exported_for_spreadsheets_and_papers(member, run_id) -> None:
    answer = await member.call("GET", f"{BASE}/{run_id}/deltas/gender/csv?baseline=male")
    heading, *rows = (await answer.get_data()).decode().splitlines()
    assert heading.startswith("Kategorie,Baseline")
    assert [row.split(",")[0] for row in rows] == ["male", "female"]
    latex = await member.get(f"{BASE}/{run_id}/deltas/gender/latex?language=en")
    assert r"\toprule" in latex["latex"]
    for table in ("kruskal", "kruskal-by-category"):
        assert r"age\_group" in (await member.get(f"{BASE}/{run_id}/{table}/latex"))["latex"]
    missing = await member.get(f"{BASE}/{run_id}/kruskal-by-category/latex?trait_category=no", 422)
    assert list(missing["errors"]) == ["trait_category"]


async def test_a_run_comes_to_a_verdict_that_names_what_it_rests_on(member, run_id) -> None:
    shown = await member.get(f"{BASE}/{run_id}/overview")
    assert (shown["verdict"], shown["n"], shown["n_personas"]) == ("different", 72, 12)
    largest = shown["largest"]  # six of either gender
    assert (largest["attribute"], abs(largest["delta"]), shown["no_largest"]) == ("gender", 2, None)
    assert "migration_status" in shown["not_shown"]


async def test_a_difference_is_shown_trait_by_trait(member, run_id) -> None:
    forest = await member.get(f"{BASE}/{run_id}/forest?attribute=gender&baseline=male")
    assert [row["label"] for row in forest["rows"]] == ["competent", "friendly", "lazy"]
    assert {row["delta"] for row in forest["rows"]} == {2.0}
    assert forest["overall"]["mean"] == 2.0
    unknown = await member.get(f"{BASE}/{run_id}/forest?attribute=gender&target=femal", 422)
    assert "female" in unknown["errors"]["target"][0]


async def test_a_model_that_rates_all_alike_is_called_equivalent_and_not_biased(
    member, resources
) -> None:
    number = start(resources, member.actor, personas=60, traits=2)
    performed(resources, number)
    shown = await member.get(f"{BASE}/{number}/overview")
    assert (shown["verdict"], shown["significant"]) == ("equivalent", 0)
    rows = (await member.get(f"{BASE}/{number}/equivalence"))["data"]["gender"]
    assert {row["verdict"] for row in rows} == {"equivalent"}
    gender = (await member.get(f"{BASE}/{number}/intensity"))["attributes"][0]
    assert (gender["attribute"], gender["calibrated"]) == ("gender", 0.0)


@ON_ONE_DATABASE
async def test_a_run_is_taken_along_as_a_whole(member, resources, run_id) -> None:
    report = await member.get(f"{BASE}/{run_id}/export/json")
    assert report["meta"]["results_count"] == report["performance"]["results_count"] == 72
    assert "gender" in report["validity"]["groups"]
    assert "migration_status" in report["validity"]["not_shown"]
    assert set(report["bias_analysis"]["by_trait_category"]) == {"competence"}
    log = await member.call("GET", f"{BASE}/{run_id}/logs")
    lines = strict_json.loads(await log.get_data())
    assert (len(lines), lines[0]["ok"], lines[0]["rating"] in (2, 4)) == (72, True, True)
    assert lines[0]["prompt"][-1]["role"] == "user"
    quick = await member.get(f"{BASE}/{run_id}/analysis/quick")
    assert (quick["total_rated"], quick["error_count"]) == (72, 0)
    assert quick["order_consistency_sample"]["rma"] == 1.0


async def test_a_mixed_model_stands_beside_the_permutation_test(member, resources) -> None:
    run_id = start(resources, member.actor, personas=12, traits=2, scale_mode="in")
    rule = RuleAsker(
        lambda item: 2 + item.persona.id % 2 + (item.persona.id + item.trait["id"]) % 3
    )
    performed(resources, run_id, rule)
    path = f"/api/benchmarks/runs/{run_id}"
    fit = await member.get(f"{path}/mixed?attribute=gender")
    (row,) = fit["rows"]
    assert (fit["n_personas"], fit["n_items"]) == (12, 24)
    assert row["delta"] == pytest.approx(row["permutation"]["delta"], abs=1e-6)
    unseen = await member.get(f"{path}/mixed?attribute=migration_status")
    assert (unseen["rows"], unseen["converged"]) == ([], False)
    assert "attribute" in (await member.get(f"{path}/mixed?attribute=gendre", 422))["errors"]


async def test_log_probabilities_stand_beside_the_text_and_never_in_its_place(
    member, resources
) -> None:
    run_id = start(resources, member.actor, personas=6, traits=2, scale_mode="in", logprobs=True)
    rule = RuleAsker(
        lambda item: 4 if item.persona.gender == "female" else 3, options={"4": 0.6, "3": 0.2}
    )
    performed(resources, run_id, rule)
    path = f"/api/benchmarks/runs/{run_id}"
    found = await member.get(f"{path}/option-ratings")
    assert (found["n_answers"], found["n"], found["n_scorable"]) == (12, 12, 12)
    assert (found["mismatch_rate"], found["mean_mass"]) == (0.5, pytest.approx(0.8))
    row = next(one for one in found["rows"] if one["attribute"] == "gender")
    assert (row["delta_text"], row["delta_options"]) == (-1.0, pytest.approx(0.0))
    shown = await member.get(path)
    body = {"dataset_id": shown["dataset"]["id"], "model_name": "tiny"}
    other = (await member.post("/api/benchmarks/start", body, 200))["run_id"]
    performed(resources, other)
    none = await member.get(f"/api/benchmarks/runs/{other}/option-ratings")
    assert (none["n"], none["mismatch_rate"], none["rows"]) == (0, None, [])
