"""The model's own files among those of its run."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from app.db.engine import Database
from app.models.run import Artifact
from app.storage import ObjectStore
from services.forecasting.models.ports import Fitted

MODEL_FOLDER = "model/"


def model_files(fitted: Fitted) -> dict[str, bytes]:
    """Return the files of a model by the names that they have in its run."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        fitted.save(folder)
        return {
            f"{MODEL_FOLDER}{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def fetch_model(database: Database, store: ObjectStore, run_id: int, folder: Path) -> bool:
    """Copy the files of the model of a run into ``folder``; return whether it has any."""
    with database.read() as session:
        query = select(Artifact.name, Artifact.object_key).where(
            Artifact.run_id == run_id, Artifact.name.startswith(MODEL_FOLDER)
        )
        files = session.execute(query).all()
    for name, key in files:
        path = folder / name.removeprefix(MODEL_FOLDER)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.get(key))
    return bool(files)
