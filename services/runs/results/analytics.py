"""All runs in a few numbers: how many succeed, how good and how long each mode is, and the best.

Four statements, however many runs there are: the database counts, averages and ranks. The means and
the ranks by mode are of each run's best value, as the contract has them; results of kept models
are in ``groups`` and ``rankings``, each with the rows on which they were measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    Label,
    Numeric,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.types import UtcDateTime
from app.models.run import MODES, STATUSES, Run
from services.runs.results.best_of_runs import best_of_runs
from services.runs.results.domain.aggregation import minutes_of, rounded, share
from services.runs.results.domain.ranking import top
from services.runs.results.insights import Ranking, ResultGroup, grouped_results, ranked_results
from services.tracking.domain.metric_names import STANDARD, short_name

MAX_TOP_RUNS = 10


@dataclass(frozen=True, kw_only=True)
class AnalyticsQuery:
    """Which runs to sum up; ``days`` counts back from now."""

    status: str = "completed"
    training_mode: str | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class ModeMetrics:
    """The runs of one mode: means of each run's best, None where no run has one."""

    count: int = 0
    avg_accuracy: float | None = None
    avg_precision: float | None = None
    avg_recall: float | None = None
    avg_f1: float | None = None
    avg_duration_minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class TopRun:
    """One of the best runs, with its best values."""

    run_id: int
    name: str
    training_mode: str
    best_accuracy: float | None
    best_precision: float | None
    best_recall: float | None
    best_f1: float | None
    duration_minutes: float | None
    start_time: datetime
    status: str


@dataclass(frozen=True, kw_only=True)
class AnalyticsSummary:
    """The numbers. Counts by status, and both shares of success, ignore the requested status.

    ``success_rate`` is completed over all; ``success_share`` is completed over those that ended by
    themselves: what a person stopped or what goes on neither succeeded nor failed.
    """

    total_runs: int
    success_rate: float
    filter_coverage: float
    total: int
    completed: int
    failed: int
    in_progress: int
    queued: int
    cancelled: int
    centralized: ModeMetrics
    federated: ModeMetrics
    top_runs: Sequence[TopRun]
    success_share: float | None
    groups: Sequence[ResultGroup]
    rankings: Sequence[Ranking]


def summarise_analytics(
    database: Database, actor: Actor, query: AnalyticsQuery
) -> AnalyticsSummary:
    """Return the numbers over the runs that the actor may see; archived ones are left out."""
    shown = and_(visible(Run, actor), Run.archived_at.is_(None))
    selected = _selected(query)
    with database.search() as session:
        groups = _groups(session, shown, and_(selected, Run.status == query.status), selected)
        matching = and_(shown, selected, Run.status == query.status)
        rows = _measured(session, matching)
        results = grouped_results(session, matching)
        rankings = ranked_results(session, matching)
    counts = {
        status: sum(one.selected for one in groups if one.status == status) for status in STATUSES
    }
    of_this_status = sum(one.all for one in groups if one.status == query.status)
    minutes = {one.training_mode: one.minutes for one in groups if one.status == query.status}
    means = {row.training_mode: row for row in rows if row.run_id is None}
    best = [row for row in rows if row.run_id is not None]
    modes = {mode: _mode(means.get(mode), minutes.get(mode)) for mode in MODES}
    return AnalyticsSummary(
        total_runs=counts[query.status],
        success_rate=share(counts["completed"], sum(counts.values())),
        filter_coverage=share(counts[query.status], of_this_status),
        total=sum(counts.values()),
        completed=counts["completed"],
        failed=counts["failed"],
        in_progress=counts["in_progress"],
        queued=counts["queued"],
        cancelled=counts["cancelled"],
        centralized=modes["centralized"],
        federated=modes["federated"],
        top_runs=[_top(row) for row in top(best, MAX_TOP_RUNS)],
        success_share=_success_share(counts["completed"], counts["failed"]),
        groups=results,
        rankings=rankings,
    )


def _success_share(succeeded: int, failed: int) -> float | None:
    """Return the part that succeeded of what ended by itself, None where nothing has."""
    ended = succeeded + failed
    return share(succeeded, ended) if ended else None


def _selected(query: AnalyticsQuery) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if query.training_mode is not None:
        conditions.append(Run.training_mode == query.training_mode)
    if query.days is not None:
        conditions.append(Run.start_time >= now() - timedelta(days=query.days))
    return and_(*conditions)


def _groups(
    session: Session,
    shown: ColumnElement[bool],
    matching: ColumnElement[bool],
    selected: ColumnElement[bool],
) -> Sequence[Row[Any]]:
    """Return per status and mode how many runs there are, how many of them match, and how long."""
    minutes = cast(Run.duration_seconds / 60.0, Numeric)
    statement = select(
        Run.status,
        Run.training_mode,
        func.count().label("all"),
        func.sum(case((selected, 1), else_=0)).label("selected"),
        cast(func.avg(case((matching, func.round(minutes, 2)))), Float).label("minutes"),
    ).where(shown)
    return session.execute(statement.group_by(Run.status, Run.training_mode)).all()


def _measured(session: Session, matching: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Return the means per mode, then the best runs: one statement, for both read the same."""
    values = best_of_runs(matching, STANDARD).cte("best_of_runs")
    return session.execute(_means(values).union_all(_ranked(values))).all()


def _means(best: CTE) -> Select[Any]:
    means = [func.avg(best.c[name]).label(name) for name in STANDARD]
    kinds = (BigInteger, String, String, UtcDateTime, Float)
    about = _named(*(cast(null(), kind) for kind in kinds))
    columns = (best.c.training_mode, func.count().label("runs"), *means, *about)
    return select(*columns).group_by(best.c.training_mode)


def _ranked(best: CTE) -> Select[Any]:
    """Return the best runs, in the order of ``domain.ranking``."""
    ranked = (
        select(best)
        .where(best.c.accuracy.is_not(None))
        .order_by(best.c.accuracy.desc(), best.c.recall.desc().nulls_last(), best.c.run_id)
        .limit(MAX_TOP_RUNS)
        .subquery("ranked")
    )
    about = _named(ranked.c.run_id, Run.name, Run.status, Run.start_time, Run.duration_seconds)
    measured = [ranked.c[name] for name in STANDARD]
    columns = (ranked.c.training_mode, literal(1).label("runs"), *measured, *about)
    return select(*columns).join(Run, Run.id == ranked.c.run_id)


def _named(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> list[Label[Any]]:
    names = ("run_id", "name", "status", "start_time", "seconds")
    return [column.label(name) for name, column in zip(names, columns, strict=True)]


def _mode(row: Row[Any] | None, minutes: float | None) -> ModeMetrics:
    if row is None:
        return ModeMetrics()
    means = {f"avg_{short_name(metric)}": rounded(getattr(row, metric)) for metric in STANDARD}
    return ModeMetrics(count=row.runs, avg_duration_minutes=rounded(minutes), **means)


def _top(row: Row[Any]) -> TopRun:
    best = {f"best_{short_name(metric)}": rounded(getattr(row, metric)) for metric in STANDARD}
    return TopRun(
        run_id=row.run_id,
        name=row.name,
        training_mode=row.training_mode,
        duration_minutes=minutes_of(row.seconds),
        start_time=row.start_time,
        status=row.status,
        **best,
    )
