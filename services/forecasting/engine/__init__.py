"""Fitting and loading the models of a session; only workers load this package.

Importing it is cheap: each family imports its own libraries when it is needed.
"""

from pathlib import Path

from services.engine_kit.environment import silence
from services.forecasting.engine.saved import read_document
from services.forecasting.models.families import (
    LightGbmSettings,
    LinearSettings,
    ModelSettings,
    NetworkSettings,
    SvrSettings,
)
from services.forecasting.models.ports import FitContext, Fitted, TrainingBlocks
from services.forecasting.models.warm_start import require_startable


def fit(
    settings: ModelSettings,
    data: TrainingBlocks,
    context: FitContext,
    start_from: Fitted | None = None,
) -> Fitted:
    """Train to the end, until it gets no better, or to a stop, which keeps the best so far.

    ``start_from`` is an earlier model of the same family and shape whose weights or trees are
    the beginning. Raises ``TrainingFailedError`` where training is impossible, ``StopTraining``
    where a stop came before there was a usable model.
    """
    silence()
    if isinstance(settings, NetworkSettings):
        from services.forecasting.engine.network_fit import fit_network

        return fit_network(settings, data, context, start_from)
    if isinstance(settings, LightGbmSettings):
        from services.forecasting.engine.trees import fit_trees

        return fit_trees(settings, data, context, start_from)
    if start_from is not None:
        require_startable(settings)
    if isinstance(settings, SvrSettings):
        from services.forecasting.engine.svr import fit_svr

        return fit_svr(settings, data, context)
    if isinstance(settings, LinearSettings):
        from services.forecasting.engine.linear import fit_linear

        return fit_linear(settings, data, context)
    raise TypeError(f"There is no engine for {type(settings).__name__}.")


def load(folder: Path) -> Fitted:
    """Return the model that was saved in ``folder``.

    Raises ``UnreadableModel`` for files that are missing, damaged or of another kind.
    """
    document = read_document(folder)
    if document.kind == "network":
        from services.forecasting.engine.network_model import load_network

        return load_network(document)
    if document.kind == "trees":
        from services.forecasting.engine.trees import load_trees

        return load_trees(document)
    if document.kind == "svr":
        from services.forecasting.engine.svr import load_svr

        return load_svr(document)
    if document.kind == "ensemble":
        from services.forecasting.engine.ensemble import load_ensemble

        return load_ensemble(document)
    from services.forecasting.engine.linear import load_linear

    return load_linear(document)
