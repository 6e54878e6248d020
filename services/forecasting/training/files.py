"""The model's own files among those of its run."""

from pathlib import Path
from tempfile import TemporaryDirectory

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
