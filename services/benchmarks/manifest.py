"""What benchmarks bring to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask, SearchKind, SubjectKind, TopicKind
from app.jobs.queues import BENCHMARKS, IO
from app.jobs.short import follow_nothing
from app.later import later
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkRun
from app.models.persona import PersonaSet
from services.benchmarks import events
from services.benchmarks.analysis_jobs.job_sync import JOB_KIND as ANALYSIS_KIND
from services.benchmarks.analysis_jobs.job_sync import follow_analysis
from services.benchmarks.failures import OF_GENERATION, OF_RUN
from services.benchmarks.generations.job_sync import JOB_KIND as GENERATION_JOB
from services.benchmarks.generations.job_sync import follow_generation
from services.benchmarks.generations.topics import KIND as GENERATION
from services.benchmarks.knocks.job_sync import JOB_KIND as KNOCK_KIND
from services.benchmarks.probes.job_sync import JOB_KIND as PROBE_KIND
from services.benchmarks.probes.job_sync import follow_probe
from services.benchmarks.queue.following import BUILD_JOB, follow_entry, followed_by_queue
from services.benchmarks.queue.needs import failed_entries
from services.benchmarks.runs.job_sync import JOB_KIND, follow_benchmark
from services.benchmarks.schedule import BENCHMARK_RUN
from services.benchmarks.topics import KIND
from services.benchmarks.warm_up.job_sync import JOB_KIND as WARM_UP_KIND
from services.benchmarks.warm_up.job_sync import follow_warm_up

kept_objects = later("services.benchmarks.analysis_jobs.sweep:kept_objects")
advance_queues = later("services.benchmarks.queue.advance:advance_queues")
sweep_exports = later("services.benchmarks.analysis_jobs.sweep:sweep_exports")

DOMAIN = Domain(
    name="benchmarks",
    jobs=(
        JobKind(
            name=JOB_KIND,
            queue=BENCHMARKS,
            observer=followed_by_queue(follow_benchmark),
            handler="workers.benchmarks:ask_model",
            subject=SubjectKind(kind=KIND, model=BenchmarkRun),
            failure=OF_RUN,
            retry="services.benchmarks.runs.resume:retry_benchmark",
        ),
        JobKind(
            name=GENERATION_JOB,
            queue=BENCHMARKS,
            observer=followed_by_queue(follow_generation),
            handler="workers.generations:write_attributes",
            subject=SubjectKind(kind=GENERATION, model=AttributeGeneration),
            failure=OF_GENERATION,
            retry="services.benchmarks.generations.resume:retry_generation",
        ),
        JobKind(
            name=WARM_UP_KIND,
            queue=IO,
            observer=followed_by_queue(follow_warm_up),
            handler="workers.benchmarks:warm_up",
        ),
        JobKind(
            name=ANALYSIS_KIND,
            queue=IO,
            observer=follow_analysis,
            handler="workers.benchmarks:analyze",
        ),
        JobKind(
            name=PROBE_KIND,
            queue=IO,
            observer=follow_probe,
            handler="workers.benchmarks:probe",
        ),
        JobKind(
            name=KNOCK_KIND,
            queue=IO,
            observer=follow_nothing,
            handler="workers.knocking:knock_at_model",
            is_waited_for=True,
        ),
        JobKind(
            name=BUILD_JOB,
            queue=IO,
            observer=follow_entry,
            handler="workers.benchmarks:build_personas",
            retry="services.benchmarks.queue.retry:retry_failed_entry",
        ),
    ),
    events=(events,),
    topics=(
        TopicKind(kind=KIND, model=BenchmarkRun),
        TopicKind(kind=GENERATION, model=AttributeGeneration),
    ),
    tasks=(
        PeriodicTask(seconds=1, run=lambda it: advance_queues(it.database)),
        PeriodicTask(seconds=HOUR, run=lambda it: sweep_exports(it.database, it.store)),
    ),
    audit_actions=(
        "benchmark_queue_added",
        "benchmark_queue_cancelled",
        "benchmark_queue_deleted",
        "benchmark_queue_retried",
        "benchmark_queue_switched",
        "benchmark_started",
        "benchmark_imported",
        "benchmark_changed",
        "benchmark_stopped",
        "benchmark_resumed",
        "benchmark_deleted",
        "attribute_generation_started",
        "attribute_generation_changed",
        "attribute_generation_stopped",
        "attribute_generation_resumed",
        "attribute_generation_deleted",
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
    pages=("benchmarks", "benchmarks/new", "benchmarks/import", "benchmarks/compare", "personas"),
    object_pages=("benchmarks",),
    kept_objects=(kept_objects,),
    needs=(failed_entries,),
    schedule_kinds=(BENCHMARK_RUN,),
)
