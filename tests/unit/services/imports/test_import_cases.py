"""Files as the real MLflow, TensorBoard and Flower wrote them, each with what became of it."""

import math
from collections.abc import Iterable
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from app.supervisor.child import ROOT
from services.imports.federated import FederatedResult
from services.imports.flower import read_flower
from services.imports.mlflow import read_mlflow
from services.imports.tensorboard import read_tensorboard
from services.imports.types import Candidate, ForeignRun, SkippedRecord

CASES = ROOT / "tests" / "cases" / "runs"


def only(candidates: Iterable[Candidate | SkippedRecord]) -> ForeignRun:
    (run,) = [one.read() if isinstance(one, Candidate) else one for one in candidates]
    assert isinstance(run, ForeignRun)
    return run


def federated(name: str) -> tuple[ForeignRun, FederatedResult]:
    run = only(read_flower(CASES / name, "flower"))
    assert run.result is not None
    return run, run.result


def client_curve(result: FederatedResult, name: str) -> list[float]:
    return [point.value for point in result.points if point.name == name]


def test_a_restart_with_a_purge_step_leaves_the_dead_points_out_and_counts_them() -> None:
    run = only(read_tensorboard(CASES / "tb_purge.zip", "resumed"))
    loss = run.series["loss"]
    assert loss.steps.tolist() == list(range(8))
    assert abs(loss.values[-1] - 0.3) < 1e-6
    assert [one.reason for one in run.left_out] == [
        (
            "the program began again at step 5: 5 points from there on that it had written before "
            "are left out (purge_step)"
        )
    ]


def test_several_values_of_one_step_leave_the_last_and_name_the_others() -> None:
    run = only(read_mlflow(CASES / "mlflow_many_per_step.db"))
    assert run.series["batch_loss"].values.tolist() == [9.0, 19.0, 29.0]
    assert [one.reason for one in run.left_out] == [
        (
            "several values of one step: the last of each step is kept, 27 values (batch_loss 27) "
            "left out"
        )
    ]


def test_what_tensorboard_has_besides_scalars_is_named_with_counts() -> None:
    runs = [one.read() for one in read_tensorboard(CASES / "tb_mixed.zip", "mixed")
             if isinstance(one, Candidate)]  # fmt: skip
    reasons = [left.reason for run in runs if isinstance(run, ForeignRun) for left in run.left_out]
    assert reasons == ["only scalars are kept, not histo (1), image (1), pr_curves (1), text (1)"]


def test_a_federation_without_an_evaluation_by_the_server_keeps_what_the_clients_measured() -> None:
    _, result = federated("flower_noserver.json")
    assert result.rounds == {}
    assert client_curve(result, "clients_eval_acc") == [0.6, 0.7, 0.8]


def test_a_loss_that_is_not_a_number_is_a_gap_and_costs_nothing_else() -> None:
    run, result = federated("flower_nanround.json")
    assert [one.columns["accuracy"] for one in result.rounds.values()] == [0.1, 0.6, 0.1, 0.1]
    losses = [one.curves["loss"] for one in result.rounds.values()]
    assert losses[:2] == [2.3, 1.0]
    assert all(math.isnan(one) for one in losses[2:])
    assert [(one.name, one.reason) for one in run.left_out] == [
        ("flower: round 2, 3 (2 in all)", "loss is not a finite number: a gap in its curve")
    ]


def test_percentages_are_not_taken_for_shares() -> None:
    run, result = federated("flower_percent.json")
    assert [one.columns["accuracy"] for one in result.rounds.values()] == [None, None]
    assert [one.additional for one in result.rounds.values()] == [
        {"reported_accuracy": 10.2}, {"reported_accuracy": 61.5},
    ]  # fmt: skip
    assert "a percentage?" in run.left_out[0].reason


def test_the_older_history_of_flower_is_read_as_the_newer_result() -> None:
    run, result = federated("flower_history.json")
    assert run.left_out == []
    assert [one.columns["loss"] for one in result.rounds.values()] == [2.3, 1.9, 1.2]
    assert [one.columns["accuracy"] for one in result.rounds.values()] == [0.1, 0.4, 0.6]
    assert client_curve(result, "clients_loss") == [0.9, 0.8]
    assert client_curve(result, "clients_accuracy") == [0.4, 0.55]


def test_scalars_without_a_step_are_numbered_in_their_order(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    for value in (0.5, 0.25, 0.125):
        _add(writer, value)
    writer.close()
    run = only(read_tensorboard(tmp_path, "stepless"))
    assert run.series["loss"].steps.tolist() == [0, 1, 2]
    assert run.series["loss"].values.tolist() == [0.5, 0.25, 0.125]
    assert "numbered from 0" in run.left_out[0].reason


def test_a_restart_that_takes_nothing_back_is_not_mentioned(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    _add(writer, 0.5, step=1)
    writer.add_event(Event(step=2, session_log=SessionLog(status=SessionLog.START)))
    _add(writer, 0.25, step=2)
    writer.close()
    run = only(read_tensorboard(tmp_path, "resumed"))
    assert (run.series["loss"].steps.tolist(), run.left_out) == ([1, 2], [])


def test_a_file_that_is_no_event_file_costs_only_itself(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    _add(writer, 0.5)
    writer.close()
    (tmp_path / "notes.tfevents.txt").write_text("this is no event file at all")
    run = only(read_tensorboard(tmp_path, "mixed"))
    assert run.series["loss"].values.tolist() == [0.5]
    assert "notes.tfevents.txt is no event file" in run.left_out[0].reason


def _add(writer: EventFileWriter, value: float, step: int = 0) -> None:
    summary = Summary(value=[Summary.Value(tag="loss", simple_value=value)])
    writer.add_event(Event(wall_time=1_700_000_000.0, step=step, summary=summary))
