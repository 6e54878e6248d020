"""The job of an analysis: its row has the contract's word for where the job stands."""

from app.clock import now
from app.db.uow import UnitOfWork
from app.jobs import states
from app.models.benchmark import BenchmarkAnalysis
from app.models.job import Job
from app.topics import id_of, name_of

JOB_KIND = "analyze_benchmark"
KIND = "benchmark_analysis"
PENDING, RUNNING, COMPLETED, FAILED = "pending", "running", "completed", "failed"
WORDS = {
    states.QUEUED: PENDING,
    states.STARTING: RUNNING,
    states.RUNNING: RUNNING,
    states.STOPPING: RUNNING,
    states.LOST: RUNNING,
    states.SUCCEEDED: COMPLETED,
    states.FAILED: FAILED,
    states.CANCELLED: FAILED,
}
STOPPED = "It was stopped."


def subject_of_analysis(analysis_id: int) -> str:
    """Return what jobs call an analysis."""
    return name_of(KIND, analysis_id)


def analysis_id_of(name: str) -> int:
    """Return the id of the analysis that ``subject_of_analysis`` named; raises ValueError."""
    return id_of(KIND, name)


def follow_analysis(unit: UnitOfWork, job: Job) -> None:
    """Bring an analysis in line with its job: the observer of these jobs."""
    analysis = unit.session.get(BenchmarkAnalysis, analysis_id_of(job.subject))
    if analysis is None:
        return
    analysis.status = WORDS[job.state]
    if job.state == states.RUNNING:
        analysis.started_at = now()
    if job.state in states.TERMINAL:
        analysis.finished_at = now()
    if analysis.status == FAILED:
        analysis.error = job.error["detail"] if job.error else STOPPED
