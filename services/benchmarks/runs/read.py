"""Benchmark runs as lists and pages show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.job import Job
from app.models.persona import PersonaSet
from services.benchmarks.analysis.overview import results_of
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.cost import cost_of
from services.benchmarks.runs.counts import counts_of, failures_by_kind
from services.benchmarks.runs.filters import narrowed
from services.benchmarks.runs.origin import origin_of
from services.benchmarks.runs.types import BenchmarkDetail, BenchmarkSummary
from services.benchmarks.runs.words import status_word
from services.benchmarks.simulated import SIMULATED_URL
from services.benchmarks.topics import subject_of


def list_benchmarks(
    database: Database,
    actor: Actor,
    limit: int,
    offset: int,
    **filters: Any,
) -> Page[BenchmarkSummary]:
    """Return the runs that the actor may see, the newest first; ``filters`` as ``narrowed``."""
    query = narrowed(select(BenchmarkRun).where(visible(BenchmarkRun, actor)), **filters)
    with database.read() as session:
        page = read_page(session, query, BenchmarkRun.id.desc(), limit=limit, offset=offset)
        return page.of(summaries(session, page.items))


def read_benchmark(database: Database, actor: Actor, run_id: str) -> BenchmarkDetail:
    """Return one run with its manifest. Raises what ``visible_benchmark`` raises."""
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
        return detail_of(session, run, can_edit=can_edit(actor, run))


def detail_of(session: Session, run: BenchmarkRun, *, can_edit: bool = False) -> BenchmarkDetail:
    """Return a run with its manifest, of which the caller knows who may see it."""
    personas_of = session.get_one(PersonaSet, run.set_id)
    (summary,) = summaries(session, [run])
    model = session.get_one(BenchmarkModel, run.model_id)
    return BenchmarkDetail(
        summary=summary,
        dataset={"id": run.set_id, "name": personas_of.name, "kind": personas_of.kind},
        manifest=run.manifest,
        manifest_hash=run.manifest_hash,
        endpoint=run.endpoint,
        probe=run.probe,
        failures=failures_by_kind(session, run.id),
        can_edit=can_edit,
        reveals_private_data=personas_of.visibility == "private",
        is_simulated=model.base_url == SIMULATED_URL,
    )


def active_benchmark(database: Database, actor: Actor, dataset_id: str) -> BenchmarkSummary | None:
    """Return the newest run about a data set that waits or works; None without one.

    Raises PersonaSetNotFound.
    """
    with database.read() as session:
        people = visible_set(session, actor, dataset_id)
        query = (
            select(BenchmarkRun)
            .where(BenchmarkRun.set_id == people.id, visible(BenchmarkRun, actor))
            .where(BenchmarkRun.finished_at.is_(None))
            .order_by(BenchmarkRun.id.desc())
            .limit(1)
        )
        return next(iter(summaries(session, session.scalars(query).all())), None)


def list_benchmarks_of(
    database: Database, actor: Actor, dataset_id: str, limit: int, offset: int
) -> Page[BenchmarkSummary]:
    """Return the runs about a data set, the newest first. Raises PersonaSetNotFound."""
    with database.read() as session:
        number = visible_set(session, actor, dataset_id).id
    return list_benchmarks(database, actor, limit, offset, dataset_id=number)


def summaries(session: Session, runs: Sequence[BenchmarkRun]) -> list[BenchmarkSummary]:
    """Return what lists show of these runs, in six statements however many they are."""
    counts = counts_of(session, runs)
    jobs = newest_jobs(session, [subject_of(run.id) for run in runs])
    names = _by_id(session, PersonaSet, {run.set_id for run in runs})
    models = _by_id(session, BenchmarkModel, {run.model_id for run in runs})
    results = results_of(session, runs)
    return [
        _summary(
            run,
            jobs.get(subject_of(run.id)),
            counts=counts[run.id],
            dataset_name=names[run.set_id].name,
            cost=cost_of(run, models[run.model_id]),
            currency=models[run.model_id].currency,
            result=results.get(run.id),
        )
        for run in runs
    ]


def _summary(run: BenchmarkRun, job: Job | None, **more: Any) -> BenchmarkSummary:
    return BenchmarkSummary(
        id=run.id,
        name=run.name,
        owner_id=run.owner_id,
        visibility=run.visibility,
        model_name=run.model_name,
        dataset_id=run.set_id,
        include_rationale=run.manifest["prompt"]["include_rationale"],
        system_prompt=run.manifest["prompt"]["system_prompt"],
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        state="unknown" if job is None else job.state,
        status=status_word(None if job is None else job.state, more["counts"]),
        error=job.error["detail"] if job is not None and job.error else None,
        prompt_tokens=run.prompt_tokens,
        completion_tokens=run.completion_tokens,
        origin=origin_of(run.manifest),
        **more,
    )


def newest_jobs(session: Session, subjects: Sequence[str]) -> Mapping[str, Job]:
    """Return the newest job of each subject."""
    query = select(Job).where(Job.subject.in_(subjects)).order_by(Job.id)
    return {job.subject: job for job in session.scalars(query)}  # the newest comes last


def _by_id(session: Session, model: Any, ids: set[int]) -> Mapping[int, Any]:
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(ids)))}
