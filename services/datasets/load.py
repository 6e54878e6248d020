"""Brings a stored dataset into memory, for workers.

The rows come in their stored order, and their hash is checked: a training on other rows than
the ones its manifest names would be worse than none.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from services.datasets.canonical import (
    Rows,
    content_sha256,
    read_index,
    read_table,
    table_payload,
)
from services.datasets.errors import DatasetDamaged
from services.datasets.pixels import refit, size_of, stack_images
from services.datasets.types import StoredDataset, TrainingData

_DAMAGED = (
    "The stored rows of this dataset are not the ones that were uploaded. Upload the file again."
)


class RowStore(Protocol):
    """The part of the object store that loading needs."""

    def open(self, key: str) -> IO[bytes]:
        """Open an object for reading."""


def load_training_data(
    dataset: StoredDataset,
    store: RowStore,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: str = "RGB",
) -> TrainingData:
    """Return a dataset's rows; images as (height, width) ``image_size`` in ``L`` or ``RGB``.

    Without ``image_size`` images keep the size of the first one. Raises ``DatasetDamaged``.
    """
    if dataset.object_key is None:
        return _load_builtin(dataset, image_size, color_mode)
    with _seekable(store, dataset.object_key) as file:
        try:
            if dataset.kind == "table":
                return _load_table(dataset, file)
            return _load_images(dataset, file, image_size, color_mode)
        except (zipfile.BadZipFile, PolarsError, KeyError) as error:
            raise DatasetDamaged(_DAMAGED) from error


def _load_builtin(
    dataset: StoredDataset, size: tuple[int, int] | None, color_mode: str
) -> TrainingData:
    from services.datasets.builtin_loader import load_builtin

    data = load_builtin(str(dataset.slug))
    _require(data.sha256, dataset)
    if data.kind == "table":
        return data
    return replace(data, x=refit(data.x, size or data.x.shape[1:3], color_mode))


def _load_table(dataset: StoredDataset, file: IO[bytes]) -> TrainingData:
    rows, x, names = read_table(file, dataset.classes)
    _require(content_sha256("table", rows, names, [table_payload(x)]), dataset)
    return _training_data(dataset, rows, x, names)


def _load_images(
    dataset: StoredDataset, file: IO[bytes], size: tuple[int, int] | None, color_mode: str
) -> TrainingData:
    with zipfile.ZipFile(file) as archive:
        rows, names = read_index(archive, dataset.classes)
        digests: list[bytes] = []
        wanted = size or size_of(archive.read(names[0]))
        images = _read_hashed(archive, names, digests)
        x = stack_images(images, len(names), wanted, color_mode)
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
    dataset: StoredDataset,
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
        columns={name: np.asarray(values, dtype=np.str_) for name, values in rows.columns.items()},
        sha256=dataset.sha256,
    )


def _require(sha256: str, dataset: StoredDataset) -> None:
    if sha256 != dataset.sha256:
        raise DatasetDamaged(_DAMAGED)


@contextmanager
def _seekable(store: RowStore, key: str) -> Iterator[IO[bytes]]:
    """Open an object so that any part can be read; a stream is copied to disk first."""
    with store.open(key) as stream:
        if stream.seekable():
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy, 1024 * 1024)
            copy.seek(0)
            yield copy
