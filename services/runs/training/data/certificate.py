"""The leak certificate of a run on a table or images: from row to part to fit, counted.

It has the form of that of a forecasting session: parts, what they share, what was fitted on which
rows, and each leak as a sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from services.datasets.types import TrainingData
from services.runs.training.data.sharing import Shard
from services.runs.training.data.split import Rows, Split, hash_of_rows
from services.runs.training.data.table import TableFit

FORMAT = 1
TRAIN = "train"
PARTS = (TRAIN, "validation", "test")


@dataclass(frozen=True, kw_only=True)
class PartLineage:
    """A part of the rows, and how many patients they are of."""

    block: str
    rows: int
    patients: int


@dataclass(frozen=True, kw_only=True)
class SharedUnits:
    """How many rows and patients two parts both have."""

    blocks: tuple[str, str]
    rows: int
    patients: int


@dataclass(frozen=True, kw_only=True)
class ColumnFit:
    """What was fitted: ``value`` is a median, a mode or the categories; None for the scaling.

    ``rows`` counts the rows that it was fitted on, ``also_in_*`` how many a later part has too;
    ``rows_sha256`` is over the data's hash and the numbers of these rows, None for no row.
    """

    what: str
    column: str | None
    fitted_on: str
    rows: int
    also_in_validation: int
    also_in_test: int
    value: Any = None
    rows_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunCertificate:
    """What was counted, and each leak as a sentence; ``ok`` if there is none.

    ``filled`` and ``unseen`` count by column and part the cells that were filled, and those whose
    category no training row has.
    """

    ok: bool
    leaks: Sequence[str]
    blocks: Sequence[PartLineage]
    shared: Sequence[SharedUnits]
    fits: Sequence[ColumnFit]
    filled: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unseen: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as plain JSON."""
        return {"format": FORMAT, **asdict(self)}


def certify_run(
    data: TrainingData,
    split: Split,
    shards: Sequence[Shard],
    fitted: Rows,
    fit: TableFit | None,
    *,
    scaled: bool = True,
) -> RunCertificate:
    """Return what each part has and shares, and what was fitted on the rows ``fitted``.

    Not ``scaled``: the scale of the inputs comes from no row of the data.
    """
    parts = parts_of(split, shards)
    shared = [_shared(data, parts, a, b) for a, b in combinations(PARTS, 2)]
    fits = _fits(data, parts, fitted, fit, scaled=scaled)
    leaks = leaks_of(shared, fits)
    return RunCertificate(
        ok=not leaks,
        leaks=leaks,
        blocks=[
            PartLineage(block=name, rows=len(rows), patients=len(np.unique(data.patients[rows])))
            for name, rows in parts.items()
        ],
        shared=shared,
        fits=fits,
        filled={} if fit is None else _filled(data, parts, fit),
        unseen={} if fit is None else _unseen(data, parts, fit),
    )


def leaks_of(shared: Sequence[SharedUnits], fits: Sequence[ColumnFit]) -> list[str]:
    """Return a sentence for each leak."""
    return [*_part_leaks(shared), *_fit_leaks(fits)]


def parts_of(split: Split, shards: Sequence[Shard]) -> dict[str, Rows]:
    """Return the rows of each part; of a federation those of all sites together."""
    if not shards:
        return {TRAIN: split.train, "validation": split.validation, "test": split.test}
    return {
        TRAIN: np.concatenate([shard.train for shard in shards]),
        "validation": np.concatenate([shard.validation for shard in shards]),
        "test": split.test,
    }


def _shared(data: TrainingData, parts: Mapping[str, Rows], a: str, b: str) -> SharedUnits:
    patients = (data.patients[parts[a]], data.patients[parts[b]])
    return SharedUnits(
        blocks=(a, b),
        rows=len(np.intersect1d(parts[a], parts[b])),
        patients=len(np.intersect1d(*patients)),
    )


def _fits(
    data: TrainingData,
    parts: Mapping[str, Rows],
    fitted: Rows,
    fit: TableFit | None,
    *,
    scaled: bool,
) -> list[ColumnFit]:
    def made(what: str, column: str | None, rows: Rows, value: Any) -> ColumnFit:
        return _of(parts, what, column, rows, value, hash_of_rows(data.sha256, rows))

    fits = [made("scaler", None, fitted, None)] if scaled else []
    if fit is None:
        return fits
    places = {name: place for place, name in enumerate(data.feature_names)}
    for name, value in fit.fills.items():
        rows = fitted[~np.isnan(data.x[fitted, places[name]])]
        fits.append(made(fit.methods[name], name, rows, value))
    for name, levels in fit.categories.items():
        rows = fitted[data.categories[name][fitted] != ""]
        fits.append(made("categories", name, rows, list(levels)))
        if name in fit.modes:
            fits.append(made(fit.methods[name], name, rows, fit.modes[name]))
    return fits


def _of(
    parts: Mapping[str, Rows],
    what: str,
    column: str | None,
    rows: Rows,
    value: Any,
    rows_sha256: str | None,
) -> ColumnFit:
    others = len(np.setdiff1d(rows, parts[TRAIN]))
    return ColumnFit(
        what=what,
        column=column,
        fitted_on="all" if others else TRAIN,
        rows=len(rows),
        also_in_validation=len(np.intersect1d(rows, parts["validation"])),
        also_in_test=len(np.intersect1d(rows, parts["test"])),
        value=value,
        rows_sha256=rows_sha256,
    )


def _filled(
    data: TrainingData, parts: Mapping[str, Rows], fit: TableFit
) -> dict[str, dict[str, int]]:
    gaps = {name: np.isnan(data.x[:, list(data.feature_names).index(name)]) for name in fit.fills}
    gaps |= {name: data.categories[name] == "" for name in fit.modes}
    return {
        name: {part: int(gap[rows].sum()) for part, rows in parts.items()}
        for name, gap in gaps.items()
    }


def _unseen(
    data: TrainingData, parts: Mapping[str, Rows], fit: TableFit
) -> dict[str, dict[str, int]]:
    counts = {}
    for name, levels in fit.categories.items():
        cells = data.categories[name]
        strange = ~np.isin(cells, [*levels, ""])
        counts[name] = {part: int(strange[rows].sum()) for part, rows in parts.items()}
    return counts


def _part_leaks(shared: Sequence[SharedUnits]) -> list[str]:
    return [
        f"leaks: {one.rows} shared rows and {one.patients} shared patients between "
        f"{one.blocks[0]} and {one.blocks[1]}"
        for one in shared
        if one.rows or one.patients
    ]


def _fit_leaks(fits: Sequence[ColumnFit]) -> list[str]:
    return [
        f"leaks: {one.what}{f' of {one.column}' if one.column else ''} fitted on "
        f"{one.also_in_validation} rows of validation and {one.also_in_test} rows of test"
        for one in fits
        if one.fitted_on != TRAIN
    ]
