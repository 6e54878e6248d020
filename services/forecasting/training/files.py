"""The model's own files among those of its run."""

from pathlib import Path
from tempfile import TemporaryDirectory

from services.forecasting.models.ports import Fitted

MODEL_FOLDER = "model/"


def model_files(fitted: Fitted) -> dict[str, bytes]:
    """Return the files of a model by the names that they have in its run."""
    with TemporaryDirectory() as folder:
        fitted.save(Path(folder))
        return {
            f"{MODEL_FOLDER}{path.name}": path.read_bytes()
            for path in sorted(Path(folder).iterdir())
        }
