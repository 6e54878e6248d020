"""The files of the models that an ensemble weighs, for the worker that fits it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.db.engine import Database
from app.storage import ObjectStore
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import Fitted, WeightedFit
from services.forecasting.training.errors import MemberMissing
from services.forecasting.training.files import fetch_model


@contextmanager
def member_folders(
    database: Database, store: ObjectStore, settings: EnsembleSettings
) -> Iterator[list[Path]]:
    """Yield a folder with the saved model of each member, in the order of the settings.

    Raises MemberMissing for a model that was deleted after the ensemble was started.
    """
    with TemporaryDirectory() as name:
        folders = [Path(name) / str(run_id) for run_id in settings.members]
        for run_id, mode, folder in zip(settings.members, settings.modes, folders, strict=True):
            if not fetch_model(database, store, run_id, folder):
                raise MemberMissing(run_id, mode)
        yield folders


def weights_of(settings: ModelSettings, fitted: Fitted) -> dict[str, Any]:
    """Return the weight of each member as a summary keeps it; nothing of any other model."""
    if not isinstance(settings, EnsembleSettings) or not isinstance(fitted, WeightedFit):
        return {}
    members = zip(settings.members, settings.modes, fitted.given_weights, strict=True)
    return {
        "members": [
            {"run_id": run_id, "mode": mode, "weight": weight} for run_id, mode, weight in members
        ]
    }
