"""Import recipes: what was said about a file, applied to the next one of its shape."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import StrictSchema, moment, whole
from app.models.forecasting import ImportRecipe
from blueprints.forecasting.files_on_wire import file_row
from blueprints.forecasting.reader import series_joiner, series_reader
from blueprints.forecasting.schemas import ContractSchema
from blueprints.forecasting.schemas_files import FileAnswer
from services.forecasting.files import recipe_use
from services.forecasting.files import recipes as use_cases

recipes = ApiBlueprint("forecasting_recipes", __name__, url_prefix="/api/training")


class RecipeBody(StrictSchema):
    """The name of a recipe, and the file about which something was said."""

    name = fields.Raw(required=True, allow_none=True, metadata={"type": "string"})
    fileId = fields.String(required=True)


class RecipeNameBody(StrictSchema):
    """Another name for a recipe."""

    name = fields.Raw(required=True, allow_none=True, metadata={"type": "string"})


class RecipeFileBody(StrictSchema):
    """The file that a recipe is applied to."""

    fileId = fields.String(required=True)


class RecipeView(Schema):
    """A recipe; its options are applied to files whose first line is that of the file it is of."""

    id = whole(low=1)
    name = fields.String()
    importOptions = fields.Dict(attribute="options")
    created_at = moment()


class RecipeAnswer(ContractSchema):
    """A recipe that was kept."""

    recipe = fields.Nested(RecipeView)


class RecipesAnswer(ContractSchema):
    """The recipes of the caller, by name."""

    recipes = fields.List(fields.Nested(RecipeView))


@recipes.get("/import-recipes")
@returns(RecipesAnswer())
def list_recipes() -> dict[str, Sequence[ImportRecipe]]:
    """Return your import recipes."""
    return {"recipes": use_cases.list_recipes(resources().database, current_actor())}


@recipes.post("/import-recipes")
@creates
@body(RecipeBody())
@returns(RecipeAnswer(), 201)
@fails({400: "The name is none, or nothing was said about the file.", 404: "No such file."})
def save_recipe(body: dict[str, Any]) -> dict[str, ImportRecipe]:
    """Keep what was said about a file; an older recipe of its name or shape goes."""
    parts, actor = resources(), current_actor()
    recipe = use_cases.save_recipe(parts.database, parts.store, actor, body["name"], body["fileId"])
    return {"recipe": recipe}


@recipes.put("/import-recipes/<recipe_id>")
@body(RecipeNameBody())
@returns(RecipeAnswer())
@fails({400: "The name is none, or another recipe has it.", 404: "You have no such recipe."})
def rename_recipe(recipe_id: str, body: dict[str, Any]) -> dict[str, ImportRecipe]:
    """Give a recipe another name."""
    actor = current_actor()
    return {
        "recipe": recipe_use.rename_recipe(resources().database, actor, recipe_id, body["name"])
    }


@recipes.post("/import-recipes/<recipe_id>/apply")
@creates
@body(RecipeFileBody())
@returns(FileAnswer())
@fails({400: "The recipe does not fit the file.", 404: "There is no such recipe, or no such file."})
def apply_recipe(recipe_id: str, body: dict[str, str]) -> dict[str, Any]:
    """Read a file again as a recipe has it, in the place of what was said about it."""
    parts = resources()
    row = recipe_use.apply_recipe(
        parts.database,
        parts.store,
        current_actor(),
        recipe_id,
        body["fileId"],
        parts.settings.home / "tmp",
        series_reader(),
        series_joiner(),
    )
    return {"data": file_row(row)}


@recipes.delete("/import-recipes/<recipe_id>")
@returns(ContractSchema())
@fails({404: "You have no such recipe."})
def delete_recipe(recipe_id: str) -> dict[str, str]:
    """Delete a recipe."""
    use_cases.delete_recipe(resources().database, current_actor(), recipe_id)
    return {"message": "The recipe is deleted."}
