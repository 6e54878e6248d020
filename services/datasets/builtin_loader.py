"""Loads the built-in datasets. Imports scikit-learn, so only workers may import this."""

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits

from services.datasets.builtin import BREAST_CANCER, DIGITS, Builtin
from services.datasets.canonical import Rows, content_sha256, table_payload
from services.datasets.types import TrainingData


def load_builtin(slug: str) -> TrainingData:
    """Return a built-in dataset, images in their own size and in grey. Raises KeyError."""
    return {BREAST_CANCER.slug: _breast_cancer, DIGITS.slug: _digits}[slug]()


def _breast_cancer() -> TrainingData:
    bunch = load_breast_cancer()
    x = np.ascontiguousarray(bunch.data, dtype=np.float32)
    # The source counts malignant as 0; the class to be found is the positive one here.
    y = (1 - bunch.target).astype(np.int64)
    names = [str(name) for name in bunch.feature_names]
    return _training_data(BREAST_CANCER, x, y, names, table_payload(x))


def _digits() -> TrainingData:
    bunch = load_digits()
    # Intensities 0..16 become 0..255.
    x = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., np.newaxis]
    return _training_data(DIGITS, x, bunch.target.astype(np.int64), [], x.tobytes())


def _training_data(
    builtin: Builtin,
    x: NDArray[np.float32] | NDArray[np.uint8],
    y: NDArray[np.int64],
    feature_names: list[str],
    payload: bytes,
) -> TrainingData:
    classes = list(builtin.summary.classes)
    patients = [str(row) for row in range(len(y))]
    rows = Rows(y=y, patients=patients, classes=classes, columns={})
    kind = builtin.summary.kind
    return TrainingData(
        kind=kind,
        x=x,
        y=y,
        patients=np.asarray(patients, dtype=np.str_),
        classes=classes,
        feature_names=feature_names,
        columns={},
        sha256=content_sha256(kind, rows, feature_names, [payload]),
    )
