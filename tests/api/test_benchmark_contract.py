"""The contract's table of run, analysis and export routes, walked row by row on one run.

Each row is the reference's bare path; it lies under ``/api/benchmarks``. ``/queue``, ``/attrgen``,
``/admin`` and the comparisons have tests of their own.
"""

import pytest

from tests.factories.benchmarks import RuleAsker, performed, start
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"
RUN = "id model_name include_rationale system_prompt dataset_id created_at n_results"
DELTA = (
    "category count mean delta p_value q_value cliffs_delta significant baseline n_base mean_base "
    "sd_base n_cat mean_cat sd_cat se_delta ci_low ci_high"
)
FOREST = (
    "case_id label valence category baseline trait_category n_base n_cat delta se ci_low ci_high "
    "p_value q_value cliffs_delta significant significant_uncorrected"
)
KRUSKAL = "attribute h_stat p_value eta_squared n_groups n_total significant effect_interpretation"
ROWS = (  # path, where in the answer, fields that are there
    ("/runs", "items.0", RUN),
    ("/runs/{id}", "", f"{RUN} dataset"),
    ("/runs/{id}", "dataset", "id name kind"),
    ("/benchmarks/{id}/status", "", "ok status done total pct"),
    ("/{id}/status", "", "ok status done total pct"),
    ("/datasets/{dataset}/benchmarks/active", "", "ok active"),
    ("/datasets/{dataset}/runs", "items.0", "model_name status done total pct"),
    ("/runs/{id}/metrics", "", "ok n hist trait_categories attributes"),
    ("/runs/{id}/metrics", "hist", "bins shares counts"),
    ("/runs/{id}/metrics", "trait_categories.histograms.0", "category bins counts shares"),
    ("/runs/{id}/metrics", "trait_categories.summary.0", "category count mean std"),
    ("/runs/{id}/metrics", "attributes.gender", "baseline categories"),
    ("/runs/{id}/metrics", "attributes.gender.categories.0", "category count mean"),
    ("/runs/{id}/order-metrics", "", "ok n_pairs by_case by_trait_category"),
    ("/runs/{id}/order-metrics", "rma", "exact_rate mae cliffs_delta"),
    ("/runs/{id}/order-metrics", "obe", "mean_diff ci_low ci_high sd"),
    ("/runs/{id}/order-metrics", "usage", "eei mni sv"),
    ("/runs/{id}/order-metrics", "test_retest", "within1_rate mean_abs_diff"),
    ("/runs/{id}/order-metrics", "correlation", "pearson spearman kendall"),
    (
        "/runs/{id}/order-metrics",
        "by_case.0",
        "case_id label trait_category n mean_in mean_rev abs_diff rma",
    ),
    ("/runs/{id}/order-metrics", "by_trait_category.0", "trait_category n abs_diff"),
    ("/runs/{id}/missing", "", "ok dataset_id total done missing failed samples sampling_limited"),
    ("/runs/{id}/missing", "samples.0", "persona_uuid case_id adjective"),
    ("/runs/{id}/means?attribute=gender&top_n=1", "rows.0", "category count mean"),
    ("/runs/{id}/means/all", "data.gender.0", "category count mean"),
    ("/runs/{id}/deltas?attribute=gender", "", "ok n baseline rows"),
    ("/runs/{id}/deltas?attribute=gender&n_perm=4000&alpha=0.05", "rows.0", DELTA),
    ("/runs/{id}/deltas/all/all", "data.gender", "n baseline rows"),
    ("/runs/{id}/deltas/all/competence", "data.gender.rows.0", DELTA),
    ("/runs/{id}/forest?attribute=gender&min_n=1", "", "ok n rows overall"),
    ("/runs/{id}/forest?attribute=gender", "rows.0", FOREST),
    ("/runs/{id}/forest?attribute=gender", "overall", "mean ci_low ci_high"),
    ("/runs/{id}/kruskal", "", "attributes summary"),
    ("/runs/{id}/kruskal", "summary", "significant_count total"),
    ("/runs/{id}/kruskal", "attributes.0", KRUSKAL),
    ("/runs/{id}/kruskal-by-category", "categories.competence", "attributes summary"),
    ("/runs/{id}/kruskal/latex", "", "latex"),
    ("/runs/{id}/kruskal-by-category/latex", "", "latex"),
    ("/runs/{id}/deltas/gender/latex", "", "latex"),
    (
        "/runs/{id}/warm-cache",
        "",
        (
            "run_id status started_at updated_at finished_at duration_ms current_step had_errors "
            "error steps"
        ),
    ),
    ("/runs/{id}/analysis", "", "run_id analyses"),
    ("/runs/{id}/analysis", "analyses.order", "status duration_ms error summary"),
    (
        "/runs/{id}/analysis/quick",
        "",
        (
            "run_id total_results total_rated error_count error_rate rating_distribution "
            "order_consistency_sample computed_at"
        ),
    ),
    ("/runs/{id}/analysis/quick", "order_consistency_sample", "n_pairs rma mae is_sample"),
    ("/runs/{id}/export/json", "", "meta performance order_consistency bias_analysis"),
    ("/runs/{id}/export/json", "meta", "model dataset date results_count system_prompt"),
    ("/runs/{id}/export/json", "performance", "error_rate total_errors rating_distribution"),
    ("/runs/{id}/export/json", "bias_analysis.overall", "intensity_scores detailed_findings"),
)
FILES = (
    "kruskal/csv",
    "kruskal-by-category/csv?trait_category=competence",
    "deltas/gender/csv?baseline=female&trait_category=competence",
    "logs",
    "export/html",
    "export/csv",
    "export/parquet",
)


