"""Saying how much of what a training leaves behind is stored: results, packed model, its files."""

from collections.abc import Sequence

from services.forecasting.domain import progress as scale
from services.forecasting.domain.progress import Stage
from services.forecasting.training.bundle import BUNDLE
from services.forecasting.training.progress import ProgressReport
from services.tabular.counted import counted


class StoredFiles:
    """Called with the name of each file that is stored, in order; results come before the model."""

    def __init__(self, model_folder: str) -> None:
        self._model_folder = model_folder
        self._stages: dict[str, tuple[Stage, str]] = {}
        self._progress: ProgressReport | None = None

    def begin(
        self, progress: ProgressReport, names: Sequence[str], at_end: str | None = None
    ) -> None:
        """Say that files of these names will be stored now; ``at_end`` is said of the last one."""
        progress.enter(scale.UPLOAD, counted(len(names), "Storing 1 file.", "Storing {n} files."))
        self._progress = progress
        results = [name for name in names if not self._is_model(name)]
        self._stages = {BUNDLE: (scale.PACKED_STORED, "The packed model is stored.")}
        if results:
            self._stages[results[-1]] = (
                scale.RESULTS_STORED,
                counted(len(results), "1 file is stored.", "{n} files are stored."),
            )
        if names:
            last = at_end or counted(len(names), "The file is stored.", "All {n} files are stored.")
            self._stages[names[-1]] = (scale.MODEL_STORED, last)

    def __call__(self, name: str) -> None:
        """Say what is complete with this file, if anything is."""
        if self._progress is not None and name in self._stages:
            self._progress.enter(*self._stages[name])

    def _is_model(self, name: str) -> bool:
        return name == BUNDLE or name.startswith(self._model_folder)
