"""What runs bring to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask, SearchKind, SubjectKind, TopicKind
from app.later import later
from app.models.run import Run
from services.runs import events, job_sync, notifications
from services.runs.external.heartbeat import JOB_KIND as EXTERNAL_JOB_KIND
from services.runs.job_sync import follow_job
from services.runs.queueing import JOB_KIND, QUEUE
from services.runs.schedule import TRAINING_RUN

RUN = SubjectKind(kind="run", model=Run)
kept_objects = later("services.runs.sweep:kept_objects")
sweep_orphans = later("services.runs.sweep:sweep_orphans")

DOMAIN = Domain(
    name="runs",
    jobs=(
        JobKind(
            name=JOB_KIND,
            queue=QUEUE,
            observer=follow_job,
            subject=RUN,
            handler="workers.runs:train_run",
            retry="services.runs.resume:retry_run",
            preload=(
                "services.runs.training.engine.preload",
                "services.datasets.builtin_loader",
            ),
        ),
        JobKind(name=EXTERNAL_JOB_KIND, observer=follow_job, subject=RUN),
    ),
    topics=(TopicKind(kind="run", model=Run),),
    events=(events, job_sync, notifications),
    tasks=(PeriodicTask(seconds=HOUR, run=lambda it: sweep_orphans(it.database, it.store)),),
    audit_actions=(
        "run_started",
        "run_stopped",
        "run_resumed",
        "run_visibility_changed",
        "run_changed",
        "run_archived",
        "run_unarchived",
        "run_deleted",
        "runs_changed",
    ),
    headlines={
        "classification": ("accuracy", "f1_score", "auroc", "recall", "precision", "loss"),
    },
    search=(
        SearchKind(
            kind="run", model=Run, place=1, words=("run", "runs", "training", "lauf"), status=True
        ),
    ),
    pages=("runs", "new", "analytics", "insights", "compare"),
    object_pages=("runs",),
    kept_objects=(kept_objects,),
    schedule_kinds=(TRAINING_RUN,),
)
