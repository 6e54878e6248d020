"""Starting a probe of a model, and looking what it came to."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs import states
from app.jobs.engine import newest_job
from app.jobs.queues import IO
from app.models.benchmark import BenchmarkModel
from services.benchmarks.models.read import get_model
from services.benchmarks.probes import record
from services.benchmarks.probes.job_sync import JOB_KIND, probe_of
from services.benchmarks.runs.design import model_named, read_design
from services.benchmarks.runs.types import BenchmarkRequest


def start_probe(database: Database, actor: Actor, request: BenchmarkRequest) -> dict[str, Any]:
    """Queue a probe of the model that ``request`` names, with prompts of its design.

    While one of the model runs, its record is returned. Raises as ``start_benchmark``.
    """
    require_member(actor)
    with database.write() as unit:
        design = read_design(unit.session, actor, request)
        model = model_named(unit.session, actor, request.model_name)
        unit.session.refresh(model, with_for_update=True)
        if not is_probed_now(unit.session, model):
            manifest = design.manifest
            endpoint = asdict(request.endpoint)
            model.probe = record.queued(design.personas_of.id, manifest.content, endpoint, now())
            subject = probe_of(model.id)
            unit.enqueue(NewJob(kind=JOB_KIND, queue=IO, subject=subject, owner_id=actor.user_id))
        return shown(model)


def read_probe(database: Database, actor: Actor, model_id: str) -> dict[str, Any]:
    """Return the record of the newest probe of a model. Raises BenchmarkModelNotFound."""
    return shown(get_model(database, actor, model_id))


def is_probed_now(session: Session, model: BenchmarkModel) -> bool:
    """Return whether a probe of the model waits or runs."""
    job = newest_job(session, probe_of(model.id))
    return job is not None and job.state not in states.TERMINAL


def shown(model: BenchmarkModel) -> dict[str, Any]:
    """Return what of the record is shown: not the prompts' manifest, which is of one person."""
    kept = model.probe or record.IDLE
    names = ("status", "requested_at", "finished_at", "error", "result")
    return {"model_id": model.id, **{name: kept[name] for name in names}}
