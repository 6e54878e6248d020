"""The built-in datasets are what their constants say, and cost the web process nothing."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from app.storage import MemoryStore
from services.datasets.builtin import BREAST_CANCER, BUILTINS, DIGITS
from services.datasets.load import load_training_data
from services.datasets.types import StoredDataset, TrainingData


def load(slug: str, **how: object) -> TrainingData:
    """Load a built-in as a worker does."""
    summary = BUILTINS[slug].summary
    record = StoredDataset(
        kind=summary.kind,
        classes=summary.classes,
        sha256=summary.sha256,
        slug=slug,
        image_shape=summary.image_shape,
    )
    return load_training_data(record, MemoryStore(), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("slug", BUILTINS)
def test_the_constants_are_true_of_the_rows(slug: str) -> None:
    data, summary = load(slug), BUILTINS[slug].summary
    counts = dict(zip(data.classes, np.bincount(data.y).tolist(), strict=True))
    assert data.sha256 == summary.sha256
    assert (len(data.y), counts) == (summary.num_rows, dict(summary.class_distribution))
    assert len(set(data.patients.tolist())) == summary.num_patients
    assert len(data.feature_names) == summary.num_features


def test_breast_cancer_is_the_source_with_malignant_as_the_positive_class() -> None:
    data, source = load("breast_cancer"), load_breast_cancer()
    np.testing.assert_array_equal(data.x, source.data.astype(np.float32))
    named = np.asarray(data.classes)[data.y]
    np.testing.assert_array_equal(named, source.target_names[source.target])
    assert BREAST_CANCER.summary.classes[1] == "malignant"


def test_digits_are_the_source_stretched_to_eight_bits() -> None:
    data, source = load("digits"), load_digits()
    np.testing.assert_array_equal(np.rint(data.x[..., 0] * (16 / 255)), source.images)
    np.testing.assert_array_equal(data.y, source.target)
    assert data.x.shape[1:] == tuple(DIGITS.summary.image_shape or ())


def test_digits_come_in_the_size_and_colours_requested() -> None:
    assert load("digits", image_size=(16, 12), color_mode="RGB").x.shape == (1797, 16, 12, 3)


def test_knowing_the_builtins_imports_no_heavy_library() -> None:
    code = (
        "import sys, services.datasets.builtin, services.datasets.inspector;"
        "print([name for name in ('sklearn', 'polars', 'PIL', 'torch') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
