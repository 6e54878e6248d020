"""What an entry becomes at its turn, by type: checked, begun, resumed, removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.db.uow import NewJob, UnitOfWork
from app.errors import Conflict
from app.jobs.queues import IO
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkRun
from app.models.benchmark_queue import QueueEntry
from services.benchmarks.generations.counts import counts_of_generations
from services.benchmarks.generations.create import add_generation, check_generation
from services.benchmarks.generations.delete import remove_generation
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.resume import requeue_generation
from services.benchmarks.generations.topics import generation_subject
from services.benchmarks.personas.build import check_build, check_name_and_size
from services.benchmarks.queue.fills import unfilled
from services.benchmarks.queue.following import BUILD_JOB
from services.benchmarks.queue.topics import entry_subject
from services.benchmarks.queue.types import ANALYSIS, ATTRGEN, BENCHMARK, BUILDS
from services.benchmarks.resolve import editable_benchmark, visible_benchmark
from services.benchmarks.runs.create import add_benchmark, check_benchmark, check_model_and_traits
from services.benchmarks.runs.delete import remove_benchmark
from services.benchmarks.runs.design import model_named
from services.benchmarks.runs.resume import requeue_benchmark
from services.benchmarks.topics import subject_of
from services.benchmarks.warm_up.job_sync import warm_up_of
from services.benchmarks.warm_up.start import queue_warm_up


@dataclass(frozen=True, kw_only=True)
class EntryKind:
    """How entries of one type are handled.

    ``check`` refuses what could not begin, given the entry that it depends on. ``begin`` returns
    the id of what the entry became, None where it comes later. ``again`` goes on with a result
    that is there; it raises Conflict where nothing is missing. ``remove`` deletes a result.
    ``subject`` names its job. ``incomplete`` says why a result whose job succeeded is yet not what
    the entry was for.
    """

    check: Callable[[Session, Actor, Any, QueueEntry | None], object]
    begin: Callable[[UnitOfWork, Actor, QueueEntry, Any], int | None]
    again: Callable[[UnitOfWork, Actor, QueueEntry], None]
    remove: Callable[[UnitOfWork, Actor, int], None]
    subject: Callable[[QueueEntry], str]
    model: Any = None
    incomplete: Callable[[Session, int], str | None] = lambda _session, _id: None


def _check_benchmark(session: Session, actor: Actor, request: Any, _: QueueEntry | None) -> None:
    if unfilled(request):  # whom it is about is known at its turn: the rest is checked now
        check_model_and_traits(session, actor, request)
    else:
        check_benchmark(session, actor, request)


def _check_generation(session: Session, actor: Actor, request: Any, _: QueueEntry | None) -> None:
    if unfilled(request):
        require_member(actor)
        model_named(session, actor, request.model_name)
    else:
        check_generation(session, actor, request)


def _check_build(session: Session, actor: Actor, request: Any, earlier: QueueEntry | None) -> None:
    is_made = request.kind != "pool" and request.source_id is None and earlier is not None
    if not is_made or earlier is None:
        check_build(session, actor, request)
    else:
        check_name_and_size(session, actor, request, earlier.config)


def _begin_benchmark(unit: UnitOfWork, actor: Actor, _: QueueEntry, request: Any) -> int:
    return add_benchmark(unit, actor, request)[0].id


def _benchmark_again(unit: UnitOfWork, actor: Actor, entry: QueueEntry) -> None:
    run = editable_benchmark(unit.session, actor, entry.result_id or 0)
    requeue_benchmark(unit, actor, run, {})


def _remove_benchmark(unit: UnitOfWork, actor: Actor, number: int) -> None:
    remove_benchmark(unit, actor, editable_benchmark(unit.session, actor, number))


def _begin_generation(unit: UnitOfWork, actor: Actor, _: QueueEntry, request: Any) -> int:
    return add_generation(unit, actor, request).id


def _generation_again(unit: UnitOfWork, actor: Actor, entry: QueueEntry) -> None:
    row = editable_generation(unit.session, actor, entry.result_id or 0)
    requeue_generation(unit, actor, row, {})


def _remove_generation(unit: UnitOfWork, actor: Actor, number: int) -> None:
    remove_generation(unit, actor, editable_generation(unit.session, actor, number))


def _missing_texts(session: Session, number: int) -> str | None:
    row = session.get(AttributeGeneration, number)
    missing = 0 if row is None else counts_of_generations(session, [row])[number].missing
    return f"{missing} personas have no texts: retry asks for them again." if missing else None


def _begin_build(unit: UnitOfWork, actor: Actor, entry: QueueEntry, _: Any) -> None:
    _build_again(unit, actor, entry)


def _build_again(unit: UnitOfWork, _: Actor, entry: QueueEntry) -> None:
    if entry.result_id is not None:
        raise Conflict("The data set was built.")
    subject = entry_subject(entry.id)
    unit.enqueue(NewJob(kind=BUILD_JOB, queue=IO, subject=subject, owner_id=entry.owner_id))


def _check_analysis(session: Session, actor: Actor, request: Any, _: QueueEntry | None) -> None:
    if request.run_id is not None:
        visible_benchmark(session, actor, request.run_id)


def _begin_analysis(unit: UnitOfWork, actor: Actor, _: QueueEntry, request: Any) -> int:
    run = visible_benchmark(unit.session, actor, request.run_id)
    queue_warm_up(unit, run)
    return run.id


def _analysis_again(unit: UnitOfWork, actor: Actor, entry: QueueEntry) -> None:
    queue_warm_up(unit, visible_benchmark(unit.session, actor, entry.result_id or 0))


def _keep(unit: UnitOfWork, actor: Actor, number: int) -> None:
    """Leave what others may use by now: a data set, and the tables of a run."""


_BUILD = EntryKind(
    check=_check_build,
    begin=_begin_build,
    again=_build_again,
    remove=_keep,
    subject=lambda entry: entry_subject(entry.id),
)
KINDS: dict[str, EntryKind] = {
    BENCHMARK: EntryKind(
        check=_check_benchmark,
        begin=_begin_benchmark,
        again=_benchmark_again,
        remove=_remove_benchmark,
        subject=lambda entry: subject_of(entry.result_id or 0),
        model=BenchmarkRun,
    ),
    ATTRGEN: EntryKind(
        check=_check_generation,
        begin=_begin_generation,
        again=_generation_again,
        remove=_remove_generation,
        subject=lambda entry: generation_subject(entry.result_id or 0),
        model=AttributeGeneration,
        incomplete=_missing_texts,
    ),
    ANALYSIS: EntryKind(
        check=_check_analysis,
        begin=_begin_analysis,
        again=_analysis_again,
        remove=_keep,
        subject=lambda entry: warm_up_of(entry.result_id or 0),
        model=BenchmarkRun,
    ),
    **dict.fromkeys(BUILDS, _BUILD),
}
