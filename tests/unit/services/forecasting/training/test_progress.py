"""What a training says of its progress, for a network, a family without epochs and a resume."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.domain import progress as scale
from services.forecasting.events import ForecastProgress
from services.forecasting.training.context import RunCheckpoints, RunContext
from services.forecasting.training.progress import ProgressReport
from services.runs.training.fakes import MemoryRecorder

AFTER = (scale.EVALUATE, scale.RESULTS, scale.COMPRESS, scale.COMPRESSED, scale.UPLOAD)


class Clock:
    """Ten seconds pass between two looks."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 10
        return self.at


def trained(
    epochs: Sequence[float], total: int, *, has_epochs: bool = True, reached: float = 0.0
) -> MemoryRecorder:
    """Return what was recorded of a training whose epochs took so many seconds."""
    recorder = MemoryRecorder()
    report = ProgressReport(
        recorder, 7, "Dense", has_epochs=has_epochs, reached=reached, clock=Clock()
    )
    report.enter(scale.PREPARE, "Cutting samples.")
    report.begin_fit()
    context = RunContext(recorder, report, 1, RunCheckpoints(), "val_loss")
    for number, seconds in enumerate(epochs, start=1):
        context.on_epoch(number, total, {"val_loss": 1 / number}, seconds)
    report.end_fit(len(epochs))
    for stage in AFTER:
        report.enter(stage, stage.name)
    return recorder


def progress(recorder: MemoryRecorder) -> list[ForecastProgress]:
    return [event for event in recorder.events if isinstance(event, ForecastProgress)]


@given(
    epochs=st.lists(st.floats(0, 100), max_size=20),
    more=st.integers(0, 20),
    has_epochs=st.booleans(),
    reached=st.floats(0, 100),
)
def test_the_percentage_never_falls_whatever_is_trained_and_resumed(
    epochs: list[float], more: int, has_epochs: bool, reached: float
) -> None:
    recorder = trained(epochs, len(epochs) + more, has_epochs=has_epochs, reached=reached)
    percents = [event.percent for event in progress(recorder)]
    assert percents == sorted(percents)
    assert percents[0] >= round(reached, 2)
    assert percents[-1] <= 100
    assert [outcome.completed for outcome in recorder.outcomes] == percents


def test_early_stopping_leaves_the_number_of_epochs_that_were_trained() -> None:
    events = progress(trained([1.0, 1.0, 4.0], 10))
    third = events[4]
    assert (third.step, third.epoch, third.total_epochs) == ("epochs", 3, 10)
    assert third.percent == 1 + 49 * 0.3
    assert third.eta_seconds == 2.5 * 7  # (1·1 + 2·1 + 3·4) / 6 · 7
    assert [(event.epoch, event.total_epochs) for event in events[5:]] == [(3, 3)] * 6
    assert events[5].percent == 50


def test_a_family_without_epochs_is_at_35_before_and_at_45_after_its_fit() -> None:
    events = progress(trained([0.5], 1, has_epochs=False))
    said = [(event.step, event.percent) for event in events[:5]]
    assert said == [("prepare_data", 1), ("fit", 35), ("fit", 45), ("fitted", 45), ("trained", 50)]
    assert {event.epoch for event in events} == {None}
    # the fit has no pace before its first part; then 10 s for 45 percent, and so on
    assert [event.eta_seconds for event in events[:3]] == [None, None, round(10 / 45 * 55, 1)]


def test_a_part_that_is_the_best_so_far_is_kept_with_its_points() -> None:
    recorder = trained([1.0, 1.0], 2)
    epochs = [outcome for outcome in recorder.outcomes if outcome.points]
    assert [(one.step, one.is_best) for one in epochs] == [(0, True), (1, True)]


def test_what_is_fitted_of_a_model_without_epochs_is_kept_every_twenty_seconds() -> None:
    recorder, checkpoints = MemoryRecorder(), RunCheckpoints()
    report = ProgressReport(recorder, 7, "SVR_dir", has_epochs=False)
    context = RunContext(recorder, report, 1, checkpoints, "val_loss", clock=Clock())
    for part in range(1, 6):
        checkpoints.save(1, {"parts": bytes(part)})
        context.on_batch(part, 5, {}, 1)
    context.on_epoch(1, 1, {"val_loss": 1.0}, 60)
    kept = [
        one.checkpoint.files["parts"] for one in recorder.outcomes if one.checkpoint is not None
    ]
    assert kept == [bytes(2), bytes(4), bytes(5)]
    percents = [one.completed for one in recorder.outcomes]
    assert percents == sorted(percents)


def test_how_many_epochs_there_will_be_is_known_before_the_first_one_ends():
    recorder = MemoryRecorder()
    report = ProgressReport(recorder, 7, "Dense", has_epochs=True, total_epochs=9, clock=Clock())
    report.begin_fit()
    (said,) = progress(recorder)
    assert (said.epoch, said.total_epochs) == (None, 9)
