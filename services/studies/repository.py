"""The statements of this domain."""

from collections.abc import Sequence

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.pages import Page, read_page
from app.models.run import OVER, Artifact, Run
from app.models.study import Study, StudyRun
from services.tracking.artifacts import TEST_PREDICTIONS


def page_of(session: Session, actor: Actor, limit: int, offset: int) -> Page[Study]:
    """Return the newest first."""
    mine = select(Study).where(visible(Study, actor))
    return read_page(session, mine, Study.id.desc(), limit=limit, offset=offset)


def counts_of(
    session: Session, actor: Actor, study_ids: Sequence[int]
) -> dict[int, Row[int, int, int, int, int]]:
    """Return per study: its runs, those that are over, those that failed, and its seeds."""
    query = (
        select(
            StudyRun.study_id,
            func.count().label("runs"),
            func.sum(case((Run.status.in_(OVER), 1), else_=0)).label("done"),
            func.sum(case((Run.status == "failed", 1), else_=0)).label("failed"),
            func.count(StudyRun.seed.distinct()).label("seeds"),
        )
        .join(Run, Run.id == StudyRun.run_id)
        .where(StudyRun.study_id.in_(study_ids), visible(Run, actor))
        .group_by(StudyRun.study_id)
    )
    return {row.study_id: row for row in session.execute(query)}


def trainings_of(session: Session, actor: Actor, study_id: int) -> Sequence[Row[StudyRun, Run]]:
    """Return the runs of a study that the actor may see, by seed, arm and site."""
    query = (
        select(StudyRun, Run)
        .join(Run, Run.id == StudyRun.run_id)
        .where(StudyRun.study_id == study_id, visible(Run, actor))
        .order_by(StudyRun.seed, StudyRun.arm, StudyRun.client)
    )
    return session.execute(query).all()


def predictions_of(session: Session, run_ids: Sequence[int]) -> dict[int, str]:
    """Return the object with the test predictions of each run that kept them."""
    query = select(Artifact.run_id, Artifact.object_key).where(
        Artifact.run_id.in_(run_ids), Artifact.kind == TEST_PREDICTIONS
    )
    return {row.run_id: row.object_key for row in session.execute(query)}
