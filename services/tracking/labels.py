"""Parameters and tags of runs: replaced by name, searched by name and value."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app import strict_json
from app.models.label import SHORT, RunParam, RunTag
from services.tracking.domain.params import number_in, number_text


def write_params(session: Session, run_id: int, params: Mapping[str, Any]) -> None:
    """Store parameters of a run; one that is reported again replaces the old value."""
    rows = [
        {**_row(run_id, name, value), "number": _number(value)} for name, value in params.items()
    ]
    _replace(session, RunParam, run_id, list(params), rows)


def write_tags(session: Session, run_id: int, tags: Mapping[str, str | None]) -> None:
    """Store tags of a run; None takes a tag away."""
    rows = [_row(run_id, name, value) for name, value in tags.items() if value is not None]
    _replace(session, RunTag, run_id, list(tags), rows)


def write_tags_of_many(
    session: Session, run_ids: Sequence[int], tags: Mapping[str, str | None]
) -> None:
    """Store the same tags of many runs in two statements; None takes a tag away."""
    rows = [
        _row(run_id, name, value)
        for run_id in run_ids
        for name, value in tags.items()
        if value is not None
    ]
    session.execute(delete(RunTag).where(RunTag.run_id.in_(run_ids), RunTag.name.in_(tags)))
    if rows:
        session.execute(insert(RunTag), rows)


def params_of(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the parameters of each run, by name."""
    return _read(session, RunParam, run_ids)


def tags_of(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the tags of each run, by name."""
    return _read(session, RunTag, run_ids)


def as_text(value: Any) -> str:
    """Return a parameter as people write it: a text as it is, a number in its one spelling."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return strict_json.dumps(value)


def _row(run_id: int, name: str, value: Any) -> dict[str, Any]:
    text = as_text(value)
    return {"run_id": run_id, "name": name, "value": text, "short": text[:SHORT]}


def _number(value: Any) -> float | None:
    """Return the value as a finite number; a text counts when it spells one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    spelled = number_in(value) if isinstance(value, str) else value
    try:
        number = None if spelled is None else float(spelled)
    except OverflowError:
        return None
    return number if number is not None and math.isfinite(number) else None


def _replace(
    session: Session,
    model: type[RunParam] | type[RunTag],
    run_id: int,
    names: list[str],
    rows: list[dict[str, Any]],
) -> None:
    if names:
        session.execute(delete(model).where(model.run_id == run_id, model.name.in_(names)))
    if rows:
        session.execute(insert(model), rows)


def _read(
    session: Session, model: type[RunParam] | type[RunTag], run_ids: Sequence[int]
) -> dict[int, dict[str, str]]:
    query = select(model.run_id, model.name, model.value).where(model.run_id.in_(run_ids))
    values_by_run: dict[int, dict[str, str]] = {}
    for run_id, name, value in session.execute(query.order_by(model.run_id, model.name)):
        values_by_run.setdefault(run_id, {})[name] = value
    return values_by_run
