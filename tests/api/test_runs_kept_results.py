"""The result of a run: what its kept model scores, in lists, filters, orders and on home."""

import pytest

from services.runs.results.kept_results import keep_results
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, add_evaluation, make_run
from tests.factories.statements import counting


def make_tested(member: Caller, accuracy: float, **values: object) -> int:
    test = {"metrics": {"accuracy": accuracy, "loss": 1 - accuracy}}
    manifest = {"test": test, "split": {"test": 114}}
    run = make_run(member.database, member.id, best_step=0, manifest=manifest, **values)
    with member.database.write() as unit:
        keep_results(unit.session, [run.id])
    return run.id


async def listed(member: Caller, query: str) -> list[int]:
    return [run["id"] for run in (await member.get(f"/api/runs/list?{query}"))["runs"]]


async def test_a_list_shows_results_with_their_rows(member: Caller) -> None:
    run = make_tested(member, 0.75)
    (row,) = (await member.get("/api/runs/list"))["runs"]
    assert row["id"] == run
    assert row["results"]["accuracy"] == {"value": 0.75, "measured_on": "test", "num_rows": 114}
    assert row["task"] == "classification"
    detail = await member.get(f"/api/runs/{run}")
    assert detail["results"]["loss"] == {
        "value": 0.25,
        "measured_on": "test",
        "num_rows": 114,
        "step": 0,
    }


async def test_runs_are_sorted_and_filtered_by_results_under_any_spelling(member: Caller) -> None:
    low, high, none = (
        make_tested(member, 0.5),
        make_tested(member, 0.9),
        make_run(member.database, member.id),
    )
    for name in ("accuracy", "acc", "`val/acc`"):
        assert await listed(member, f"sort=-results.{name}") == [high, low, none.id]
        assert await listed(member, f"filter=results.{name} > 0.6") == [high]
    assert await listed(member, "filter=results.accuracy is null") == [none.id]
    assert await listed(member, "filter=not results.loss <= 0.2 and task = 'classification'") == [
        none.id,
        low,
    ]
    await member.get("/api/runs/list?filter=results.accuracy = 'high'", 422)
    await member.get("/api/runs/list?filter=task = 'classifying'", 422)
    await member.get("/api/runs/groups?by=results.accuracy", 422)


async def test_pages_by_result_leave_out_none_and_show_none_twice(member: Caller) -> None:
    runs = [make_tested(member, share / 10) for share in range(5)]
    page = await member.get("/api/runs/list?sort=-results.accuracy&limit=2")
    seen = [run["id"] for run in page["runs"]]
    while page["next"]:
        after = page["next"]
        page = await member.get(f"/api/runs/list?sort=-results.accuracy&limit=2&after={after}")
        seen += [run["id"] for run in page["runs"]]
    assert seen == runs[::-1]


