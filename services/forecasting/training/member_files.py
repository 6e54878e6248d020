"""The files of the models that an ensemble weighs, for the worker that fits it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from app.db.engine import Database
from app.models.run import Artifact
from app.storage import ObjectStore
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import Fitted, WeightedFit
from services.forecasting.training.errors import MemberMissing
from services.forecasting.training.files import MODEL_FOLDER


@contextmanager
def member_folders(
    database: Database, store: ObjectStore, settings: EnsembleSettings
) -> Iterator[list[Path]]:
    """Yield a folder with the saved model of each member, in the order of the settings.

    Raises MemberMissing for a model that was deleted after the ensemble was started.
    """
    with database.read() as session:
        query = select(Artifact.run_id, Artifact.name, Artifact.object_key).where(
            Artifact.run_id.in_(settings.members), Artifact.name.startswith(MODEL_FOLDER)
        )
        files = session.execute(query).all()
    with TemporaryDirectory() as name:
        folders = [Path(name) / str(run_id) for run_id in settings.members]
        for run_id, mode, folder in zip(settings.members, settings.modes, folders, strict=True):
            mine = [one for one in files if one.run_id == run_id]
            if not mine:
                raise MemberMissing(run_id, mode)
            folder.mkdir()
            for one in mine:
                (folder / one.name.removeprefix(MODEL_FOLDER)).write_bytes(
                    store.get(one.object_key)
                )
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
