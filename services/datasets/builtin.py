"""The datasets that come with the product: what is known of them without loading them.

The web process must not import scikit-learn, which brings the rows; a test proves that these
constants are true of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.datasets.types import DatasetSummary


@dataclass(frozen=True, kw_only=True)
class Builtin:
    """One built-in dataset."""

    slug: str
    name: str
    summary: DatasetSummary


BREAST_CANCER = Builtin(
    slug="breast_cancer",
    name="Breast cancer (Wisconsin)",
    summary=DatasetSummary(
        kind="table",
        num_rows=569,
        num_patients=569,
        num_features=30,
        classes=["benign", "malignant"],
        class_distribution={"benign": 357, "malignant": 212},
        columns=[],
        sha256="40567802d836dd5e83b3d6b75d704d485773dbf6c3023b2ec275bd5ddc7f6e0b",
        size_bytes=569 * 30 * 4,
    ),
)

DIGITS = Builtin(
    slug="digits",
    name="Handwritten digits",
    summary=DatasetSummary(
        kind="images",
        num_rows=1797,
        num_patients=1797,
        num_features=0,
        classes=[str(digit) for digit in range(10)],
        class_distribution={
            str(digit): count
            for digit, count in enumerate((178, 182, 177, 183, 181, 182, 181, 179, 174, 180))
        },
        columns=[],
        sha256="f82f3514eb75de4fd5fd9f3d668bce2ed37fa52d449818a531b977df1eabdbf9",
        size_bytes=1797 * 64,
        image_shape=[8, 8, 1],
    ),
)

BUILTINS: Mapping[str, Builtin] = {one.slug: one for one in (BREAST_CANCER, DIGITS)}
