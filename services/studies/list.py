"""Listing and deleting studies."""

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.pages import Page
from app.models.study import Study
from services.studies.repository import counts_of, page_of
from services.studies.types import StudySummary


def list_studies(database: Database, actor: Actor, limit: int, offset: int) -> Page[StudySummary]:
    """Return the studies that the actor may see, the newest first."""
    with database.read() as session:
        page = page_of(session, actor, limit, offset)
        counts = counts_of(session, actor, [study.id for study in page.items])
    items = []
    for study in page.items:
        count = counts.get(study.id)
        items.append(
            StudySummary(
                id=study.id,
                name=study.name,
                owner_id=study.owner_id,
                visibility=study.visibility,
                dataset_id=study.dataset_id,
                metric=study.metric,
                created_at=study.created_at,
                seeds=count.seeds if count else 0,
                runs=count.runs if count else 0,
                done=count.done if count else 0,
                failed=count.failed if count else 0,
            )
        )
    return page.of(items)


def delete_study(database: Database, actor: Actor, study_id: str) -> None:
    """Delete the study; its runs stay.

    Raises NotFound where it is not the actor's to see, Forbidden where it is not theirs to change.
    """
    with database.write() as unit:
        study = require_editable(unit.session, Study, study_id, actor, what="Study")
        unit.session.delete(study)
        record(unit, actor, "study_deleted", f"study:{study.id}", {"name": study.name})
