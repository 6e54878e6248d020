"""The figures that a run's page shows first, and how sure each is."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from app.clock import now
from app.models.run import Artifact, Run
from services.runs.predictions import FILE, to_parquet
from services.runs.results.kept_results import keep_results
from services.statistics.row_errors import Predictions
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, add_evaluation, make_run


def predictions(rows: int = 90) -> Predictions:
    draw = np.random.default_rng(4)
    targets = draw.integers(0, 2, rows)
    logits = (draw.normal(0, 1, rows) + 2 * (targets - 0.5)).astype("float32").astype("float64")
    return Predictions(
        rows=np.arange(rows),
        units=np.arange(rows),
        targets=targets,
        logits=logits[:, None],
        losses=draw.exponential(0.4, rows).astype("float32").astype("float64"),
    )


def make_tested_run(caller: Caller, of: Predictions, *, kept: bool) -> Run:
    """Write a run that was tested on the rows of ``of``, and its predictions if ``kept``."""
    said = (of.logits[:, 0] > 0).astype(int)
    matrix = confusion_matrix(of.targets, said).tolist()
    (_, fp), (fn, tp) = matrix
    metrics = {
        "accuracy": float((said == of.targets).mean()),
        "recall": tp / (tp + fn),
        "precision": tp / (tp + fp),
        "auroc": float(roc_auc_score(of.targets, of.logits[:, 0])),
        "loss": float(of.losses.mean()),
    }
    manifest = {"test": {"metrics": metrics, "confusion": matrix}, "split": {"test": len(said)}}
    run = make_run(caller.database, caller.id, best_step=3, manifest=manifest)
    with caller.database.write() as unit:
        keep_results(unit.session, [run.id])
        if kept:
            content, key = to_parquet(of), f"runs/{run.id}/attempt-1/result/{FILE}"
            caller.resources.store.put(key, content)
            row = Artifact(run_id=run.id, name=FILE, kind="test_predictions", object_key=key,
                           size_bytes=len(content), sha256="", created_at=now())  # fmt: skip
            unit.session.add(row)
    return run


async def headlines(caller: Caller, run: Run) -> dict[str, dict]:
    answer = await caller.get(f"/api/runs/{run.id}/headlines")
    assert answer["confidence"] == 0.95
    return {one["metric"]: one for one in answer["items"]}


async def test_a_tested_run_has_an_interval_for_each_figure(member: Caller) -> None:
    of = predictions()
    found = await headlines(member, make_tested_run(member, of, kept=True))
    assert list(found) == ["accuracy", "auroc", "recall", "precision", "loss"]
    methods = {name: one["uncertainty"]["method"] for name, one in found.items()}
    assert methods == {"accuracy": "wilson", "recall": "wilson", "precision": "wilson",
                       "auroc": "delong", "loss": "delta"}  # fmt: skip
    accuracy = found["accuracy"]
    assert accuracy["result"]["measured_on"] == "test"
    assert (accuracy["result"]["num_rows"], accuracy["uncertainty"]["units"]) == (90, 90)
    right = round(90 * accuracy["result"]["value"])
    expected = proportion_confint(right, 90, method="wilson")
    ends = accuracy["uncertainty"]["low"], accuracy["uncertainty"]["high"]
    assert ends == pytest.approx(expected)
    for one in found.values():
        assert one["uncertainty"]["low"] < one["result"]["value"] < one["uncertainty"]["high"]


async def test_without_predictions_only_shares_of_rows_have_one(member: Caller) -> None:
    found = await headlines(member, make_tested_run(member, predictions(), kept=False))
    known = {name for name, one in found.items() if one["uncertainty"]}
    assert known == {"accuracy", "recall", "precision"}


async def test_predictions_that_are_gone_are_as_if_there_were_none(member: Caller) -> None:
    run = make_tested_run(member, predictions(), kept=True)
    member.resources.store.delete(f"runs/{run.id}/attempt-1/result/{FILE}")
    found = await headlines(member, run)
    assert (found["auroc"]["uncertainty"], found["accuracy"]["uncertainty"] is None) == (
        None,
        False,
    )


async def test_a_federation_has_those_of_its_kept_round(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated", best_step=2)
    for number, counts in ((1, (10, 10, 10, 10)), (2, (18, 15, 4, 3))):
        tp, tn, _fp, fn = counts
        names = ("true_positives", "true_negatives", "false_positives", "false_negatives")
        add_evaluation(member.database, run, number, accuracy=(tp + tn) / 40,
                       recall=tp / (tp + fn), **dict(zip(names, counts, strict=True)))  # fmt: skip
    found = await headlines(member, run)
    interval = found["accuracy"]["uncertainty"]
    expected = proportion_confint(33, 40, method="wilson")
    assert (interval["low"], interval["high"]) == pytest.approx(expected)
    assert found["recall"]["uncertainty"]["units"] == 21


async def test_what_a_script_reports_has_no_interval(member: Caller) -> None:
    body = {"name": "Logged", "training_mode": "centralized"}
    made = await member.post("/api/runs", body, 201)
    series = [{"name": "test_accuracy", "steps": [1], "values": [0.9]}]
    await member.post(f"/api/runs/{made['id']}/series", {"batch_id": "1", "series": series})
    await member.patch(f"/api/runs/{made['id']}", {"status": "completed"})
    answer = await member.get(f"/api/runs/{made['id']}/headlines")
    (one,) = answer["items"]
    assert (one["metric"], one["result"]["value"]) == ("accuracy", 0.9)
    assert one["uncertainty"] is None


async def test_the_rows_that_the_best_epoch_was_chosen_by_give_no_interval(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id, status="in_progress", best_step=1)
    add_curve(member.database, run, "val_acc", [0.5, 0.75])
    for name, values in (("tp", [5, 9]), ("tn", [5, 6]), ("fp", [5, 3]), ("fn", [5, 2])):
        add_curve(member.database, run, f"cm_{name}", values)
    found = await headlines(member, run)
    assert found["accuracy"]["result"]["measured_on"] == "validation"
    assert found["accuracy"]["uncertainty"] is None


async def test_headlines_of_a_private_run_are_nobody_elses(
    member: Caller, colleague: Caller
) -> None:
    run = make_run(member.database, member.id)
    answer = await colleague.get(f"/api/runs/{run.id}/headlines", 404)
    assert answer["code"] == "not_found"
