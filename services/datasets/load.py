"""Brings a stored dataset into memory, for workers.

The rows come in their stored order, and their hash is checked: a training on other rows than
the ones its manifest names would be worse than none.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from app.storage import ObjectStore
from services.datasets.canonical import (
    Rows,
    content_sha256,
    read_index,
    read_table,
    table_payload,
)
from services.datasets.errors import DAMAGED, DatasetDamaged
from services.datasets.pixels import refit, stack_images
from services.datasets.types import StoredDataset, TrainingData

if TYPE_CHECKING:  # a site reads data, and has no database
    from app.models.dataset import Dataset

MAX_SIDE = 256
_MODES = {1: "L", 3: "RGB"}


def load_training_data(
    dataset: "StoredDataset | Dataset",
    store: ObjectStore,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: str = "auto",
) -> TrainingData:
    """Return a dataset's rows; images as (height, width) ``image_size`` in ``L`` or ``RGB``.

    Without ``image_size`` images have the dataset's most frequent size, scaled to fit into
    256 x 256; ``auto`` keeps grey images grey. Raises ``DatasetDamaged``.
    """
    shape = dataset.image_shape or (1, 1, 1)
    size = image_size or fitting(shape[0], shape[1])
    mode = _MODES[shape[2]] if color_mode == "auto" else color_mode
    if dataset.object_key is None:
        return _load_builtin(dataset, size, mode)
    with store.open(dataset.object_key) as file:
        try:
            if dataset.kind == "table":
                return _load_table(dataset, file)
            return _load_images(dataset, file, size, mode)
        except (zipfile.BadZipFile, PolarsError, KeyError) as error:
            raise DatasetDamaged(DAMAGED) from error


def fitting(height: int, width: int) -> tuple[int, int]:
    """Return the size with the longer side brought down to ``MAX_SIDE``, if it is over."""
    scale = min(1.0, MAX_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _load_builtin(
    dataset: "StoredDataset | Dataset", size: tuple[int, int], color_mode: str
) -> TrainingData:
    from services.datasets.builtin_loader import load_builtin

    data = load_builtin(str(dataset.slug))
    _require(data.sha256, dataset)
    if data.kind == "table":
        return data
    return replace(data, x=refit(data.x, size, color_mode))


def _load_table(dataset: "StoredDataset | Dataset", file: IO[bytes]) -> TrainingData:
    rows, x, names = read_table(file, dataset.classes)
    _require(content_sha256("table", rows, names, [table_payload(x)]), dataset)
    return _training_data(dataset, rows, x, names)


def _load_images(
    dataset: "StoredDataset | Dataset", file: IO[bytes], size: tuple[int, int], color_mode: str
) -> TrainingData:
    with zipfile.ZipFile(file) as archive:
        rows, names = read_index(archive, dataset.classes)
        digests: list[bytes] = []
        images = _read_hashed(archive, names, digests)
        x = stack_images(images, len(names), size, color_mode, dataset.grey_bits)
    _require(content_sha256("images", rows, (), digests), dataset)
    return _training_data(dataset, rows, x, [])


def _read_hashed(
    archive: zipfile.ZipFile, names: Sequence[str], digests: list[bytes]
) -> Iterator[bytes]:
    for name in names:
        data = archive.read(name)
        digests.append(hashlib.sha256(data).digest())
        yield data


def _training_data(
    dataset: "StoredDataset | Dataset",
    rows: Rows,
    x: NDArray[np.float32] | NDArray[np.uint8],
    feature_names: Sequence[str],
) -> TrainingData:
    return TrainingData(
        kind=dataset.kind,
        x=x,
        y=rows.y,
        patients=np.asarray(rows.patients, dtype=np.str_),
        classes=list(rows.classes),
        feature_names=feature_names,
        columns=_texts(rows.columns),
        sha256=dataset.sha256,
        categories=_texts(rows.categories),
        fills=rows.fills,
    )


def _texts(columns: Mapping[str, Sequence[str]]) -> dict[str, NDArray[np.str_]]:
    return {name: np.asarray(values, dtype=np.str_) for name, values in columns.items()}


def _require(sha256: str, dataset: "StoredDataset | Dataset") -> None:
    if sha256 != dataset.sha256:
        raise DatasetDamaged(DAMAGED)
