"""The job of a probe: what its record says when it failed."""

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.benchmark import BenchmarkModel
from app.models.job import Job
from app.topics import id_of, name_of
from services.benchmarks.probes import record

JOB_KIND = "probe_model"
KIND = "benchmark_probe"
STOPPED = "It was stopped."


def probe_of(model_id: int) -> str:
    """Return what jobs call the probe of a model."""
    return name_of(KIND, model_id)


def probed_model(name: str) -> int:
    """Return the id of the model that ``probe_of`` named; raises ValueError for others."""
    return id_of(KIND, name)


def follow_probe(unit: UnitOfWork, job: Job) -> None:
    """Say in the record that a job failed or was stopped: the observer of probes."""
    model = unit.session.get(BenchmarkModel, probed_model(job.subject))
    if model is None or model.probe is None or job.state not in (states.FAILED, states.CANCELLED):
        return
    why = job.error["detail"] if job.error else STOPPED
    model.probe = record.failed(model.probe, now(), why)
