"""What a dataset is to the rest of the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """A dataset in memory, row by row in its stored order.

    ``x`` is float32 (n, features) for a table, uint8 (n, height, width, channels) for images;
    ``y`` is int64 (n,) of positions in ``classes``; ``patients`` is str (n,), the unit that a
    split never tears apart; ``columns`` are further text columns such as the hospital.

    A table may have gaps: ``fills`` names the columns whose missing cells (NaN in ``x``, empty in
    ``categories``) a training fills with the median or mode of its training rows. ``categories``
    are text columns (n,) that a training turns into one input for each category.
    """

    kind: str
    x: NDArray[Any]
    y: NDArray[np.int64]
    patients: NDArray[np.str_]
    classes: Sequence[str]
    feature_names: Sequence[str]
    columns: Mapping[str, NDArray[np.str_]]
    sha256: str
    categories: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)


NO_DATA = TrainingData(
    kind="",
    x=np.zeros((0, 0), dtype=np.float32),
    y=np.zeros(0, dtype=np.int64),
    patients=np.zeros(0, dtype=np.str_),
    classes=(),
    feature_names=(),
    columns={},
    sha256="",
)  # for a run whose rows all stay at the sites


@dataclass(frozen=True, kw_only=True)
class RowLabels:
    """What the rows of a dataset are, as in ``TrainingData``, without what a network sees."""

    y: NDArray[np.int64]
    patients: NDArray[np.str_]
    columns: Mapping[str, NDArray[np.str_]]


@dataclass(frozen=True, kw_only=True)
class ReaderOptions:
    """How a person says their file is to be read; None means: find it yourself.

    An empty ``patient_column`` says that no column is of patients, whatever it is called.

    ``missing_features`` and ``censored`` map columns to what is done with their missing and their
    censored cells (such as ``<5``); ``EVERY`` stands for all columns that are not named.
    ``class_limits`` are rising numbers that divide a target of measurements into classes.
    """

    csv_filename: str | None = None
    patient_column: str | None = None
    target_column: str | None = None
    filename_column: str | None = None
    text_columns: Sequence[str] = field(default_factory=tuple)
    ignored_columns: Sequence[str] = field(default_factory=tuple)
    keep_duplicates: bool = False
    missing_rows: str = "refuse"
    category_columns: Sequence[str] = field(default_factory=tuple)
    missing_features: Mapping[str, str] = field(default_factory=dict)
    censored: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    class_limits: Sequence[float] = field(default_factory=tuple)


EVERY = "*"
MEDIAN, MODE = FILLS = ("median", "mode")
DROP_ROWS, DROP_COLUMN = "drop_rows", "drop_column"
MISSING_CHOICES = ("refuse", *FILLS, DROP_ROWS, DROP_COLUMN)
CENSORED_CHOICES = ("refuse", "limit", "half", "missing")
DECIMALS = (".", ",")


@dataclass(frozen=True, kw_only=True)
class ColumnSchema:
    """One column of an uploaded file.

    ``type`` is number, boolean or text; ``role`` is one of ``ROLES``. ``missing`` counts cells
    without a value, ``distinct`` different cells. ``low`` and ``high`` are the range of a number;
    ``values`` names the different values where they are few, ``counts`` how often each occurs.
    ``censored`` counts cells such as ``<5``. ``is_category`` says that the column is learned from
    by its categories. ``missing_choice`` and ``censored_choice`` are what is done with such cells.
    """

    name: str
    type: str
    role: str
    missing: int
    distinct: int
    low: float | None = None
    high: float | None = None
    values: Sequence[str] = field(default_factory=tuple)
    counts: Sequence[int] = field(default_factory=tuple)
    censored: int = 0
    is_category: bool = False
    missing_choice: str | None = None
    censored_choice: str | None = None


ROLES = ("target", "patient", "feature", "site", "filename", "ignored")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the first rows of a file hold: its columns with the roles that they would have."""

    kind: str
    num_rows: int
    column_schema: Sequence[ColumnSchema]
    notes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DatasetSummary:
    """What is known of a dataset without its rows.

    ``image_shape`` is (height, width, channels) of the most frequent size; ``sha256`` is over
    the canonical content (``canonical.py``), never over the bytes of a file format. ``grey_bits``
    is how many bits the values of 16-bit grey images span. ``notes`` say what was changed or left
    out, with counts.
    """

    kind: str
    num_rows: int
    num_patients: int
    num_features: int
    classes: Sequence[str]
    class_distribution: Mapping[str, int]
    columns: Sequence[str]
    sha256: str
    size_bytes: int
    image_shape: Sequence[int] | None = None
    grey_bits: int | None = None
    column_schema: Sequence[Any] = field(default_factory=list)
    notes: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StoredDataset:
    """What is needed to load a dataset's rows; ``slug`` names a built-in, which has no object.

    A row of ``app.models.dataset.Dataset`` has the same fields and serves as well.
    """

    kind: str
    classes: Sequence[str]
    sha256: str
    slug: str | None = None
    object_key: str | None = None
    image_shape: Sequence[int] | None = None
    grey_bits: int | None = None
