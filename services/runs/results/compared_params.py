"""What was set differently in several runs: every parameter, those that differ first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.models.run import Run
from services.runs.results.domain.comparable import modes_of
from services.tracking.domain.params import comparable


@dataclass(frozen=True, kw_only=True)
class ComparedParam:
    """One parameter with its value in each run, in their order; None where a run lacks it."""

    name: str
    differs: bool
    values: Sequence[str | None]


def compared_params(
    params: Sequence[Mapping[str, str]], modes: Sequence[str | None] = ()
) -> list[ComparedParam]:
    """Return every parameter of any run, those that differ first, each by name.

    ``modes`` are the training modes of runs whose parameters are settings of trainings here, None
    for others: a setting without effect in a run's mode is not compared there.
    """
    names = sorted({name for one in params for name in one})
    applying = [modes[place] if modes else None for place in range(len(params))]
    rows = [
        _param(name, [_applied(name, *pair) for pair in zip(params, applying, strict=True)])
        for name in names
    ]
    known = [row for row in rows if any(value is not None for value in row.values)]
    return sorted(known, key=lambda row: not row.differs)


def _applied(name: str, params: Mapping[str, str], mode: str | None) -> str | bool | None:
    """Return the value of a parameter, False where it has no effect."""
    if mode is not None and mode not in modes_of(name):
        return False
    return params.get(name)


def _param(name: str, values: Sequence[str | bool | None]) -> ComparedParam:
    texts = [value for value in values if value is not False]
    different = {comparable(value) if isinstance(value, str) else None for value in texts}
    shown = [value if isinstance(value, str) else None for value in values]
    return ComparedParam(name=name, differs=len(different) > 1, values=shown)


def modes_compared(runs: Sequence[Run]) -> list[str | None]:
    """Return the training mode of each run trained here, None for others."""
    return [run.training_mode if run.origin == "trained" else None for run in runs]
