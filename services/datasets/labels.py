"""A dataset's labels, patients and text columns without its numbers or images: in a moment."""

import zipfile

import numpy as np
from polars.exceptions import PolarsError

from app.models.dataset import Dataset
from app.storage import ObjectStore
from services.datasets.builtin_labels import builtin_labels
from services.datasets.canonical import Rows, read_labels
from services.datasets.errors import DAMAGED, DatasetDamaged
from services.datasets.types import RowLabels


def load_labels(dataset: Dataset, store: ObjectStore) -> RowLabels:
    """Return what the rows of a dataset are, in their stored order. Raises ``DatasetDamaged``."""
    if dataset.object_key is None:
        return _builtin(str(dataset.slug))
    with store.open(dataset.object_key) as file:
        try:
            rows = read_labels(file, dataset.kind, dataset.classes)
        except (zipfile.BadZipFile, PolarsError, KeyError) as error:
            raise DatasetDamaged(DAMAGED) from error
    return _labels(rows)


def _builtin(slug: str) -> RowLabels:
    y = builtin_labels(slug)
    return RowLabels(y=y, patients=np.array([str(row) for row in range(len(y))]), columns={})


def _labels(rows: Rows) -> RowLabels:
    return RowLabels(
        y=rows.y,
        patients=np.asarray(rows.patients, dtype=np.str_),
        columns={name: np.asarray(values, dtype=np.str_) for name, values in rows.columns.items()},
    )
