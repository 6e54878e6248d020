"""Studies on the first page: one run stands for all of its study."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.run import Run
from app.models.study import Study, StudyRun
from services.runs.studies import StudyRow, rows_of_studies
from services.search.study_rows import StudyMember


def one_per_study(actor: Actor, statuses: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that no other run of these statuses stands for the run's study.

    What is in progress stands before what waits, the newest before the others. Where the actor
    may not see the study, each run stands for itself.
    """
    first = (Run.status == "in_progress").desc(), Run.id.desc()
    place = func.row_number().over(partition_by=StudyRun.study_id, order_by=first)
    ranked = (
        _members(actor)
        .add_columns(place.label("place"))
        .where(visible(Run, actor), Run.status.in_(statuses))
        .subquery()
    )
    standing = select(ranked.c.run_id).where(ranked.c.place == 1)
    return or_(
        Run.id.not_in(select(_members(actor).subquery().c.run_id)),
        Run.id.in_(standing),
    )


def studies_on_page(
    session: Session, actor: Actor, run_ids: Sequence[int]
) -> tuple[dict[int, int], list[StudyRow]]:
    """Return the study of each run, and each study with all of its runs that the actor may see."""
    mine = select(StudyRun.study_id).where(StudyRun.run_id.in_(run_ids))
    query = _members(actor).where(visible(Run, actor), StudyRun.study_id.in_(mine))
    members: dict[int, list[StudyMember]] = {}
    study_of: dict[int, int] = {}
    for run_id, study_id, arm, status in session.execute(query.order_by(StudyRun.run_id)):
        one = StudyMember(run_id=run_id, study_id=study_id, arm=arm, status=status)
        members.setdefault(study_id, []).append(one)
        study_of.setdefault(run_id, study_id)
    shown = {run_id: study_of[run_id] for run_id in run_ids if run_id in study_of}
    return shown, rows_of_studies(session, members)


def _members(actor: Actor) -> Select[Any]:
    """Return a statement for the runs of studies that the actor may see."""
    columns: tuple[Any, ...] = (StudyRun.run_id, StudyRun.study_id, StudyRun.arm, Run.status)
    return (
        select(*columns)
        .join(Run, Run.id == StudyRun.run_id)
        .join(Study, Study.id == StudyRun.study_id)
        .where(visible(Study, actor))
    )
