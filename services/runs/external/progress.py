"""How far runs of external programs are: what it announced against what it logged."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs import outside, states
from app.models.label import RunParam
from app.models.run import Run
from app.models.series import Series
from services.runs.statements import newest_jobs
from services.tracking.domain.params import LENGTHS, share_done

NAMES = sorted({name for names in LENGTHS.values() for name in names})


def note_progress(session: Session, run_ids: Sequence[int]) -> None:
    """Write the progress of the running jobs of logged runs that said how long they will be."""
    announced = _announced(session, run_ids)
    if not announced:
        return
    jobs = newest_jobs(session, list(announced))
    curves = _curves(session, list(announced))
    modes = select(Run.id, Run.training_mode).where(Run.id.in_(announced))
    for run_id, mode in session.execute(modes):
        job = jobs.get(run_id)
        if job is not None and job.state == states.RUNNING and job.holder == outside.HOLDER:
            job.progress = share_done(announced[run_id], mode, curves[run_id])


def _announced(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    query = select(RunParam.run_id, RunParam.name, RunParam.value).where(
        RunParam.run_id.in_(run_ids), RunParam.name.in_(NAMES)
    )
    params_by_run: dict[int, dict[str, str]] = defaultdict(dict)
    for run_id, name, value in session.execute(query):
        params_by_run[run_id][name] = value
    return params_by_run


def _curves(session: Session, run_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Return the number of points and the last step of each of the runs' own curves."""
    query = select(Series.run_id, Series.count, Series.last_step).where(
        Series.run_id.in_(run_ids), Series.client == "", Series.last_step.is_not(None)
    )
    curves_by_run: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for run_id, count, last in session.execute(query):
        curves_by_run[run_id].append((count, int(last or 0)))
    return curves_by_run
