"""Attribute generations: started, listed, followed, stopped, resumed and deleted."""

from typing import Any

from quart import Response

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint, last_step
from app.http.endpoint import body, creates, fails, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.http.threads import run_in_thread
from app.models.attribute_generation import AttributeGeneration
from blueprints.benchmarks import schemas_generations as say
from blueprints.benchmarks.knocking import SHUT, knocked
from blueprints.benchmarks.progress import status_of
from blueprints.benchmarks.schemas_asking import BenchmarkResumeBody, ChangeBody, DoneView
from services.benchmarks.generations.acknowledge import acknowledge_generation
from services.benchmarks.generations.create import start_generation
from services.benchmarks.generations.delete import delete_generation
from services.benchmarks.generations.described import list_described
from services.benchmarks.generations.read import list_generations, read_generation
from services.benchmarks.generations.resume import resume_generation
from services.benchmarks.generations.stop import stop_generation
from services.benchmarks.generations.types import (
    DescribedPerson,
    GenerationDetail,
    GenerationRequest,
    GenerationSummary,
)
from services.benchmarks.generations.update import update_generation
from services.benchmarks.knocks.checks import model_of_generation, model_of_rewriting

generations = ApiBlueprint("generations", __name__, url_prefix="/api/benchmarks/attrgen")
MISSING = {404: "There is no such attribute generation, or it is not shared with you."}
DONE = {"ok": True}


@generations.post("/start")
@creates
@made(AttributeGeneration, lambda row: DONE | {"attrgen_run_id": row.id})
@body(say.AttrGenBody())
@returns(say.AttrGenStarted())
@fails({403: "A viewer reads.", 404: "There is no such data set.", 422: SHUT})
async def start_attribute_generation(body: GenerationRequest) -> dict[str, Any]:
    """Let a model write name, appearance and biography of every persona of a data set.

    A worker knocks at its server first, as before a benchmark.
    """
    database, actor = resources().database, current_actor()
    await knocked(actor, lambda session: model_of_generation(session, actor, body))
    number = await run_in_thread(start_generation, database, actor, body)
    return DONE | {"attrgen_run_id": number}


@generations.get("/runs")
@query(say.AttrGenQuery())
@returns(say.AttrGenPage())
def list_attribute_generations(query: dict[str, Any]) -> Page[GenerationSummary]:
    """List attribute generations, the newest first."""
    return list_generations(resources().database, current_actor(), **query)


@generations.get("/runs/<attrgen_run_id>")
@returns(say.AttrGenDetailView())
@fails(MISSING)
def show_attribute_generation(attrgen_run_id: str) -> GenerationDetail:
    """Show a generation with its manifest, and which attributes its texts name."""
    return read_generation(resources().database, current_actor(), attrgen_run_id)


@generations.get("/runs/<attrgen_run_id>/personas")
@query(PageQuery())
@returns(say.DescribedPage())
@fails(MISSING)
def list_generated_texts(attrgen_run_id: str, query: dict[str, int]) -> Page[DescribedPerson]:
    """List the personas with their texts."""
    return list_described(resources().database, current_actor(), attrgen_run_id, **query)


@generations.patch("/runs/<attrgen_run_id>")
@body(ChangeBody())
@returns(say.AttrGenDetailView())
@fails(MISSING | {403: "Shared with you to read."})
def change_attribute_generation(attrgen_run_id: str, body: dict[str, Any]) -> GenerationDetail:
    """Rename a generation, or share it."""
    database, actor = resources().database, current_actor()
    update_generation(database, actor, attrgen_run_id, body)
    return read_generation(database, actor, attrgen_run_id)


@generations.post("/runs/<attrgen_run_id>/acknowledge")
@creates
@returns(DoneView())
@fails(MISSING | {409: "It did not fail."})
def acknowledge_attribute_generation(attrgen_run_id: str) -> dict[str, Any]:
    """Take a failed generation out of what needs attention; once more is no error."""
    acknowledge_generation(resources().database, current_actor(), attrgen_run_id)
    return DONE


@generations.delete("/runs/<attrgen_run_id>")
@returns(say.AttrGenDeleted())
@fails(MISSING | {409: "It waits or runs, or a benchmark shows its texts."})
def delete_attribute_generation(attrgen_run_id: str) -> dict[str, Any]:
    """Delete a generation with its texts."""
    delete_generation(resources().database, current_actor(), attrgen_run_id)
    return DONE | {"deleted": 1}


@generations.get("/<attrgen_run_id>/status")
@returns(say.AttrGenStatusView())
@fails(MISSING)
def show_attribute_generation_status(attrgen_run_id: str) -> dict[str, Any]:
    """Say how far a generation is."""
    row = read_generation(resources().database, current_actor(), attrgen_run_id)
    return status_of(row.summary)


@generations.post("/<attrgen_run_id>/cancel")
@creates
@returns(DoneView())
@fails(MISSING | {409: "It is over."})
def cancel_attribute_generation(attrgen_run_id: str) -> dict[str, Any]:
    """Request the end of a generation; once more while it ends is no error."""
    stop_generation(resources().jobs, current_actor(), attrgen_run_id)
    return DONE


@generations.post("/<attrgen_run_id>/resume")
@creates
@body(BenchmarkResumeBody())
@returns(say.AttrGenStarted())
@fails(MISSING | {409: "It is not over, or every persona has its texts.", 422: SHUT})
async def resume_attribute_generation(attrgen_run_id: str, body: dict[str, Any]) -> Response:
    """Ask again for the personas without texts, failures included, once the server lets us in."""
    database, actor, name = resources().database, current_actor(), attrgen_run_id
    await knocked(actor, lambda session: model_of_rewriting(session, actor, name, body))
    return await last_step(
        lambda: DONE | {"attrgen_run_id": resume_generation(database, actor, name, body)}
    )