async def test_an_unknown_metric_comes_only_when_it_is_requested(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged")
    add_curve(member.database, run, "reward", [1.0, 2.0])
    add_curve(member.database, run, "val_rmse", [1.0, 2.0])
    (row,) = (await member.get("/api/runs/list"))["runs"]
    assert set(row["results"]) == {"rmse"}
    (row,) = (await member.get("/api/runs/list?columns=results.reward"))["runs"]
    assert {name: one["value"] for name, one in row["results"].items()} == {
        "reward": 2.0,
        "rmse": 2.0,
    }


async def test_a_running_training_shows_its_best_step_so_far(member: Caller) -> None:
    run = make_run(member.database, member.id, status="in_progress", best_step=1)
    add_curve(member.database, run, "val_acc", [0.5, 0.75, 0.625])
    (row,) = (await member.get("/api/runs/list"))["runs"]
    assert row["results"]["accuracy"] == {
        "value": 0.75,
        "measured_on": "validation",
        "num_rows": None,
    }


async def test_home_names_the_headline_of_the_task_and_its_rows(member: Caller) -> None:
    make_tested(member, 0.75)
    forecast = make_run(member.database, member.id, origin="logged", task="forecasting")
    for name in ("val_accuracy", "test_mase"):
        add_curve(member.database, forecast, name, [0.5])
    recent = (await member.get("/api/home"))["recent"]
    assert [(one["headline"]["metric"], one["headline"]["measured_on"]) for one in recent] == [
        ("mase", "reported"),
        ("accuracy", "test"),
    ]


async def test_a_logged_run_says_its_task_and_is_other_without(member: Caller) -> None:
    for body, task in (({}, "other"), ({"task": "forecasting"}, "forecasting")):
        made = await member.post("/api/runs", {"name": "a", **body}, 201)
        assert (await member.get(f"/api/runs/{made['id']}"))["task"] == task
    await member.post("/api/runs", {"name": "a", "task": "clustering"}, 422)


async def test_points_of_a_running_script_become_its_result_and_its_end_settles_it(
    member: Caller,
) -> None:
    made = await member.post("/api/runs", {"name": "script"}, 201)
    series = [{"name": "val_rmse", "steps": [0, 1], "values": [3.0, 2.0]}]
    path = f"/api/runs/{made['id']}"
    await member.post(f"{path}/series", {"batch_id": "one", "series": series})
    await member.patch(path, {"status": "completed"})
    result = (await member.get(path))["results"]["rmse"]
    assert (result["value"], result["measured_on"], result["step"]) == (2.0, "reported", 1)


@pytest.mark.parametrize("query", ["/api/runs/list", "/api/runs/columns", "/api/home"])
async def test_more_runs_take_no_more_statements(member: Caller, query: str) -> None:
    make_tested(member, 0.5)
    await member.get(query)  # notes that the token was used
    with counting(member.database) as one:
        await member.get(query)
    for share in range(5):
        make_tested(member, share / 10)
    with counting(member.database) as many:
        await member.get(query)
    assert len(many) == len(one)


async def test_a_federation_shows_the_kept_round_and_not_the_best_one(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated", best_step=2)
    for number, accuracy in enumerate((0.5, 1.0, 0.75)):
        add_evaluation(member.database, run, number, accuracy=accuracy, num_samples=40)
    (row,) = (await member.get("/api/runs/list"))["runs"]
    assert row["results"]["accuracy"] == {"value": 0.75, "measured_on": "test", "num_rows": 40}
    assert row["federated_info"]["best_accuracy"] == 1.0  # another column


async def test_a_script_says_what_its_model_scores_and_on_which_rows(member: Caller) -> None:
    run_id = (await member.post("/api/runs", {"name": "script"}, 201))["id"]
    batch = {"batch_id": "a", "series": [{"name": "test_acc", "steps": [0], "values": [0.5]}]}
    await member.post(f"/api/runs/{run_id}/series", batch)
    said = {"metrics": {"acc": 0.75, "reward": 3.0, "auroc": 1.5}, "measured_on": "test"}
    await member.patch(f"/api/runs/{run_id}", {"result": said | {"num_rows": 200}})
    await member.patch(f"/api/runs/{run_id}", {"status": "completed"})
    results = (await member.get(f"/api/runs/{run_id}"))["results"]
    assert {name: one["value"] for name, one in results.items()} == {
        "accuracy": 0.75, "reward": 3.0, "auroc": None,
    }  # fmt: skip
    assert {(one["measured_on"], one["num_rows"]) for one in results.values()} == {("test", 200)}
    await member.patch(f"/api/runs/{run_id}", {"result": {"metrics": {"accuracy": 0.7}}})
    results = (await member.get(f"/api/runs/{run_id}"))["results"]
    assert results == {
        "accuracy": {"value": 0.7, "measured_on": "reported", "num_rows": None, "step": None}
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measured_on": "training"}, "result.measured_on"),
        ({"num_rows": 0}, "result.num_rows"),
        ({"metrics": {"accuracy": "high"}}, "result.metrics"),
        ({"metrics": None}, "result.metrics"),
        ({"rows": 3}, "result.rows"),
    ],
)
async def test_a_result_that_cannot_be_is_refused_by_name(
    member: Caller, change: dict[str, object], field: str
) -> None:
    run_id = (await member.post("/api/runs", {"name": "script"}, 201))["id"]
    body = {"result": {"metrics": {"accuracy": 0.5}, **change}}
    answer = await member.patch(f"/api/runs/{run_id}", body, 422)
    assert list(answer["errors"]) == [field]


async def test_what_a_training_here_scores_is_not_for_others_to_say(member: Caller) -> None:
    run_id = make_tested(member, 0.75)
    body = {"result": {"metrics": {"accuracy": 1.0}}}
    assert "result" in (await member.patch(f"/api/runs/{run_id}", body, 409))["errors"]
    assert (await member.get(f"/api/runs/{run_id}"))["results"]["accuracy"]["value"] == 0.75
