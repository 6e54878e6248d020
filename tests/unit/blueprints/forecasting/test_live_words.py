"""The translation of a run's events: monotone for every sequence, and complete for who is late."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import strict_json
from app.realtime.extension import Emission
from blueprints.forecasting.live_words import UNFINISHED, RunTranslation, formatted

Events = Sequence[Mapping[str, Any]]


def event(type_: str, **data: Any) -> dict[str, Any]:
    return {"type": type_, "at": "2026-03-01T12:00:00+00:00", "seq": 1, "data": data}


def status(job_state: str) -> dict[str, Any]:
    return event("status", status="in_progress", job_state=job_state, attempt=1, message=None)


def moved(percent: float, number: int | None, phase: str) -> dict[str, Any]:
    return event(
        "forecast_progress", run_id=7, model_name="Dense", step="epochs", phase=phase,
        status="processing", percent=percent, message="", epoch=number,
        total_epochs=None if number is None else 9, epoch_seconds=None if number is None else 2.0,
        eta_seconds=75.4,
    )  # fmt: skip


def measured(loss: float | None) -> dict[str, Any]:
    return event("epoch_end", epoch=0, phase="train", metrics={"train_loss": loss})


def ended(outcome: str) -> dict[str, Any]:
    return event("training_end", run_id=7, status=outcome, reason=None, total_epochs=3,
                 training_duration=1.5)  # fmt: skip


def batch(number: int) -> dict[str, Any]:
    return event("batch_metrics", step=number, batch_idx=number, loss=0.25, epoch=0,
                 total_batches=40)  # fmt: skip


phases = st.sampled_from(["data_transformation", "training_execution", "post_training"])
anything = st.one_of(
    st.builds(status, st.sampled_from([*UNFINISHED, "succeeded", "failed", "cancelled"])),
    st.builds(moved, st.floats(0, 100), st.none() | st.integers(1, 9), phases),
    st.builds(measured, st.none() | st.floats(0, 10)),
    st.builds(batch, st.integers(0, 40)),
    st.builds(ended, st.sampled_from(["completed", "failed", "cancelled"])),
    st.just(event("run_changed", run_id=7)),
)
RUNNING = [status("queued"), status("running"), moved(1, None, "data_transformation"),
           measured(0.5), moved(12.25, 2, "training_execution")]  # fmt: skip


def translated(events: Events) -> list[Emission]:
    translation = RunTranslation("session_1_a", 7, "Dense")
    return [one for event_ in events for one in translation.take(event_)]


@given(st.lists(anything, max_size=40))
def test_the_percentage_never_falls_in_any_sequence_of_events(events: Events) -> None:
    heard = translated(events)
    percents = [one["progress_percent"] for _, one in heard if "progress_percent" in one]
    assert percents == sorted(percents)
    assert all(0 <= percent <= 100 for percent in percents)
    assert {(one["session_id"], one["run_id"]) for _, one in heard} <= {("session_1_a", 7)}
    strict_json.dumps(heard)


@given(st.lists(anything, max_size=40))
def test_who_is_late_hears_the_same_state_as_who_heard_it_all(events: Events) -> None:
    there, late = (RunTranslation("session_1_a", 7, "Dense") for _ in range(2))
    for one in events:
        there.take(one)
    heard = late.catch_up(events)
    assert heard[-1] == there.moved() or late.is_over
    assert ("training_progress", there.moved()[1]) in heard
    assert late.is_over is there.is_over


def test_an_epoch_is_heard_as_metrics_and_as_progress() -> None:
    heard = dict(translated(RUNNING)[-2:])
    metrics, progress = heard["training_metrics"], heard["training_progress"]
    assert (metrics["epoch"], metrics["total_epochs"], metrics["loss"]) == (2, 9, 0.5)
    assert (metrics["epoch_duration"], metrics["eta_formatted"]) == (2.0, "1m 15s")
    assert (progress["progress_percent"], progress["loss"], progress["phase"]) == (
        12.25, 0.5, "training_execution",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "name", "percent"),
    [("completed", "training_completed", 100), ("failed", "training_error", 12.25),
     ("cancelled", "training_error", 12.25)],
)  # fmt: skip
def test_the_end_is_heard_once_with_its_outcome(outcome: str, name: str, percent: float) -> None:
    progress, end = translated([*RUNNING, ended(outcome)])[-2:]
    assert (progress[1]["progress_percent"], end[0]) == (percent, name)
    assert end[1].get("success", False) is (outcome == "completed")
    assert end[1]["total_epochs"] == 3
    without = translated([*RUNNING, moved(45, None, "training_execution"), ended(outcome)])[-1]
    assert without[1]["total_epochs"] is None


def test_a_resumed_run_waits_again_and_keeps_what_it_reached() -> None:
    name, progress = translated([*RUNNING, ended("failed"), status("queued")])[-1]
    assert (name, progress["status"], progress["progress_percent"]) == (
        "training_progress", "training_starting", 12.25,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, None), (0.4, "0s"), (59.6, "1m 0s"), (200, "3m 20s"), (7500, "2h 5m")],
)
def test_durations_are_written_as_people_read_them(seconds: float | None, shown: str) -> None:
    assert formatted(seconds) == shown
