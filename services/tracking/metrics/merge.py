"""Summaries after points have come, exact also where late points write over stored ones."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.models.series import SeriesBlock, SeriesSegment
from services.tracking.domain.columns import Columns, Steps, Summary, is_newer, merged, summarise
from services.tracking.metrics.best import Key
from services.tracking.metrics.encoding import decoded_steps
from services.tracking.metrics.stored import columns_of

Known = Mapping[Key, Row[Any]]

SUMMARY: tuple[str, ...] = ("count", "last", "last_step", "last_time", "top_step")
SUMMARY += ("min", "min_step", "max", "max_step")
_NONE: Steps = np.empty(0, dtype=np.int64)


def merged_summaries(
    session: Session, known: Known, fresh: Mapping[Key, Columns]
) -> dict[Key, Summary]:
    """Return the summary of each series once the points in ``fresh`` are stored.

    ``known`` are the rows of the series that have points already.
    """
    summaries = {key: summarise(columns) for key, columns in fresh.items()}
    late = {
        known[key].id: columns for key, columns in fresh.items() if _is_late(known, key, columns)
    }
    stored = _stored_steps(session, late)
    doubtful = []
    for key in fresh:
        if key not in known:
            continue
        row = known[key]
        twice = np.intersect1d(fresh[key].steps, stored[row.id]) if row.id in stored else _NONE
        if len(twice) and _holds(twice, _facts_of(row, summaries[key])):
            doubtful.append(key)  # what the summary speaks of is written over: what is next to it?
            continue
        both = merged(_summary_of(row), summaries[key])
        summaries[key] = _recounted(both, len(twice))
    stored_columns = columns_of(session, [known[key].id for key in doubtful])
    for key in doubtful:
        summaries[key] = summarise(Columns.joined([stored_columns[known[key].id], fresh[key]]))
    return summaries


def _is_late(known: Known, key: Key, columns: Columns) -> bool:
    last = _top_of(known[key]) if key in known else None
    return last is not None and int(columns.steps[0]) <= last


def _stored_steps(session: Session, late: Mapping[int, Columns]) -> dict[int, Steps]:
    """Return the steps of the blocks and segments that late points may lie in."""
    if not late:
        return {}
    lowest = min(int(columns.steps[0]) for columns in late.values())
    highest = max(int(columns.steps[-1]) for columns in late.values())
    steps_by_series: dict[int, list[Steps]] = defaultdict(list)
    for model in (SeriesSegment, SeriesBlock):
        facts = (model.series_id, model.count, model.first_step, model.last_step, model.steps)
        touched = (model.last_step >= lowest, model.first_step <= highest)
        for row in session.execute(select(*facts).where(model.series_id.in_(late), *touched)):
            steps_by_series[row.series_id].append(decoded_steps(row))
    return {series_id: np.concatenate(parts) for series_id, parts in steps_by_series.items()}


def _facts_of(row: Row[Any], fresh: Summary) -> tuple[int | None, ...]:
    """Return the steps whose values stay in the summary once ``fresh`` is merged into it."""
    last = None if is_newer(fresh, _summary_of(row)) else row.last_step
    return row.min_step, row.max_step, last


def _holds(steps: Steps, candidates: Sequence[int | None]) -> bool:
    return any(step is not None and step in steps for step in candidates)


def _summary_of(row: Row[Any]) -> Summary:
    return Summary(**{name: row._mapping[name] for name in SUMMARY} | {"top_step": _top_of(row)})


def _top_of(row: Row[Any]) -> int | None:
    """Return the highest step; what an older version wrote has it as the last one."""
    top: int | None = row.last_step if row.top_step is None else row.top_step
    return top


def _recounted(summary: Summary, twice: int) -> Summary:
    facts = vars(summary)
    return Summary(**facts | {"count": summary.count - twice}) if twice else summary
