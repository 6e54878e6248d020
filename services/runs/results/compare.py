"""Two to twenty runs side by side: what was set differently, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.ids import parse_id
from app.models.run import Run
from app.models.series import Series
from services.runs.results.evaluated import evaluated_on
from services.tracking.domain.metric_names import METRICS, lower_is_better, series_names
from services.tracking.domain.params import comparable
from services.tracking.labels import params_of, tags_of

MOST_RUNS = 20


@dataclass(frozen=True, kw_only=True)
class ComparisonWanted:
    """Which runs, and which of them the others are held against (None: the first)."""

    ids: Sequence[str]
    baseline: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedRun:
    """One run of the comparison."""

    run: Run
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def evaluated_on(self) -> str | None:
        """What its global model is measured on."""
        return evaluated_on(self.run)


@dataclass(frozen=True, kw_only=True)
class ComparedParam:
    """One parameter with its value in each run, in their order; None where a run lacks it."""

    name: str
    differs: bool
    values: Sequence[str | None]


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One metric of one run."""

    last: float | None
    best: float | None
    best_step: int | None


@dataclass(frozen=True, kw_only=True)
class ComparedMetric:
    """One metric with its values in each run, in their order.

    ``differences`` are best values minus the baseline's best; ``best_run`` is the first of those
    that have the best of all.
    """

    name: str
    lower_is_better: bool
    values: Sequence[MetricValue | None]
    differences: Sequence[float | None]
    best_run: int | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Runs side by side; parameters that differ come first."""

    runs: Sequence[ComparedRun]
    baseline: int
    params: Sequence[ComparedParam]
    metrics: Sequence[ComparedMetric]
    series: Sequence[str]


Values = Mapping[str, Mapping[int, MetricValue]]  # by metric and run


def compare_runs(database: Database, actor: Actor, wanted: ComparisonWanted) -> Comparison:
    """Return the comparison of the runs in the order asked for.

    Raises Invalid for fewer than two runs, more than twenty, a run named twice or a baseline that
    is not among them; NotFound for a run that is not the actor's to see.
    """
    _check_count(wanted.ids)
    with database.read() as session:
        numbers = [parse_id(one, "ids") for one in wanted.ids]
        runs = [require_visible(session, Run, one, actor) for one in numbers]
        ids = [run.id for run in runs]
        baseline = _baseline(ids, wanted.baseline)
        params, tags = params_of(session, ids), tags_of(session, ids)
        values = _values(session, ids)
    rows = sorted((values | across_modes(values)).items())
    return Comparison(
        runs=[ComparedRun(run=run, tags=tags.get(run.id, {})) for run in runs],
        baseline=baseline,
        params=compared_params([params.get(run_id, {}) for run_id in ids]),
        metrics=[_metric(name, ids, found, baseline) for name, found in rows],
        series=sorted(name for name, found in values.items() if len(found) > 1),
    )


def compared_params(params: Sequence[Mapping[str, str]]) -> list[ComparedParam]:
    """Return every parameter of any run, those that differ first, each by name."""
    names = sorted({name for one in params for name in one})
    rows = [_param(name, [one.get(name) for one in params]) for name in names]
    return sorted(rows, key=lambda row: not row.differs)


def _param(name: str, values: Sequence[str | None]) -> ComparedParam:
    different = {None if value is None else comparable(value) for value in values}
    return ComparedParam(name=name, differs=len(different) > 1, values=values)


def _check_count(ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise _wrong_ids("A run is named twice: name each once.")
    if not 2 <= len(ids) <= MOST_RUNS:
        raise _wrong_ids(f"{len(ids)} given: name 2 to {MOST_RUNS} runs, with commas between.")


def _wrong_ids(sentence: str) -> Invalid:
    return Invalid("The runs to compare are not valid: see ids.", errors={"ids": [sentence]})


def _baseline(ids: Sequence[int], wanted: str | None) -> int:
    if wanted is None:
        return ids[0]
    found = next((one for one in ids if str(one) == wanted), None)
    if found is None:
        known = ", ".join(map(str, ids))
        sentence = f"{wanted[:50]!r} is none of the runs compared: {known}."
        raise Invalid("The baseline is not valid.", errors={"baseline": [sentence]})
    return found


def _values(session: Session, ids: Sequence[int]) -> dict[str, dict[int, MetricValue]]:
    """Return the runs' own metrics by name and run."""
    columns = (Series.run_id, Series.name, Series.last, Series.best, Series.best_step)
    query = select(*columns).where(Series.run_id.in_(ids), Series.client == "")
    found: dict[str, dict[int, MetricValue]] = {}
    for run_id, name, last, best, best_step in session.execute(query):
        value = MetricValue(last=last, best=best, best_step=best_step)
        found.setdefault(name, {})[run_id] = value
    return found


def across_modes(values: Values) -> dict[str, dict[int, MetricValue]]:
    """Return one row for what both modes measure under names of their own.

    ``val_acc`` of a centralised run and ``global_accuracy`` of a federation are ``accuracy``.
    """
    found = {}
    for metric in METRICS:
        own, server = (
            [values[name] for name in series_names(phase, metric) if name in values]
            for phase in ("val", "global")
        )
        if own and server and metric not in values:
            found[metric] = {run: value for part in (*server, *own) for run, value in part.items()}
    return found


def _metric(
    name: str, ids: Sequence[int], found: Mapping[int, MetricValue], baseline: int
) -> ComparedMetric:
    values = [found.get(run_id) for run_id in ids]
    bests = {run_id: one.best for run_id, one in found.items() if one.best is not None}
    held_against = bests.get(baseline)
    differences = [
        None if held_against is None or (best := bests.get(run_id)) is None else best - held_against
        for run_id in ids
    ]
    sign = -1 if lower_is_better(name) else 1
    best_run = max((i for i in ids if i in bests), key=lambda i: sign * bests[i], default=None)
    return ComparedMetric(
        name=name,
        lower_is_better=sign < 0,
        values=values,
        differences=differences,
        best_run=best_run,
    )
