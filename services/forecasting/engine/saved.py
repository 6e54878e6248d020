"""A model as a folder: model.json, which names every other file with its hash."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.engine_kit.environment import versions
from services.engine_kit.serialization import as_json, sha256
from services.forecasting.models.ensembles import stored_settings
from services.forecasting.models.errors import UnreadableModel
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.file_kinds import require_kind
from services.forecasting.models.ports import FitHistory, Fitted, WindowShape

DOCUMENT = "model.json"
FORMAT, VERSION = "roundhouse-forecast", 1
LIBRARIES = ("scikit-learn", "skops", "lightgbm", "onnx", "scipy")
KINDS = ("linear", "svr", "trees", "network", "ensemble")


@dataclass(frozen=True, kw_only=True)
class ModelDocument:
    """A saved model, its files checked against their hashes."""

    folder: Path
    kind: str
    settings: ModelSettings
    shape: WindowShape
    history: FitHistory
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def file(self, name: str) -> bytes:
        """Return a file of the model; raise ``UnreadableModel`` if it has none of that name."""
        try:
            return self.files[name]
        except KeyError:
            raise UnreadableModel(f"The model has no file {name}.") from None


def write_document(
    folder: Path,
    kind: str,
    model: Fitted,
    files: Mapping[str, bytes],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write ``files`` and the model.json that describes them into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "settings": model.settings.as_mapping(),
        "shape": model.shape.as_mapping(),
        "history": model.history.as_mapping(),
        "facts": dict(facts or {}),
        "files": {name: sha256(content) for name, content in files.items()},
        "versions": model_versions(),
    }
    (folder / DOCUMENT).write_bytes(as_json(document))


def model_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that models are made with."""
    return {
        "python": platform.python_version(),
        **versions(),
        **{name: version(name) for name in LIBRARIES},
    }


def read_document(folder: Path) -> ModelDocument:
    """Return what was saved in ``folder``; raise ``UnreadableModel`` for anything else."""
    values = _read_json(folder)
    try:
        return ModelDocument(
            folder=folder,
            kind=values["kind"],
            settings=stored_settings(values["settings"]),
            shape=WindowShape.from_mapping(values["shape"]),
            history=FitHistory(**values["history"]),
            facts=values["facts"],
            files={name: _checked(folder, name, sha) for name, sha in values["files"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableModel(f"{DOCUMENT} does not describe a model: {error}.") from error


def _read_json(folder: Path) -> dict[str, Any]:
    try:
        content = (folder / DOCUMENT).read_bytes()
        require_kind(DOCUMENT, content)
        values = json.loads(content)
    except (OSError, ValueError) as error:
        raise UnreadableModel(f"There is no readable {DOCUMENT}.") from error
    if values.get("format") != FORMAT or values.get("version") != VERSION:
        raise UnreadableModel(f"{DOCUMENT} is not of the format {FORMAT} {VERSION}.")
    if values.get("kind") not in KINDS:
        raise UnreadableModel(f"{DOCUMENT} has an unknown kind of model.")
    return dict(values)


def _checked(folder: Path, name: str, digest: str) -> bytes:
    # a name out of a file must not lead out of the folder
    if Path(name).name != name or name.startswith("."):
        raise UnreadableModel(f"{name!r} is no name of a model's file.")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise UnreadableModel(f"The model's file {name} is missing.") from error
    require_kind(name, content)
    if sha256(content) != digest:
        raise UnreadableModel(f"The model's file {name} is damaged: its hash is another one.")
    return content
