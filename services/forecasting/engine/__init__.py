"""Fitting and loading the models of a session; only workers load this package.

Importing it is cheap: each family imports its own libraries when it is needed.
"""

from pathlib import Path

from services.forecasting.engine.saved import read_document
from services.forecasting.models.families import LinearSettings, ModelSettings
from services.forecasting.models.ports import FitContext, Fitted, TrainingBlocks


def fit(settings: ModelSettings, data: TrainingBlocks, context: FitContext) -> Fitted:
    """Train a model; raise ``TrainingFailedError`` where that is impossible."""
    if isinstance(settings, LinearSettings):
        from services.forecasting.engine.linear import fit_linear

        return fit_linear(settings, data, context)
    raise TypeError(f"There is no engine for {type(settings).__name__}.")


def load(folder: Path) -> Fitted:
    """Return the model that was saved in ``folder``.

    Raises ``UnreadableModel`` for files that are missing, damaged or of another kind.
    """
    document = read_document(folder)
    from services.forecasting.engine.linear import load_linear

    return load_linear(document)
