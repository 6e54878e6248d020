"""Renaming an import recipe, and applying one to a file that is here."""

from pathlib import Path

from sqlalchemy import select

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.forecasting import ImportRecipe, SessionFile
from app.storage import ObjectStore
from services.forecasting.errors import FieldRefused
from services.forecasting.files.create import Reader
from services.forecasting.files.fields import checked_label
from services.forecasting.files.parts import Join
from services.forecasting.files.recipes import own_recipe
from services.forecasting.files.reread import reread_file
from services.tabular.join import join_values


def rename_recipe(database: Database, actor: Actor, recipe_id: str, name: object) -> ImportRecipe:
    """Give a recipe another name; raises RecipeNotFound, and FieldRefused for one that is taken."""
    label = checked_label("name", name)
    with database.write() as unit:
        row = own_recipe(unit.session, actor, recipe_id)
        same = (ImportRecipe.owner_id == actor.user_id, ImportRecipe.name == label)
        other = unit.session.scalars(select(ImportRecipe).where(*same)).first()
        if other is not None and other.id != row.id:
            raise FieldRefused("name", f"You have a recipe called {label!r} already.")
        row.name = label
    return row


def apply_recipe(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    recipe_id: str,
    file_id: str,
    folder: Path,
    read: Reader,
    join: Join = join_values,
) -> SessionFile:
    """Read a file again as a recipe has it; raises as ``reread_file``, and RecipeNotFound."""
    with database.read() as session:
        recipe = own_recipe(session, actor, recipe_id)
    options, name = dict(recipe.options), recipe.name
    return reread_file(database, store, actor, file_id, options, folder, read, join, recipe=name)
