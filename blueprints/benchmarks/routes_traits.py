"""Traits: listed, made, changed, imported and exported."""

from collections.abc import Sequence
from typing import Any

from quart import Response

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint, last_step
from app.http.endpoint import body, creates, fails, form, made, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.persona import Trait
from blueprints.benchmarks.receive import csv_file, receive_csv
from blueprints.benchmarks.schemas_traits import (
    CategoryList,
    TraitBody,
    TraitForm,
    TraitFormFields,
    TraitImportView,
    TraitList,
    TraitPatch,
    TraitQuery,
    TraitView,
)
from services.benchmarks.traits.create import create_trait
from services.benchmarks.traits.delete import delete_trait
from services.benchmarks.traits.exports import export_traits
from services.benchmarks.traits.imports import import_traits
from services.benchmarks.traits.list import list_categories, list_traits
from services.benchmarks.traits.read import get_trait
from services.benchmarks.traits.types import (
    CategoryCount,
    NewTrait,
    TraitFilter,
    TraitImport,
)
from services.benchmarks.traits.update import change_trait

traits = ApiBlueprint("traits", __name__, url_prefix="/api/benchmarks/traits")


@traits.get("")
@query(TraitQuery())
@returns(TraitList())
def list_all_traits(query: TraitFilter) -> Page[Trait]:
    """List traits in the order in which they came."""
    return list_traits(resources().database, current_actor(), query)


@traits.post("")
@creates
@made(Trait)
@body(TraitBody())
@returns(TraitView(), 201)
@fails({409: "There is a trait with this adjective or code."})
def make_trait(body: NewTrait) -> Trait:
    """Make a trait."""
    return create_trait(resources().database, current_actor(), body)


@traits.get("/active")
@query(PageQuery())
@returns(TraitList())
def list_active_traits(query: dict[str, int]) -> Page[Trait]:
    """List the traits that a new run asks unless it names others."""
    chosen = TraitFilter(active=True, limit=query["limit"], offset=query["offset"])
    return list_traits(resources().database, current_actor(), chosen)


@traits.get("/categories")
@returns(CategoryList())
def list_trait_categories() -> dict[str, Sequence[CategoryCount]]:
    """List the categories in use, with the number of their traits."""
    return {"items": list_categories(resources().database, current_actor())}


@traits.post("/import")
@creates
@form(TraitForm())
@returns(TraitImportView())
@fails({413: "The file is larger than the limit.", 422: "What is wrong, by column and line."})
async def take_trait_file() -> Response:
    """Change the traits whose code a CSV file has, and make the others."""
    received, values = await receive_csv(TraitFormFields())
    given = TraitImport(
        path=received.path,
        skip_faults=values["faults"] == "skip",
        visibility=values["visibility"],
    )
    try:
        return await last_step(import_traits, resources().database, current_actor(), given)
    finally:
        received.remove()


@traits.get("/export")
@raw("text/csv")
def give_trait_file() -> Response:
    """Download every trait as a CSV file that can be imported again."""
    return csv_file(export_traits(resources().database, current_actor()), "traits")


@traits.get("/<trait_id>")
@returns(TraitView())
@fails({404: "There is no such trait."})
def show_trait(trait_id: str) -> Trait:
    """Return the trait of a number (7) or a code (g7)."""
    return get_trait(resources().database, current_actor(), trait_id)


@traits.patch("/<trait_id>")
@body(TraitPatch())
@returns(TraitView())
@fails({403: "Shared with you to use.", 404: "No such trait.", 409: "The adjective is taken."})
def edit_trait(trait_id: str, body: dict[str, Any]) -> Trait:
    """Change a trait; runs of before keep it as they asked it."""
    return change_trait(resources().database, current_actor(), trait_id, body)


@traits.delete("/<trait_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: "No such trait.", 409: "Answers are about it."})
def drop_trait(trait_id: str) -> None:
    """Delete a trait that no answer is about."""
    delete_trait(resources().database, current_actor(), trait_id)
