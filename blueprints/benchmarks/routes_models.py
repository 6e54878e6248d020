"""Models that benchmarks ask: registered, changed, deleted.

The contract's ``/admin/models`` are the same routes: whoever owns a model changes it.
"""

from typing import Any

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.benchmark import BenchmarkModel
from blueprints.benchmarks.schemas_models import (
    BenchmarkModelBody,
    BenchmarkModelList,
    BenchmarkModelPatch,
    BenchmarkModelView,
)
from services.benchmarks.models.create import create_model
from services.benchmarks.models.delete import delete_model
from services.benchmarks.models.list import list_models
from services.benchmarks.models.read import get_model
from services.benchmarks.models.secret import KeyVault
from services.benchmarks.models.types import Installation, NewModel
from services.benchmarks.models.update import change_model

models = ApiBlueprint("benchmark_models", __name__, url_prefix="/api/benchmarks")


def _here() -> Installation:
    settings = resources().settings
    return Installation(
        vault=KeyVault(settings.home), allow_private=settings.benchmark_private_addresses
    )


@models.get("/admin/models", endpoint="list_models_by_their_old_name")
@models.get("/models")
@query(PageQuery())
@returns(BenchmarkModelList())
def list_benchmark_models(query: dict[str, int]) -> Page[BenchmarkModel]:
    """List models by name."""
    return list_models(resources().database, current_actor(), **query)


@models.post("/admin/models", endpoint="make_model_by_its_old_name")
@models.post("/models")
@creates
@made(BenchmarkModel)
@body(BenchmarkModelBody())
@returns(BenchmarkModelView(), 201)
@fails({409: "You have a model of this name."})
def make_benchmark_model(body: NewModel) -> BenchmarkModel:
    """Register a model; its key is stored encrypted and never answered."""
    return create_model(resources().database, current_actor(), _here(), body)


@models.get("/admin/models/<model_id>", endpoint="show_model_by_its_old_name")
@models.get("/models/<model_id>")
@returns(BenchmarkModelView())
@fails({404: "There is no such model."})
def show_benchmark_model(model_id: str) -> BenchmarkModel:
    """Return a model."""
    return get_model(resources().database, current_actor(), model_id)


@models.patch("/admin/models/<model_id>", endpoint="edit_model_by_its_old_name")
@models.patch("/models/<model_id>")
@body(BenchmarkModelPatch())
@returns(BenchmarkModelView())
@fails({403: "Shared with you to use.", 404: "No such model.", 409: "The name is taken."})
def edit_benchmark_model(model_id: str, body: dict[str, Any]) -> BenchmarkModel:
    """Change a model; null as key takes it away."""
    return change_model(resources().database, current_actor(), _here(), model_id, body)


@models.delete("/admin/models/<model_id>", endpoint="drop_model_by_its_old_name")
@models.delete("/models/<model_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: "No such model.", 409: "Runs are about it."})
def drop_benchmark_model(model_id: str) -> None:
    """Delete a model that no run is about, and its key."""
    delete_model(resources().database, current_actor(), model_id)
