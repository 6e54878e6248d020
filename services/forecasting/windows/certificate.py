"""The leak certificate: from raw row to window to block to fit, counted instead of promised.

A raw row is shared by two blocks if a window of each reads it. Rows are counted by source, so a
file that is both an input and an output counts once. Calendar features come from no row.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from services.forecasting.windows.build import Windows
from services.forecasting.windows.resample import Mask
from services.forecasting.windows.scaling import FITTED_ON_ALL, FITTED_ON_TRAIN, Scalers
from services.forecasting.windows.split import WindowSplit, rows_by_origin
from services.tabular.counted import counted

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class BlockLineage:
    """A block: its samples, reference times in µs, and how many raw rows its windows read."""

    block: str
    samples: int
    first_reference: int | None
    last_reference: int | None
    rows: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class SharedRows:
    """How many raw rows the windows of two blocks both read, by source and in all."""

    blocks: tuple[str, str]
    rows: dict[str, int]
    total: int


@dataclass(frozen=True, kw_only=True)
class FitLineage:
    """What was fitted, on which rows, and how many of these a later block reads as well."""

    what: str
    fitted_on: str
    rows: dict[str, int]
    also_in_validation: int
    also_in_test: int


@dataclass(frozen=True, kw_only=True)
class LeakCertificate:
    """What was counted, and each leak as a sentence; ``ok`` if there is none."""

    ok: bool
    leaks: tuple[str, ...]
    blocks: tuple[BlockLineage, ...]
    shared: tuple[SharedRows, ...]
    fits: tuple[FitLineage, ...]
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as plain JSON."""
        return {"format": FORMAT, **asdict(self)}


def certify(windows: Windows, split: WindowSplit, scalers: Scalers) -> LeakCertificate:
    """Return what each block read and shares, and what the scalers were fitted on."""
    rows = {name: rows_by_origin(windows, samples) for name, samples in split.blocks.items()}
    shared = tuple(_shared((a, b), rows[a], rows[b]) for a, b in combinations(rows, 2))
    fits = (_fit(windows, scalers, rows),)
    leaks = (*_block_leaks(shared), *_fit_leaks(fits))
    return LeakCertificate(
        ok=not leaks,
        leaks=leaks,
        blocks=tuple(
            _block(windows, name, samples, rows[name]) for name, samples in split.blocks.items()
        ),
        shared=shared,
        fits=fits,
        left_out=len(split.left_out),
    )


Lineage = Mapping[str, Mask]


def _block(
    windows: Windows, name: str, samples: "np.ndarray[Any, Any]", rows: Lineage
) -> BlockLineage:
    times = windows.reference_times[samples]
    return BlockLineage(
        block=name,
        samples=len(samples),
        first_reference=int(times.min()) if len(times) else None,
        last_reference=int(times.max()) if len(times) else None,
        rows=_counts(rows),
    )


def _counts(rows: Lineage) -> dict[str, int]:
    return {origin: int(mask.sum()) for origin, mask in rows.items()}


def _both(a: Lineage, b: Lineage) -> dict[str, int]:
    return {origin: int((a[origin] & b[origin]).sum()) for origin in a}


def _shared(blocks: tuple[str, str], a: Lineage, b: Lineage) -> SharedRows:
    both = _both(a, b)
    return SharedRows(blocks=blocks, rows=both, total=sum(both.values()))


def _fit(windows: Windows, scalers: Scalers, rows: Mapping[str, Lineage]) -> FitLineage:
    fitted = rows["train"]
    if scalers.fitted_on == FITTED_ON_ALL:
        fitted = rows_by_origin(windows, np.arange(windows.n))
    return FitLineage(
        what="scalers",
        fitted_on=scalers.fitted_on,
        rows=_counts(fitted),
        also_in_validation=sum(_both(fitted, rows["validation"]).values()),
        also_in_test=sum(_both(fitted, rows["test"]).values()),
    )


def _block_leaks(shared: tuple[SharedRows, ...]) -> list[str]:
    return [
        f"leaks: {_shared_rows(one.total)} between {one.blocks[0]} and {one.blocks[1]}"
        for one in shared
        if one.total
    ]


def _fit_leaks(fits: tuple[FitLineage, ...]) -> list[str]:
    return [
        f"leaks: {one.what} fitted on all samples, "
        f"{_of_validation(one.also_in_validation)} and {_of_test(one.also_in_test)}"
        for one in fits
        if one.fitted_on != FITTED_ON_TRAIN
    ]


def _shared_rows(count: int) -> str:
    return counted(count, "1 shared row", "{n} shared rows")


def _of_validation(count: int) -> str:
    return counted(count, "on 1 row of validation", "on {n} rows of validation")


def _of_test(count: int) -> str:
    return counted(count, "1 row of test", "{n} rows of test")
