"""What is said of a training that somebody stopped: which model it has left."""

import pytest

from services.forecasting.domain import progress as scale
from services.forecasting.models.ports import FitHistory
from services.forecasting.training.outcome import kept_at_stop
from services.forecasting.training.progress import ProgressReport
from services.forecasting.training.storing import StoredFiles
from services.runs.training.fakes import MemoryRecorder

EPOCHS = [{"val_loss": 0.5}, {"val_loss": 0.2}, {"val_loss": 0.3}]


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (FitHistory(epochs=EPOCHS, best_epoch=2, reason="early_stopping"), None),
        (
            FitHistory(epochs=EPOCHS, best_epoch=2, reason="stopped"),
            "The training was stopped after epoch 3. The model of epoch 2, the best one, is kept.",
        ),
        (
            FitHistory(reason="stopped"),
            "The training was stopped. The model that it had is kept.",
        ),
    ],
)
def test_a_stop_names_the_epoch_that_is_kept(history: FitHistory, said: str | None) -> None:
    assert kept_at_stop(history) == said


def test_the_last_word_on_a_stopped_training_is_what_it_left_and_not_how_much_was_stored() -> None:
    recorder = MemoryRecorder()
    progress = ProgressReport(recorder, 7, "Dense", has_epochs=True)
    stored = StoredFiles("model/")
    stored.begin(progress, ["evaluation.json", "model/network.safetensors"], "It was stopped.")
    for name in ("evaluation.json", "model/network.safetensors"):
        stored(name)
    last = recorder.events[-1]
    assert (last.message, last.percent) == ("It was stopped.", scale.MODEL_STORED.percent)
