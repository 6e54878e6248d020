"""One number in the API, the list, the files and the report: steps, ranges, ends that diverged."""

import csv
import io
import math
from typing import Any

import polars as pl
from sqlalchemy import update

from app.models.run import Run
from tests.factories.callers import Caller
from tests.factories.runs import (
    add_curve,
    add_evaluation,
    make_known_centralized,
    make_run,
)

BIT_OVER = 1.0000000000000002


async def rows(caller: Caller, run: Run, columns: str = "all") -> list[dict[str, str]]:
    path = f"/api/runs/{run.id}/download/csv?columns={columns}"
    response = await caller.call("GET", path)
    text = bytes(await response.get_data()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def listed(caller: Caller, run: Run) -> dict[str, Any]:
    listed_runs = (await caller.get("/api/runs/list"))["runs"]
    return next(one for one in listed_runs if one["id"] == run.id)


async def test_what_a_program_logged_at_a_step_stands_at_that_step(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged", config={})
    add_curve(member.database, run, "train_loss", {1: 0.3, 2: 0.2, 3: 0.1})
    add_curve(member.database, run, "my_metric", {100: 1.0})
    assert [row["epoch"] for row in await rows(member, run)] == ["1", "2", "3", "100"]
    results = await member.get(f"/api/runs/{run.id}/metrics")
    assert [one["epoch"] for one in results["training_history"]] == [1, 2, 3]


async def test_a_curve_of_a_federation_is_in_its_table(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated", origin="logged")
    add_curve(member.database, run, "train_loss", {1: 0.3, 2: 0.2})
    add_curve(member.database, run, "val_loss", {1: 0.7, 2: 0.6})
    add_evaluation(member.database, run, 1, loss=0.5)
    add_evaluation(member.database, run, 2, loss=0.4)
    table = await rows(member, run)
    assert [row["train_loss"] for row in table] == ["0.3", "0.2"]
    assert [(row["val_loss"], row["curve_val_loss"]) for row in table] == [
        ("0.5", "0.7"),
        ("0.4", "0.6"),
    ]


async def test_counts_are_whole_numbers_in_files(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    assert (await rows(member, run))[0]["val_cm_tp"] == "28"
    path = f"/api/runs/{run.id}/download/parquet?columns=all"
    table = pl.read_parquet(io.BytesIO(await (await member.call("GET", path)).get_data()))
    assert table["val_cm_tp"].dtype.is_integer()
    assert "val_cm_tp" not in (await rows(member, run, "history"))[0]


async def test_rows_of_before_with_a_value_a_bit_over_one_say_one(member: Caller) -> None:
    own = make_run(member.database, member.id)
    add_curve(member.database, own, "val_acc", [0.5, BIT_OVER])
    served = make_run(member.database, member.id, training_mode="federated")
    add_evaluation(member.database, served, 1, accuracy=BIT_OVER, recall=0.5)
    with member.database.write() as unit:
        unit.session.execute(update(Run).values(best_val_accuracy=BIT_OVER))
    for run in (own, served):
        row = await listed(member, run)
        assert (row["best_val_accuracy"], "best_val_accuracy" in row["missing"]) == (1.0, False)
        results = await member.get(f"/api/runs/{run.id}/metrics")
        assert results["final_metrics"]["accuracy"] == 1.0
    summary = await member.get("/api/runs/analytics/summary")
    assert [one["best_accuracy"] for one in summary["top_runs"]] == [1.0, 1.0]


async def test_an_impossible_value_costs_no_more_than_itself(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_acc", [-1.0, 0.7, 1.2])
    add_curve(member.database, run, "val_acc", {3: 0.8, 4: 0.6})
    served = make_run(member.database, member.id, training_mode="federated")
    for number, accuracy in enumerate((0.6, 1.2, 0.7)):
        add_evaluation(member.database, served, number + 1, accuracy=accuracy)
    for one, best in ((run, 0.8), (served, 0.7)):
        assert (await listed(member, one))["best_val_accuracy"] == best
        metadata = (await member.get(f"/api/runs/{one.id}/metrics"))["metadata"]
        assert metadata["best_val_accuracy"] == best


async def test_a_share_a_bit_over_one_is_taken_over_http(member: Caller) -> None:
    run = await member.post("/api/runs", {"name": "fl", "training_mode": "federated"}, 201)
    report = {"evaluations": [{"round": 1, "accuracy": BIT_OVER}]}
    await member.post(f"/api/runs/{run['id']}/server-evaluations", report)
    evaluations = await member.get(f"/api/runs/{run['id']}/server-evaluation")
    assert evaluations["evaluations"][0]["accuracy"] == 1.0


async def test_a_run_that_diverged_says_at_which_epoch(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "train_loss", [0.9, 0.5, math.nan, math.nan])
    add_curve(member.database, run, "val_loss", [0.9, math.nan, 0.7, math.nan])
    detail = await member.get(f"/api/runs/{run.id}")
    assert detail["diverged_at"] == 2  # epochs count from 0 on the wire
    results = await member.get(f"/api/runs/{run.id}/metrics")
    assert results["total_epochs"] == 4
    assert "loss" in results["final_metrics"]["missing"]
    assert results["metadata"]["best_val_loss"] == 0.7
    summary = await member.call("GET", f"/api/runs/{run.id}/download/summary")
    assert "epoch 3: the loss is not a number" in bytes(await summary.get_data()).decode()


async def test_a_loss_that_came_back_did_not_diverge(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "train_loss", [0.9, math.nan, 0.5])
    assert (await member.get(f"/api/runs/{run.id}"))["diverged_at"] is None


async def test_the_latest_after_a_nan_is_no_number_everywhere(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged")
    add_curve(member.database, run, "val_loss", [0.9, 0.5, math.nan, math.nan])
    (series,) = (await member.get(f"/api/runs/{run.id}/series/summary"))["series"]
    assert (series["last"], series["best"]) == (None, 0.5)
    answer = await member.get("/api/runs/list?columns=metrics.val_loss")
    assert answer["runs"][0]["metrics"] == {"val_loss": None}
    assert [row["val_loss"] for row in await rows(member, run)] == ["0.9", "0.5", "", ""]


async def test_times_are_in_the_detail_the_list_and_the_report(member: Caller) -> None:
    run = make_run(member.database, member.id, waiting_seconds=65.0, stopped_seconds=3600.0)
    for shown in (await member.get(f"/api/runs/{run.id}"), await listed(member, run)):
        times = shown["times"]
        assert (times["waiting_seconds"], times["running_seconds"]) == (65.0, 600.0)
        assert (times["stopped_seconds"], times["phase"]) == (3600.0, "ended")
    summary = await member.call("GET", f"/api/runs/{run.id}/download/summary")
    text = bytes(await summary.get_data()).decode()
    for line in ("Duration              0:10:00", "Waited                0:01:05"):
        assert " ".join(line.split()) in " ".join(text.split())
