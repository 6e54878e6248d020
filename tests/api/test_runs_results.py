"""The results of two runs whose numbers are known, through the API."""

import pytest

from tests.factories.callers import Caller
from tests.factories.runs import (
    add_client,
    add_curve,
    add_evaluation,
    make_known_centralized,
    make_known_federated,
    make_run,
)

MATRICES = {
    0: (75, 0, 225, 0),
    1: (27, 196, 29, 48),
    2: (64, 146, 79, 11),
}


async def test_server_evaluations_ignore_the_untrained_model_in_what_is_best(
    member: Caller,
) -> None:
    run = make_known_federated(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/server-evaluation")
    summary = answer["summary"]
    assert (summary["total_rounds"], summary["latest_round"]) == (3, 2)
    assert summary["best_accuracy"] == {"value": 0.7433, "round": 1}
    assert summary["best_recall"] == {"value": 0.8533, "round": 2}
    assert summary["best_precision"] == {"value": 0.4821, "round": 1}
    assert summary["best_f1_score"] == {"value": 0.5872, "round": 2}
    assert summary["best_auroc"] == {"value": 0.8089, "round": 2}
    assert summary["best_loss"] == {"value": 0.5879, "round": 2}
    assert summary["num_trained_rounds"] == 2


async def test_every_evaluation_keeps_its_matrix_zeros_included(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/server-evaluation")
    matrices = {
        one["round"]: tuple(
            one["confusion_matrix"][name]
            for name in ("true_positives", "true_negatives", "false_positives", "false_negatives")
        )
        for one in answer["evaluations"]
    }
    assert matrices == MATRICES
    assert [one["num_samples"] for one in answer["evaluations"]] == [300, 300, 300]
    assert [one["is_baseline"] for one in answer["evaluations"]] == [True, False, False]


async def test_the_results_of_a_federated_run(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert answer["total_epochs"] == 3
    assert [one["epoch"] for one in answer["training_history"]] == [0, 1, 2]
    assert answer["metadata"]["best_val_recall"] == 0.8533
    assert answer["metadata"]["best_epoch"] == 1
    assert answer["final_metrics"]["auc"] == 0.8089
    assert answer["training_history"][1]["missing"] == ["train_loss", "train_acc", "train_f1"]
    matrix = answer["confusion_matrix"]
    known = {"sensitivity": 0.8533, "specificity": 0.6489, "precision_cm": 0.4476}
    known |= {"npv": 0.9299, "accuracy_cm": 0.7, "f1_cm": 0.5872}
    assert {name: matrix[name] for name in known} == known


async def test_the_results_of_a_centralized_run(member: Caller) -> None:
    run = make_known_centralized(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    metadata = answer["metadata"]
    assert (answer["total_epochs"], metadata["best_epoch"]) == (10, 8)
    assert metadata["best_epoch_by_recall"] == 6
    assert metadata["best_val_loss"] == 0.7160
    assert metadata["best_val_precision"] == 0.6667
    assert metadata["best_val_f1"] == 0.6794
    assert metadata["best_val_auroc"] == 0.8259
    final = {"accuracy": 0.7459, "precision": 0.5683, "recall": 0.8229}
    final |= {"f1_score": 0.6723, "auc": 0.8254, "loss": 0.7341, "missing": []}
    assert answer["final_metrics"] == final
    matrix = answer["confusion_matrix"]
    known = {"true_positives": 79, "sensitivity": 0.8229, "specificity": 0.7101}
    known |= {"precision_cm": 0.5683, "npv": 0.8963, "accuracy_cm": 0.7459, "f1_cm": 0.6723}
    assert {name: matrix[name] for name in known} == known


async def test_epochs_that_arrive_late_or_shuffled_change_nothing(member: Caller) -> None:
    run = make_run(member.database, member.id)
    for step in (2, 0, 1):
        add_curve(member.database, run, "val_acc", {step: 0.5 + step / 10})
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert [one["val_acc"] for one in answer["training_history"]] == [0.5, 0.6, 0.7]
    assert answer["final_metrics"]["accuracy"] == 0.7


async def test_every_spelling_of_a_metric_is_read(member: Caller) -> None:
    run = make_run(member.database, member.id)
    for name in ("val_accuracy", "val_auc", "val_f1_score", "train_accuracy"):
        add_curve(member.database, run, name, [0.25])
    (epoch,) = (await member.get(f"/api/runs/{run.id}/metrics"))["training_history"]
    assert {epoch[name] for name in ("val_acc", "val_auroc", "val_f1", "train_acc")} == {0.25}


async def test_zero_is_a_value_and_what_was_not_measured_is_named(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_acc", [0.0])
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert answer["final_metrics"]["accuracy"] == 0.0
    assert answer["final_metrics"]["missing"] == ["loss", "precision", "recall", "f1_score", "auc"]
    assert "best_val_accuracy" not in answer["metadata"]["missing"]


async def test_a_value_that_is_no_number_never_wins_and_never_leaves(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_loss", [0.4, float("nan"), float("inf")])
    add_curve(member.database, run, "val_acc", [0.5, 0.6, 0.7])
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert answer["metadata"]["best_val_loss"] == 0.4
    assert "val_loss" in answer["training_history"][2]["missing"]
    assert answer["final_metrics"]["missing"] == ["loss", "precision", "recall", "f1_score", "auc"]


async def test_a_clients_curves_stay_out_of_the_runs_history(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_acc", [0.5])
    add_curve(member.database, run, "val_acc", [0.9, 0.9], client="site-1")
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert [one["val_acc"] for one in answer["training_history"]] == [0.5]


async def test_a_run_without_any_value_has_results_too(member: Caller) -> None:
    run = make_run(member.database, member.id, status="queued")
    answer = await member.get(f"/api/runs/{run.id}/metrics")
    assert answer["training_history"] == []
    assert answer["metadata"]["best_epoch"] == 1
    assert answer["metadata"]["end_time"] == ""
    assert answer["confusion_matrix"] is None


async def test_rounds_count_the_untrained_model_and_say_so(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    add_client(member.database, run, "site-1")
    answer = await member.get(f"/api/runs/{run.id}/federated-rounds")
    assert (answer["num_rounds"], answer["num_trained_rounds"]) == (3, 2)
    assert (answer["is_federated"], answer["num_clients"]) == (True, 1)
    assert answer["rounds"][1]["metrics"]["f1"] == 0.4122


async def test_a_metric_that_is_not_known_is_left_out_of_a_round(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated")
    add_evaluation(member.database, run, 1, loss=0.0, accuracy=0.0)
    answer = await member.get(f"/api/runs/{run.id}/federated-rounds")
    assert answer["rounds"][0]["metrics"] == {"loss": 0.0, "accuracy": 0.0}


@pytest.mark.parametrize("path", ["federated-rounds", "server-evaluation", "client-metrics"])
async def test_a_centralized_run_is_not_federated(member: Caller, path: str) -> None:
    run = make_known_centralized(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/{path}")
    assert answer["is_federated"] is False
    assert not any(answer.get(key) for key in ("rounds", "evaluations", "clients", "summary"))


async def test_clients_have_a_history_and_a_best(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated")
    for name in ("site-2", "site-1"):
        add_client(member.database, run, name, rounds={1: "completed", 2: "refused"})
    add_curve(member.database, run, "val_acc", {1: 0.5, 2: 0.75}, client="site-1")
    add_curve(member.database, run, "global_accuracy", {0: 0.1, 1: 0.5})
    answer = await member.get(f"/api/runs/{run.id}/client-metrics")
    first, second = answer["clients"]
    assert (first["client_identifier"], second["client_identifier"]) == ("site-1", "site-2")
    assert first["training_history"][1] == {"step": 2, "round": 2, "val_acc": 0.75}
    assert first["best_metrics"]["best_val_accuracy"] == 0.75
    assert second["best_metrics"]["best_val_accuracy"] is None
    assert answer["aggregated_metrics"][1] == {"round": 1, "global_accuracy": 0.5}


async def test_a_round_says_who_took_part(member: Caller) -> None:
    run = make_known_federated(member.database, member.id)
    add_client(member.database, run, "site-1", rounds={1: "completed", 2: "refused"})
    answer = await member.get(f"/api/runs/{run.id}/rounds")
    assert [one["round"] for one in answer["rounds"]] == [0, 1, 2]
    (part,) = answer["rounds"][2]["clients"]
    assert (part["client"], part["status"]) == ("site-1", "refused")
    assert answer["rounds"][2]["metrics"]["accuracy"] == 0.7


@pytest.mark.parametrize(
    "path", ["metrics", "federated-rounds", "server-evaluation", "rounds", "series", "logs"]
)
async def test_an_unknown_run_is_not_found_and_a_bad_id_is_invalid(
    member: Caller, path: str
) -> None:
    answer = await member.get(f"/api/runs/999/{path}", 404)
    assert answer["detail"] == "Run 999 not found"
    assert "run_id" in (await member.get(f"/api/runs/seven/{path}", 422))["errors"]


async def test_a_run_says_what_it_is_called_at_weights_and_biases(member: Caller) -> None:
    known = make_run(member.database, member.id, wandb_id="federated_20250101_120000")
    unknown = make_run(member.database, member.id)
    answers = [await member.get(f"/api/runs/{run.id}") for run in (known, unknown)]
    assert [one["wandb_id"] for one in answers] == ["federated_20250101_120000", None]
