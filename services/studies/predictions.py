"""The errors that the test rows of a study's runs leave, from the predictions that runs keep."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from app.storage import ObjectStore
from app.storage.base import ObjectMissing, StorageUnavailable
from services.runs.predictions import from_parquet
from services.statistics.row_errors import JointError, RowErrors, row_errors
from services.studies.domain.contrasts import RowError

Weights = Mapping[int, float]  # of runs in a mean or a difference of means


def errors_of_rows(
    store: ObjectStore,
    metric: str,
    objects: Mapping[int, str],
    weights_by_sum: Mapping[str, Weights],
) -> dict[str, RowError]:
    """Return the error of each sum in ``weights_by_sum``, by its name.

    ``objects`` are the keys of the runs' predictions. A sum with a run whose predictions are not
    there, or do not define the metric, is left out; so are all while the store is away.
    """
    plan = tuple(
        (name, tuple(sorted((objects[run_id], weight) for run_id, weight in runs.items())))
        for name, runs in weights_by_sum.items()
        if runs and all(run_id in objects for run_id in runs)
    )
    try:
        return dict(_errors(cast("Any", store), metric, plan))
    except StorageUnavailable:
        return {}


@lru_cache(
    maxsize=64
)  # objects never change under their key, and pages request them again and again
def _errors(
    store: ObjectStore, metric: str, plan: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
) -> tuple[tuple[str, RowError], ...]:
    """Return the errors, reading each object once and holding one at a time."""
    sums = {name: JointError() for name, _ in plan}
    for key in sorted({key for _, runs in plan for key, _ in runs}):
        errors = _read(store, key, metric)
        for name, runs in plan:
            for own, weight in runs:
                if own != key or name not in sums:
                    continue
                if errors is None:
                    del sums[name]
                else:
                    sums[name].add(errors, weight)
    return tuple(
        (name, RowError(error=joint.error, units=joint.units)) for name, joint in sums.items()
    )


def _read(store: ObjectStore, key: str, metric: str) -> RowErrors | None:
    try:
        content = store.get(key)
    except ObjectMissing:
        return None
    return row_errors(metric, from_parquet(content))
