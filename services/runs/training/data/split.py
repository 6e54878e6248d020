"""Splitting rows by patient: no patient is ever on both sides of a split.

Two rows of one patient are nearly the same row; a model that has seen one knows the other.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from services.seeding import generator

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Split:
    """Row numbers of each part, ascending, shape (n,)."""

    train: Rows
    validation: Rows
    test: Rows


@dataclass(frozen=True, kw_only=True)
class Units:
    """The patients of some rows: what a split moves together.

    ``of_row`` is the patient of each row, ``label`` the commonest class of each patient.
    """

    of_row: Rows
    label: Rows

    @property
    def count(self) -> int:
        """Return how many patients there are."""
        return len(self.label)


def hash_of_rows(data_sha256: str, rows: Rows) -> str | None:
    """Return the hash that the same rows of the same data have in any order; None for no row."""
    if not len(rows):
        return None
    numbers = np.sort(rows).astype("<i8").tobytes()
    return hashlib.sha256(data_sha256.encode() + numbers).hexdigest()


def units_of(patients: NDArray[np.str_], y: NDArray[np.int64]) -> Units:
    """Return the patients of parallel columns of shape (n,)."""
    names, of_row = np.unique(patients, return_inverse=True)
    votes = np.zeros((len(names), int(y.max()) + 1), dtype=np.int64)
    np.add.at(votes, (of_row, y), 1)
    return Units(of_row=of_row.astype(np.int64), label=votes.argmax(axis=1).astype(np.int64))


def hold_out(units: Units, share: float, draw: np.random.Generator) -> NDArray[np.bool_]:
    """Return which rows are held out: about ``share`` of the patients of each class.

    Shares of the classes are rounded so that their sum is right; both sides get a patient.
    """
    target = min(max(round(units.count * share), 1), units.count - 1)
    labels, sizes = np.unique(units.label, return_counts=True)
    chosen = np.zeros(units.count, dtype=bool)
    for label, size in zip(labels, _apportioned(sizes, target), strict=True):
        members = draw.permutation(np.flatnonzero(units.label == label))
        chosen[members[:size]] = True
    return np.asarray(chosen[units.of_row], dtype=bool)


def split_rows(
    patients: NDArray[np.str_],
    y: NDArray[np.int64],
    *,
    seed: int,
    test_share: float,
    validation_share: float,
    sample_fraction: float = 1.0,
) -> Split:
    """Return train, validation and test rows; raise ``Invalid`` for too few patients."""
    rows = np.arange(len(y), dtype=np.int64)
    if sample_fraction < 1.0:
        rows = _held(rows, patients, y, sample_fraction, seed, "sample")[1]
    rest, test = _held(rows, patients, y, test_share, seed, "test")
    train, validation = _held(rest, patients, y, validation_share, seed, "validation")
    return Split(train=train, validation=validation, test=test)


def _held(
    rows: Rows, patients: NDArray[np.str_], y: NDArray[np.int64], share: float, seed: int, why: str
) -> tuple[Rows, Rows]:
    units = units_of(patients[rows], y[rows])
    if units.count < 2:
        message = (
            f"The data has {units.count} patient left for the {why} split; it needs 2 or more."
        )
        raise Invalid(message, errors={f"{why}_split": [message]})
    held = hold_out(units, share, generator(seed, "split", why))
    return rows[~held], rows[held]


def _apportioned(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Share ``total`` seats by size, largest remainder first (Hamilton's method)."""
    exact = sizes * total / sizes.sum()
    seats: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - seats), kind="stable")
    seats[order[: total - int(seats.sum())]] += 1
    return seats
