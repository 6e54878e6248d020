"""Import recipes: what a person said about a file, kept under a name for the next of its shape."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.errors import NotFound
from app.models.forecasting import ImportRecipe
from app.storage import ObjectStore
from services.forecasting.errors import FieldRefused
from services.forecasting.files.fields import checked_label
from services.forecasting.resolve import visible_file

HEAD_BYTES = 64 * 1024
MAX_RECIPES = 500


class RecipeNotFound(NotFound):
    """The person has no such recipe."""

    code = "RECIPE_NOT_FOUND"


def shape_of(head: bytes) -> str:
    """Return what files of one shape share: the hash of their first line that holds something."""
    lines = (line.strip() for line in head.replace(b"\r", b"\n").split(b"\n"))
    return hashlib.sha256(next((line for line in lines if line), b"")).hexdigest()


def recipe_for(session: Session, actor: Actor, path: Path) -> ImportRecipe | None:
    """Return the person's recipe for files of the shape of the one at ``path``."""
    with path.open("rb") as file:
        shape = shape_of(file.read(HEAD_BYTES))
    mine = (ImportRecipe.owner_id == actor.user_id, ImportRecipe.shape == shape)
    return session.scalars(select(ImportRecipe).where(*mine)).first()


def save_recipe(
    database: Database, store: ObjectStore, actor: Actor, name: object, file_id: str
) -> ImportRecipe:
    """Keep what was said about a file under a name; the shape's or the name's old one goes.

    Raises FieldRefused for a name that is none and for a file about which nothing was said.
    """
    require_member(actor)
    label = checked_label("name", name)
    with database.write() as unit:
        row = visible_file(unit.session, actor, file_id)
        if not row.import_options or row.object_key is None:
            detail = "Nothing was said about this file: set its importOptions first."
            raise FieldRefused("fileId", detail)
        with store.open(row.object_key) as raw:
            shape = shape_of(raw.read(HEAD_BYTES))
        _forget(unit.session, actor, label, shape)
        values = {
            "owner_id": actor.user_id,
            "name": label,
            "shape": shape,
            "options": row.import_options,
            "created_at": now(),
        }
        unit.session.execute(insert_into(unit.session, ImportRecipe).values(values))
        mine = (ImportRecipe.owner_id == actor.user_id, ImportRecipe.name == label)
        return unit.session.scalars(select(ImportRecipe).where(*mine)).one()


def _forget(session: Session, actor: Actor, name: str, shape: str) -> None:
    mine = select(ImportRecipe).where(ImportRecipe.owner_id == actor.user_id)
    for old in session.scalars(mine):
        if name == old.name or shape == old.shape:
            session.delete(old)
    session.flush()


def list_recipes(database: Database, actor: Actor) -> Sequence[ImportRecipe]:
    """Return the person's recipes by name."""
    mine = select(ImportRecipe).where(ImportRecipe.owner_id == actor.user_id)
    with database.read() as session:
        return session.scalars(mine.order_by(ImportRecipe.name).limit(MAX_RECIPES)).all()


def delete_recipe(database: Database, actor: Actor, recipe_id: str) -> None:
    """Delete one; raises RecipeNotFound for any other text."""
    with database.write() as unit:
        unit.session.delete(own_recipe(unit.session, actor, recipe_id))


def own_recipe(session: Session, actor: Actor, recipe_id: str) -> ImportRecipe:
    """Return the actor's recipe of that number; raises RecipeNotFound for any other text."""
    number = int(recipe_id) if recipe_id.isascii() and recipe_id.isdigit() else 0
    row = session.get(ImportRecipe, number) if 0 < number < 2**53 else None
    if row is None or row.owner_id != actor.user_id:
        raise RecipeNotFound(f"You have no recipe {recipe_id[:40]}.")
    return row


def applied(recipe: ImportRecipe | None, said: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return the options to read with, and the name of the recipe that they come from."""
    if said or recipe is None:
        return dict(said), None
    return dict(recipe.options), recipe.name
