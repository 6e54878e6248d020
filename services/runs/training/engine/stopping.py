"""A person's wish to stop, checked between batches."""

from services.engine_kit.errors import StopTraining
from services.runs.training.engine.learning import Check
from services.runs.training.ports import TrainingRecorder


def stop_check(recorder: TrainingRecorder) -> Check:
    """Return what raises ``StopTraining`` once a person has requested it."""

    def check() -> None:
        if recorder.stop_requested():
            raise StopTraining

    return check
