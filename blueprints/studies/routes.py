"""Central, federated and local-only training from one request, and what they came to."""

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.study import Study
from blueprints.studies.schemas import StartedStudy, StudyBody, StudyDetailView, StudyList
from services.studies.create import start_study
from services.studies.list import delete_study, list_studies
from services.studies.read import show_study
from services.studies.types import StudyDetail, StudyRequest, StudySummary

studies = ApiBlueprint("studies", __name__, url_prefix="/api/studies")


@studies.get("")
@query(PageQuery())
@returns(StudyList())
def list_all(query: dict[str, int]) -> Page[StudySummary]:
    """List studies, the newest first."""
    return list_studies(resources().database, current_actor(), **query)


@studies.post("")
@creates
@body(StudyBody())
@returns(StartedStudy(), 201)
@fails({404: "There is no such dataset."})
def start(body: StudyRequest) -> Study:
    """Start central, federated and local-only training, once per seed."""
    parts = resources()
    return start_study(parts.database, parts.store, current_actor(), body)


@studies.get("/<study_id>")
@returns(StudyDetailView())
@fails({404: "There is no such study, or it is not shared with you."})
def show(study_id: str) -> StudyDetail:
    """Show a study: its trainings, means with intervals, paired tests and one sentence."""
    parts = resources()
    return show_study(parts.database, parts.store, current_actor(), study_id)


@studies.delete("/<study_id>")
@returns(None)
@fails({403: "Shared with you to read.", 404: "No such study."})
def delete(study_id: str) -> None:
    """Delete a study; its runs stay."""
    delete_study(resources().database, current_actor(), study_id)
