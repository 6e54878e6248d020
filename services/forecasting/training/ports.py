"""What a worker hands to the trainings of sessions: the heavy part."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from services.forecasting.models.classical import FitClassical
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.importance import MeasureImportance
from services.forecasting.models.ports import FitContext, Fitted, TrainingBlocks, WeightedFit
from services.forecasting.training.bundle import WriteBundle


class ForecastEngine(Protocol):
    """Fits models and writes them down."""

    def fit(
        self,
        settings: ModelSettings,
        data: TrainingBlocks,
        context: FitContext,
        start_from: Fitted | None = None,
    ) -> Fitted:
        """Train a model to the end, or to a stop; raises TrainingStopped without a model.

        ``start_from`` is an earlier model whose weights or trees are the beginning.
        """

    def fit_ensemble(
        self,
        settings: EnsembleSettings,
        folders: Sequence[Path],
        data: TrainingBlocks,
        context: FitContext,
    ) -> WeightedFit:
        """Weigh the models that are saved in ``folders``, in the order of the settings."""

    def load(self, folder: Path) -> Fitted:
        """Return the model that was saved in ``folder``."""

    @property
    def classical(self) -> FitClassical:
        """Return what forecasts a series without a model of the session."""

    @property
    def importance(self) -> MeasureImportance:
        """Return what measures which input matters."""

    @property
    def write_bundle(self) -> WriteBundle:
        """Return what writes a model as a zip to take away."""
