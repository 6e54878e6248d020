"""Which benchmark runs a list has."""

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    cast,
    func,
    literal,
    select,
    type_coerce,
)

from app.models.benchmark import BenchmarkRun
from app.models.job import Job
from services.benchmarks.topics import KIND


def narrowed(
    query: Select[BenchmarkRun],
    *,
    dataset_id: int | None = None,
    state: str | None = None,
    model: str | None = None,
    q: str | None = None,
    rationale: bool | None = None,
    custom_prompt: bool | None = None,
) -> Select[BenchmarkRun]:
    """Return the query with the conditions that are not None; ``q`` is a part of the name.

    ``state`` is that of the newest job of a run, in the words of the job engine;
    ``custom_prompt`` whether a run has a system prompt of its own.
    """
    if dataset_id is not None:
        query = query.where(BenchmarkRun.set_id == dataset_id)
    if model is not None:
        query = query.where(BenchmarkRun.model_name == model)
    if q is not None:
        query = query.where(BenchmarkRun.name.icontains(q, autoescape=True))
    if rationale is not None:
        query = query.where(_says(f'"include_rationale":{str(rationale).lower()}'))
    if custom_prompt is not None:
        has_none = _says('"system_prompt":null')
        query = query.where(~has_none if custom_prompt else has_none)
    return query if state is None else query.where(_state() == state)


def _says(part: str) -> ColumnElement[bool]:
    """Return whether the stored JSON of the manifest has ``part``; in texts quotes are escaped."""
    return type_coerce(BenchmarkRun.manifest, Text).contains(part, autoescape=True)


def _state() -> ColumnElement[str]:
    subject = literal(f"{KIND}:") + cast(BenchmarkRun.id, String)
    newest = (
        select(func.max(Job.id)).where(Job.subject == subject).correlate(BenchmarkRun)
    ).scalar_subquery()
    return select(Job.state).where(Job.id == newest).correlate(BenchmarkRun).scalar_subquery()
