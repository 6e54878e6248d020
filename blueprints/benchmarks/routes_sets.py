"""Data sets of personas: listed, uploaded, built, changed."""

from typing import Any

from quart import Response

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, form, made, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.http.threads import run_in_thread
from app.models.persona import Persona, PersonaSet
from blueprints.benchmarks.receive import csv_file, made_of, receive_csv
from blueprints.benchmarks.schemas_personas import (
    BuildBody,
    PersonaForm,
    PersonaFormFields,
    PersonaList,
    PersonaSetBody,
    PersonaSetDetailView,
    PersonaSetList,
    PersonaSetPatch,
    PersonaSetQuery,
    PersonaSetView,
)
from services.benchmarks.personas import delete as remove
from services.benchmarks.personas import list as find
from services.benchmarks.personas import update
from services.benchmarks.personas.build import build_set
from services.benchmarks.personas.create import create_set, upload_set
from services.benchmarks.personas.exports import export_set
from services.benchmarks.personas.read import get_set
from services.benchmarks.personas.types import (
    BuildRequest,
    NewPersonaSet,
    PersonaSetDetail,
    PersonaSetFilter,
    PersonaUpload,
)

sets = ApiBlueprint("persona_sets", __name__, url_prefix="/api/benchmarks/datasets")


@sets.get("")
@query(PersonaSetQuery())
@returns(PersonaSetList())
def list_persona_sets(query: PersonaSetFilter) -> Page[PersonaSet]:
    """List data sets of personas: those of the platform first, then the newest."""
    return find.list_sets(resources().database, current_actor(), query)


@sets.post("")
@creates
@made(PersonaSet)
@form(PersonaForm())
@body(PersonaSetBody(), large=True)
@returns(PersonaSetView(), 201)
@fails(
    {
        409: "You have a data set of this name.",
        413: "The file is larger than the limit.",
        422: "What is wrong, by column and line.",
    }
)
async def make_persona_set(body: NewPersonaSet | None) -> PersonaSet:
    """Make a data set of a list of personas, or of a CSV file; all of it is checked now."""
    if body is not None:
        return await run_in_thread(create_set, resources().database, current_actor(), body)
    received, values = await receive_csv(PersonaFormFields())
    upload = PersonaUpload(path=received.path, filename=received.filename, **values)
    return await made_of(received, upload_set, upload)


@sets.post("/build")
@creates
@made(PersonaSet)
@body(BuildBody())
@returns(PersonaSetView(), 201)
@fails({404: "There is no such source.", 409: "You have a data set of this name."})
def build_persona_set(body: BuildRequest) -> PersonaSet:
    """Build a data set: a pool, or a balanced, random or paired set of another one."""
    return build_set(resources().database, current_actor(), body)


@sets.get("/<dataset_id>")
@returns(PersonaSetDetailView())
@fails({404: "There is no such data set."})
def show_persona_set(dataset_id: str) -> PersonaSetDetail:
    """Return a data set with the sizes of its groups."""
    return get_set(resources().database, current_actor(), dataset_id)


@sets.patch("/<dataset_id>")
@body(PersonaSetPatch())
@returns(PersonaSetView())
@fails({403: "Shared with you to use.", 404: "No such data set.", 409: "The name is taken."})
def edit_persona_set(dataset_id: str, body: dict[str, Any]) -> PersonaSet:
    """Rename a data set, or change who sees it."""
    return update.change_set(resources().database, current_actor(), dataset_id, body)


@sets.delete("/<dataset_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: "No such data set.", 409: "A run is about it."})
def drop_persona_set(dataset_id: str) -> None:
    """Delete a data set that no run is about."""
    remove.delete_set(resources().database, current_actor(), dataset_id)


@sets.get("/<dataset_id>/personas")
@query(PageQuery())
@returns(PersonaList())
@fails({404: "There is no such data set."})
def list_people(dataset_id: str, query: dict[str, int]) -> Page[Persona]:
    """List the personas of a data set in the order in which they came."""
    return find.list_personas(resources().database, current_actor(), dataset_id, **query)


@sets.get("/<dataset_id>/csv")
@raw("text/csv")
@fails({404: "There is no such data set."})
def give_persona_file(dataset_id: str) -> Response:
    """Download the personas of a data set as a CSV file that can be uploaded again."""
    content = export_set(resources().database, current_actor(), dataset_id)
    return csv_file(content, f"personas_{dataset_id}")
