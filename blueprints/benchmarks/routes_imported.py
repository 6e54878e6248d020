"""Ratings that other programs asked for: looked at first, then a benchmark run."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.auth.access import require_member
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import NotFound
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, form, made, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.models.benchmark import BenchmarkRun
from blueprints.benchmarks.receive import made_of, receive_form_of
from blueprints.benchmarks.schemas_imported import (
    RatingsFields,
    RatingsForm,
    RatingsImportedView,
    RatingsPreviewView,
)
from services.benchmarks.imported.create import RatingsPreview, import_ratings, preview_ratings
from services.benchmarks.imported.types import KINDS, MAX_BYTES, RatingsUpload

imported = ApiBlueprint("imported_ratings", __name__, url_prefix="/api/benchmarks/import")
REFUSED = {
    400: "The file is not of its kind, or it is damaged.",
    404: "There is no such kind, or no such data set.",
    413: "The file is larger than the limit.",
}
T = TypeVar("T")


@imported.post("/<kind>/preview")
@form(RatingsForm())
@returns(RatingsPreviewView())
@fails(REFUSED | {422: "The mapping is none."})
async def preview_imported_ratings(kind: str) -> RatingsPreview:
    """Say what would come of a file of ratings, and what not and why; nothing is stored.

    Kinds are ``inspect`` (a log), ``lm-eval`` (a zip of results with samples) and ``items`` (CSV,
    Parquet, JSON or lines of JSON).
    """
    return await _of_file(kind, preview_ratings)


@imported.post("/<kind>")
@creates
@made(BenchmarkRun, lambda run: {"ok": True, "run_id": run.id})
@form(RatingsForm())
@returns(RatingsImportedView(), 201)
@fails(
    REFUSED
    | {
        409: "This very file is a run already.",
        422: "Samples are no items, each with its fault, or the mapping is none.",
    }
)
async def import_rated_items(kind: str) -> dict[str, Any]:
    """Make a benchmark run of a file of ratings: all tables and tests work on it, at once."""
    return {"ok": True, "run_id": await _of_file(kind, import_ratings)}


async def _of_file(kind: str, use_case: Callable[..., T]) -> T:
    if kind not in KINDS:
        raise NotFound(f"There is no format {kind[:40]!r}: use {', '.join(KINDS)}.")
    require_member(current_actor())  # before a large file travels
    received, values = await receive_form_of(RatingsFields(), MAX_BYTES)
    upload = RatingsUpload(kind=kind, path=received.path, filename=received.filename, **values)
    folder = resources().settings.home / "tmp"

    def work(database: Database, actor: Actor, given: RatingsUpload) -> T:
        return use_case(database, actor, given, folder)

    return await made_of(received, work, upload)
