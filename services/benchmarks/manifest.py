"""What benchmarks bring to the platform."""

from app.domains import Domain, JobKind, SearchKind, SubjectKind, TopicKind
from app.jobs.queues import BENCHMARKS, IO
from app.models.benchmark import BenchmarkRun
from app.models.persona import PersonaSet
from services.benchmarks import events
from services.benchmarks.runs.job_sync import JOB_KIND, follow_benchmark
from services.benchmarks.topics import KIND
from services.benchmarks.warm_up.job_sync import JOB_KIND as WARM_UP_KIND
from services.benchmarks.warm_up.job_sync import follow_warm_up

DOMAIN = Domain(
    name="benchmarks",
    jobs=(
        JobKind(
            name=JOB_KIND,
            queue=BENCHMARKS,
            observer=follow_benchmark,
            handler="workers.benchmarks:ask_model",
            subject=SubjectKind(kind=KIND, model=BenchmarkRun),
        ),
        JobKind(
            name=WARM_UP_KIND,
            queue=IO,
            observer=follow_warm_up,
            handler="workers.benchmarks:warm_up",
        ),
    ),
    events=(events,),
    topics=(TopicKind(kind=KIND, model=BenchmarkRun),),
    audit_actions=(
        "benchmark_started",
        "benchmark_changed",
        "benchmark_stopped",
        "benchmark_resumed",
        "benchmark_deleted",
        "benchmark_model_created",
        "benchmark_model_changed",
        "benchmark_model_deleted",
        "persona_set_created",
        "persona_set_changed",
        "persona_set_deleted",
        "persona_changed",
        "trait_created",
        "trait_changed",
        "trait_deleted",
        "traits_imported",
    ),
    search=(
        SearchKind(
            kind="persona_set",
            model=PersonaSet,
            place=5,
            words=("personas", "persona", "people", "dataset", "personen", "datensatz"),
        ),
        SearchKind(
            kind=KIND,
            model=BenchmarkRun,
            place=4,
            words=("benchmark", "benchmarks", "bias", "fairness", "llm", "verzerrung"),
        ),
    ),
    pages=("benchmarks", "benchmarks/new", "benchmarks/compare", "personas"),
    object_pages=("benchmarks",),
)
