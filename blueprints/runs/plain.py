"""A page of runs as plain values, in the form of ``RunList``: written at once, by no schema.

A schema asks every field of every run what it is; for a hundred runs with thirty columns that
took longer than finding them. Tests hold the answers against the schema.
"""

from datetime import datetime
from typing import Any

from app.models.job import Job
from services.runs.list import RunPage
from services.runs.messages import coded
from services.runs.studies import StudyOfRun, StudyRow
from services.runs.summaries import RunSummary


def plain_page(page: RunPage) -> dict[str, Any]:
    """Return the page in the form of ``RunList``."""
    plain: dict[str, Any] = {
        "runs": [_run(run, page.study_of.get(run.id)) for run in page.runs],
        "total": page.total,
        "next": page.next,
    }
    if page.studies is not None:
        plain["num_runs"] = page.num_runs
        plain["studies"] = [_study(study) for study in page.studies]
    if page.columns is not None:
        plain["columns"] = page.columns
    return plain


def _study(study: StudyRow) -> dict[str, Any]:
    return {**vars(study), "means": [vars(one) for one in study.means]}


def _run(run: RunSummary, study: StudyOfRun | None) -> dict[str, Any]:
    return {
        **vars(run),
        "study": None if study is None else vars(study),
        "start_time": _time(run.start_time),
        "end_time": _time(run.end_time),
        "times": {**vars(run.times), "as_of": _time(run.times.as_of)},
        "archived_at": _time(run.archived_at),
        "final_epoch_stats": vars(run.final_epoch_stats) if run.final_epoch_stats else None,
        "federated_info": vars(run.federated_info) if run.federated_info else None,
        "job": None if run.job is None else _job(run.job),
    }


def _job(job: Job) -> dict[str, Any]:
    error = job.error or {}
    message = coded(job.said)
    return {
        "id": job.id,
        "state": job.state,
        "attempt": job.attempt,
        "progress": job.progress,
        "message": job.said,
        "message_code": message.code,
        "message_params": dict(message.params),
        "created_at": _time(job.created_at),
        "started_at": _time(job.started_at),
        "heartbeat_at": _time(job.heartbeat_at),
        "finished_at": _time(job.finished_at),
        "error": error.get("detail"),
        "error_type": error.get("type"),
        "checkpoint_step": job.checkpoint_step,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
