"""Columns that nobody has chosen are those that the matching runs have."""

from typing import Any

from app.models.run import Run
from services.tracking.labels import write_params
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_run


def logged(member: Caller, number: int, curves: dict[str, list[float]], **params: Any) -> Run:
    run = make_run(member.database, member.id, origin="logged", name=f"script {number}")
    for name, values in curves.items():
        add_curve(member.database, run, name, values)
    with member.database.write() as unit:
        write_params(unit.session, run.id, params)
    return run


async def columns(member: Caller, query: str = "") -> list[str]:
    return (await member.get(f"/api/runs/list?columns=auto{query}"))["columns"]


async def test_logged_runs_show_what_they_measured_and_the_parameters_that_differ(
    member: Caller,
) -> None:
    for number in range(3):
        curves = {"reward": [1.0, 2.0 + number], "train/loss": [0.5]}
        logged(member, number, curves, lr=0.1 * (number + 1), batch=32)
    page = await member.get("/api/runs/list?columns=auto")
    assert page["columns"] == ["status", "results.reward", "params.lr", "duration", "start_time"]
    for run in page["runs"]:
        assert run["results"]["reward"]["value"] is not None
        assert set(run["params"]) == {"lr"}


async def test_runs_that_measured_on_training_rows_alone_show_their_metric(member: Caller) -> None:
    for number in range(2):
        logged(member, number, {"train/loss": [0.5, 0.25], "system/cpu": [12.0]})
    page = await member.get("/api/runs/list?columns=auto")
    assert page["columns"] == ["status", "best.train/loss", "duration", "start_time"]
    assert [run["best"] for run in page["runs"]] == [{"train/loss": 0.25}] * 2


async def test_few_runs_of_another_kind_have_a_column_too(member: Caller) -> None:
    for number in range(4):
        logged(member, number, {"val_accuracy": [0.5], "val_recall": [0.5], "val_auroc": [0.5]})
    logged(member, 4, {"reward": [1.0]})
    keys = await columns(member)
    assert keys[1:4] == ["results.accuracy", "results.auroc", "results.reward"]


async def test_columns_follow_the_filter_and_not_what_it_leaves_out(member: Caller) -> None:
    logged(member, 0, {"reward": [1.0]})
    federated = make_run(member.database, member.id, training_mode="federated", name="trained")
    add_curve(member.database, federated, "global_accuracy", {1: 0.5})
    both = await columns(member)
    assert {"training_mode", "rounds", "results.reward"} <= set(both)
    only = await columns(member, "&filter=name%20LIKE%20'script%25'")
    assert only == ["status", "results.reward", "duration", "start_time"]


async def test_an_empty_list_has_columns_for_what_every_run_has(member: Caller) -> None:
    assert await columns(member) == ["status", "duration", "start_time"]


async def test_names_of_runs_stand_behind_settings(member: Caller) -> None:
    for number in range(3):
        logged(member, number, {"reward": [1.0]}, path=f"out/{number}", lr=number, depth=number % 2)
    keys = [key for key in await columns(member) if key.startswith("params.")]
    assert keys == ["params.depth", "params.lr", "params.path"]


async def test_odd_names_are_columns_as_they_are(member: Caller) -> None:
    for number in range(2):
        logged(member, number, {'a "b", c.d': [1.0 + number]}, **{"e, f`": number})
    page = await member.get("/api/runs/list?columns=auto")
    assert page["columns"][1:3] == ['results.a "b", c.d', "params.e, f`"]
    assert [run["params"]["e, f`"] for run in page["runs"]] == ["1", "0"]