@pytest.fixture
async def ids(member, resources) -> dict[str, int]:
    """Return a run with ratings, a failure and an analysis, and its data set."""
    number = start(resources, member.actor, personas=12, traits=2, dual_fraction=1.0)
    performed(resources, number, RuleAsker(lambda item: 3, limit=44))
    await member.post(f"{BASE}/runs/{number}/analyze", {"type": "order"}, 200)
    shown = await member.get(f"{BASE}/runs/{number}")
    return {"id": number, "dataset": shown["dataset"]["id"]}


def at(answer, place: str):
    """Return the part of an answer at a place such as ``rows.0``."""
    for step in filter(None, place.split(".")):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


@ON_ONE_DATABASE
async def test_every_row_of_the_contract_answers_with_its_fields(member, ids) -> None:
    wrong = {}
    for path, place, fields in ROWS:
        answer = await member.call("GET", BASE + path.format(**ids))
        if answer.status_code != 200:
            wrong[path] = answer.body
            continue
        missing = set(fields.split()) - set(at(answer.body, place))
        if missing:
            wrong[f"{path} {place}"] = sorted(missing)
    assert wrong == {}, "\n".join(f"{row}: {why}" for row, why in wrong.items())


@ON_ONE_DATABASE
async def test_other_values_than_the_plan_has_are_answered_and_called_exploratory(
    member, ids
) -> None:
    path = f"{BASE}/runs/{ids['id']}/deltas?attribute=gender"
    planned = await member.get(path)
    assert (planned["exploratory"], planned["departures"]) == (False, [])
    assert await member.get(f"{path}&alpha=0.05&n_perm=4000") == planned
    other = await member.get(f"{path}&alpha=0.2&n_perm=1000&baseline=male")
    assert other["exploratory"] is True
    assert {one["name"]: (one["used"], one["planned"]) for one in other["departures"]} == {
        "alpha": (0.2, 0.05),
        "n_perm": (1000, 4000),
        "baseline": ("male", "female"),
    }
    forest = f"{BASE}/runs/{ids['id']}/forest?attribute=gender"
    assert (await member.get(forest))["exploratory"] is False
    assert (await member.get(f"{forest}&min_n=2"))["departures"] == [
        {"name": "min_n", "used": 2, "planned": 1}
    ]
    for bad in ("alpha=0", "alpha=1", "alpha=x", "n_perm=99", "n_perm=20001"):
        refused = await member.get(f"{path}&{bad}", 422)
        assert list(refused["errors"]) == [bad.partition("=")[0]]


@ON_ONE_DATABASE
async def test_an_export_says_that_its_baseline_was_chosen_afterwards(member, ids) -> None:
    path = f"{BASE}/runs/{ids['id']}/deltas/gender/csv?language=en"
    for query, word in (("", "no"), ("&baseline=female", "no"), ("&baseline=male", "yes")):
        answer = await member.call("GET", path + query)
        heading, first, *_ = (await answer.get_data()).decode("utf-8-sig").splitlines()
        assert (heading.split(",")[-1], first.split(",")[-1]) == ("Exploratory", word)


@ON_ONE_DATABASE
async def test_every_file_of_the_contract_is_there(member, ids) -> None:
    for path in FILES:
        answer = await member.call("GET", f"{BASE}/runs/{ids['id']}/{path}")
        assert answer.status_code == 200, path
        assert "attachment" in answer.headers["Content-Disposition"], path
        assert await answer.get_data(), path


@ON_ONE_DATABASE
async def test_what_changes_a_run_is_there_by_both_names(member, ids) -> None:
    number = ids["id"]
    for path in (f"{number}/cancel", f"benchmarks/{number}/cancel"):
        refused = await member.post(f"{BASE}/{path}", {}, 409)  # it is over
        assert "finished" in refused["detail"]
    for path in ("start", "benchmarks/start"):
        refused = await member.post(f"{BASE}/{path}", {}, 422)
        assert {"dataset_id", "model_name"} <= set(refused["errors"])
    warm = await member.post(f"{BASE}/runs/{number}/warm-cache", {}, 200)
    assert warm["status"] == "running"
    cleared = await member.call("DELETE", f"{BASE}/runs/{number}/cache")
    assert cleared.body["ok"] is True
    gone = await member.call("DELETE", f"{BASE}/runs/{number}")
    assert gone.body == {"ok": True, "deleted": 1}
    again = await member.call("DELETE", f"{BASE}/runs/{number}")
    assert again.status_code == 404
