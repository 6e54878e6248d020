"""Whose server is to be knocked at before something starts: the model, once all else is right."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.models.benchmark import BenchmarkModel
from services.benchmarks.errors import UnknownName
from services.benchmarks.generations.create import check_generation
from services.benchmarks.generations.resolve import editable_generation
from services.benchmarks.generations.resume import require_resumable_generation
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.queue.add import check_entry
from services.benchmarks.queue.types import NewEntry
from services.benchmarks.resolve import editable_benchmark
from services.benchmarks.runs.create import check_benchmark
from services.benchmarks.runs.design import model_named
from services.benchmarks.runs.resume import require_resumable, require_same
from services.benchmarks.runs.types import BenchmarkRequest, BenchmarkResume
from services.benchmarks.simulated import SIMULATED_URL


def model_of_start(
    session: Session, actor: Actor, request: BenchmarkRequest
) -> BenchmarkModel | None:
    """Return the model of a run to be started, None for the simulated one; refuses as the start."""
    model = _with_server(session, actor, request.model_name)
    if model is not None:
        check_benchmark(session, actor, request)
    return model


def model_of_resume(session: Session, actor: Actor, request: BenchmarkResume) -> BenchmarkModel:
    """Return the model of a run that goes on; refuses as the resume."""
    run = editable_benchmark(session, actor, request.run_id)
    require_same(run, request.fixed)
    require_resumable(session, run, request.endpoint)
    return session.get_one(BenchmarkModel, run.model_id)


def model_of_generation(
    session: Session, actor: Actor, request: GenerationRequest
) -> BenchmarkModel | None:
    """Return the model that is to write, None for the simulated one; refuses as the start."""
    model = _with_server(session, actor, request.model_name)
    if model is not None:
        check_generation(session, actor, request)
    return model


def model_of_entry(session: Session, actor: Actor, new: NewEntry) -> BenchmarkModel | None:
    """Return the model that an entry of the queue asks, if any; refuses as adding it does."""
    name = getattr(new.request, "model_name", None)
    model = None if name is None else _with_server(session, actor, name)
    if model is not None:
        require_member(actor)
        check_entry(session, actor, new)
    return model


def model_of_rewriting(
    session: Session, actor: Actor, generation_id: str, endpoint: Mapping[str, Any]
) -> BenchmarkModel:
    """Return the model of a generation that goes on; refuses as the resume."""
    row = editable_generation(session, actor, generation_id)
    require_resumable_generation(session, row, endpoint)
    return session.get_one(BenchmarkModel, row.model_id)


def _with_server(session: Session, actor: Actor, name: str) -> BenchmarkModel | None:
    """Return the model of this name where it has a server; the start refuses an unknown one."""
    try:
        model = model_named(session, actor, name)
    except UnknownName:
        return None
    return None if model.base_url == SIMULATED_URL else model
