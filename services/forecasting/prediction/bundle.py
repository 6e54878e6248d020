"""Running the graphs of a kept model. Only in a process of its own: it loads onnxruntime.

The same sum as ``engine/predict.py.txt`` in the bundle itself; the script is never run here.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import Invalid
from services.forecasting.windows.series import Floats

FORMAT = "roundhouse-forecast-bundle"
MAX_MANIFEST = 64 * 1024 * 1024
CHUNK = 4_096  # windows at once


class ForeignBundle(Exception):
    """The file is not one that a training of ours has kept."""


@dataclass(frozen=True, kw_only=True)
class KeptBundle:
    """A bundle whose graphs were checked against the hashes of its manifest."""

    manifest: Mapping[str, Any]
    graphs: Sequence[tuple[bytes, float]]

    def names(self, side: str) -> list[str]:
        """Return the columns of ``inputs`` or ``outputs`` in order."""
        return [one["name"] for one in self.manifest[side]]


def read_bundle(path: Path) -> KeptBundle:
    """Return a bundle; raises ForeignBundle for anything that was not written by a training."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("manifest.json").file_size > MAX_MANIFEST:
                raise ForeignBundle("The manifest is too large.")
            manifest = json.loads(archive.read("manifest.json"))
            if manifest["format"] != FORMAT:
                raise ForeignBundle("The manifest has another format.")
            graphs = [
                (_checked(archive, one["file"], manifest["files"]), float(one["weight"]))
                for one in manifest["parts"]
            ]
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as broken:
        raise ForeignBundle(f"The file cannot be read: {type(broken).__name__}.") from broken
    return KeptBundle(manifest=manifest, graphs=graphs)


def _checked(archive: zipfile.ZipFile, name: str, hashes: Mapping[str, str]) -> bytes:
    content = archive.read(name)
    if hashlib.sha256(content).hexdigest() != hashes[name]:
        raise ForeignBundle(f"{name} is not the file that was kept.")
    return content


def predict(bundle: KeptBundle, windows: Floats, *, scaled: bool = False) -> Floats:
    """Return forecasts (n, output steps, outputs) of windows (n, input steps, inputs).

    In physical units and within the bounds; with ``scaled`` the windows are scaled already and so
    are the forecasts. Raises Invalid for a window whose forecast is no finite number.
    """
    inputs = windows if scaled else _linear(windows, bundle.manifest["inputs"])
    with np.errstate(over="ignore"):  # what overflows is refused below, by its window
        given = inputs.astype(np.float32)
    total = sum(weight * _run(graph, given) for graph, weight in bundle.graphs)
    forecast = np.asarray(total, dtype=np.float64)
    _require_finite(forecast, inputs)
    if scaled:
        return forecast
    outputs = bundle.manifest["outputs"]
    low, high = (np.array([one[n] for one in outputs], float) for n in ("minimum", "maximum"))
    return np.asarray(np.fmin(np.fmax(_linear(forecast, outputs), low), high))


def _require_finite(forecast: Floats, inputs: Floats) -> None:
    """Raise Invalid naming the first window that overflows: models compute in 32 bits."""
    broken = np.flatnonzero(~np.isfinite(forecast).all(axis=(1, 2)))
    if len(broken):
        window = int(broken[0])
        largest = np.abs(inputs[window]).max()
        raise Invalid(
            f"The forecast of window {window} is no finite number: its largest scaled input is "
            f"{largest:.3g}, and values near 0 to 1 were trained on. Check the units of the inputs."
        )


def _linear(values: Floats, columns: Sequence[Mapping[str, Any]]) -> Floats:
    factors, shifts = (np.array([one[n] for one in columns]) for n in ("factor", "shift"))
    return np.asarray(values * factors + shifts)


def _run(graph: bytes, inputs: Any) -> Floats:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    parts = [
        session.run(None, {"inputs": inputs[begin : begin + CHUNK]})[0]
        for begin in range(0, len(inputs), CHUNK)
    ]
    return np.concatenate(parts).astype(np.float64)
