"""A model to take away: a zip with its files, what they are, and a script that needs no Roundhouse.

``manifest.json`` has hashes, versions, names, steps and the scalings as factors and shifts;
``predict.py`` forecasts with numpy and onnxruntime alone.
"""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.engine_kit.serialization import as_json, sha256
from services.forecasting.engine.ensemble import EnsembleModel, member_folder
from services.forecasting.engine.saved import model_versions
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.ports import Fitted
from services.forecasting.models.scalings import ColumnScaling

SCRIPT = Path(__file__).with_name("predict.py.txt")
FORMAT, VERSION = "roundhouse-forecast-bundle", 1
# entries of a zip carry a time: a fixed one, so that equal models have equal bundles
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_bundle(
    model: Fitted,
    target: Path,
    inputs: Sequence[ColumnScaling | None],
    outputs: Sequence[ColumnScaling | None],
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the zip ``target``; return its manifest.

    ``inputs`` and ``outputs`` are the scalings in the order of the columns, None for a column
    that is not scaled; ``facts`` is what else should stand in the manifest (session, windows).
    Raises ``InvalidModelParams`` if their numbers are not the model's.
    """
    _require_as_many("inputs", inputs, model.shape.input_names)
    _require_as_many("outputs", outputs, model.shape.output_names)
    scalers = {"inputs": _described(inputs), "outputs": _described(outputs)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model.save(folder / "model")
        (folder / "scalers.json").write_bytes(as_json(scalers))
        (folder / "predict.py").write_bytes(SCRIPT.read_bytes())
        manifest = _manifest(model, folder, inputs, outputs, facts or {})
        (folder / "manifest.json").write_bytes(as_json(manifest))
        _zip(folder, target)
    return manifest


def _manifest(
    model: Fitted,
    folder: Path,
    inputs: Sequence[ColumnScaling | None],
    outputs: Sequence[ColumnScaling | None],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    shape = model.shape
    return {
        "format": FORMAT,
        "version": VERSION,
        "mode": model.settings.mode,
        "settings": model.settings.as_mapping(),
        "input_steps": shape.input_steps,
        "output_steps": shape.output_steps,
        "inputs": _columns(shape.input_names, inputs, back=False),
        "outputs": _columns(shape.output_names, outputs, back=True),
        "parts": [
            {"file": f"model/{file}", "weight": weight} for file, weight in _parts(model, "", 1.0)
        ],
        "files": {name: sha256((folder / name).read_bytes()) for name in _names(folder)},
        "versions": model_versions(),
        "facts": dict(facts),
    }


def _parts(model: Fitted, folder: str, weight: float) -> Iterator[tuple[str, float]]:
    """Yield every ONNX file with its weight in the sum."""
    if not isinstance(model, EnsembleModel):
        yield f"{folder}model.onnx", weight
        return
    for place, (member, share) in enumerate(zip(model.members, model.weights, strict=True)):
        yield from _parts(member, f"{folder}{member_folder(place)}/", weight * share)


def _columns(
    names: Sequence[str], scalings: Sequence[ColumnScaling | None], *, back: bool
) -> list[dict[str, Any]]:
    columns = []
    for name, one in zip(names, scalings, strict=True):
        factor, shift = (1.0, 0.0) if one is None else one.unscaling if back else one.scaling
        column: dict[str, Any] = {"name": name, "factor": factor, "shift": shift}
        if back:
            column["minimum"] = None if one is None else one.minimum
            column["maximum"] = None if one is None else one.maximum
        columns.append(column)
    return columns


def _described(scalings: Sequence[ColumnScaling | None]) -> list[dict[str, Any] | None]:
    return [None if one is None else one.as_mapping() for one in scalings]


def _require_as_many(
    field: str, scalings: Sequence[ColumnScaling | None], names: Sequence[str]
) -> None:
    if len(scalings) != len(names):
        raise InvalidModelParams(
            field, len(scalings), f"a list of {len(names)} scalings, one for each of {names}"
        )


def _names(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def _zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name in _names(folder):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
