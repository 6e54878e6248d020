"""What forecasting brings to the platform."""

from app.domains import (
    HOUR,
    Domain,
    JobKind,
    PeriodicTask,
    SearchKind,
    SubjectKind,
    TopicKind,
    UploadPurpose,
)
from app.jobs.queues import IO
from app.jobs.short import follow_nothing
from app.later import later
from app.models.forecasting import ForecastSession
from app.models.run import Run
from services.forecasting import events
from services.forecasting.backtests import events as backtest_events
from services.forecasting.backtests.job_sync import JOB_KIND as BACKTEST_JOB_KIND
from services.forecasting.backtests.job_sync import follow_backtest
from services.forecasting.datasets import events as datasets_events
from services.forecasting.datasets.job_sync import JOB_KIND as DATASETS_JOB_KIND
from services.forecasting.datasets.job_sync import QUEUE as DATASETS_QUEUE
from services.forecasting.datasets.job_sync import follow_datasets
from services.forecasting.plots import JOB_KIND as PLOT_JOB_KIND
from services.forecasting.scheduled.kind import FORECASTING_SESSION
from services.forecasting.training.follow import (
    JOB_KIND,
    MEASURE_JOB_KIND,
    TRIAL_JOB_KIND,
    follow_model_job,
)
from services.runs.queueing import QUEUE

kept_objects = later("services.forecasting.sweep:kept_objects")
sweep_objects = later("services.forecasting.sweep:sweep_objects")
admit_resume = later("services.forecasting.training.quota:admit_resume")
admit_upload = later("services.forecasting.uploads.admit:admit_upload")


def _model_job(name: str, handler: str) -> JobKind:
    """Return a kind of job about the run of a model."""
    return JobKind(
        name=name,
        queue=QUEUE,
        observer=follow_model_job,
        handler=handler,
        subject=SubjectKind(kind="run", model=Run),
        preload=("services.forecasting.engine.preload",),
        admit=admit_resume,
        retry="services.runs.resume:retry_run",
    )


DOMAIN = Domain(
    name="forecasting",
    jobs=(
        _model_job(JOB_KIND, "workers.forecasting:train_model"),
        _model_job(TRIAL_JOB_KIND, "workers.forecasting_searches:train_trial"),
        _model_job(MEASURE_JOB_KIND, "workers.forecasting_searches:measure_model"),
        JobKind(
            name=DATASETS_JOB_KIND,
            queue=DATASETS_QUEUE,
            observer=follow_datasets,
            handler="workers.forecasting_datasets:build_session_datasets",
            subject=SubjectKind(kind="forecast_session", model=ForecastSession),
        ),
        JobKind(
            name=PLOT_JOB_KIND,
            queue=IO,
            observer=follow_nothing,
            handler="workers.forecasting_plots:draw_plot",
            is_waited_for=True,
        ),
        JobKind(
            name=BACKTEST_JOB_KIND,
            queue=QUEUE,
            observer=follow_backtest,
            handler="workers.forecasting:backtest_model",
            preload=("services.forecasting.engine.preload",),
            retry="services.forecasting.backtests.resume:retry_backtest",
        ),
    ),
    headlines={
        "forecasting": (
            "skill",
            "mase_seasonal",
            "wape",
            "mae",
            "rmse",
            "smape",
            "mase",
        ),
    },
    events=(datasets_events, backtest_events, events),
    topics=(TopicKind(kind="forecast_session", model=ForecastSession),),
    uploads=(UploadPurpose(kind="forecast_session", admit=admit_upload),),
    tasks=(PeriodicTask(seconds=HOUR, run=lambda it: sweep_objects(it.database, it.store)),),
    audit_actions=(
        "session_created",
        "session_changed",
        "session_deleted",
        "forecast_key_created",
        "forecast_key_revoked",
    ),
    search=(
        SearchKind(
            kind="forecast_session",
            model=ForecastSession,
            place=3,
            names=("name", "wire_id"),
            words=("session", "sessions", "forecast", "forecasting", "prognose", "sitzung"),
        ),
    ),
    schedule_kinds=(FORECASTING_SESSION,),
    pages=("sessions",),
    object_pages=("sessions",),
    kept_objects=(kept_objects,),
    named_pages=("sessions",),
)
