"""Listing, uploading and deleting weights to start from."""

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, form, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.weights import Weights
from blueprints.datasets.receive import in_a_slot, receive_upload
from blueprints.weights.schemas import WeightsFields, WeightsForm, WeightsList, WeightsView
from services.weights import delete as change
from services.weights import list as find
from services.weights.create import WeightsUpload, create_weights

weights = ApiBlueprint("weights", __name__, url_prefix="/api/weights")


@weights.get("")
@query(PageQuery())
@returns(WeightsList())
def list_weights(query: dict[str, int]) -> Page[Weights]:
    """Return the weights that a run may start from, the newest first."""
    return find.list_weights(resources().database, current_actor(), **query)


@weights.post("")
@creates
@made(Weights)
@form(WeightsForm())
@returns(WeightsView(), 201)
@fails({413: "The file is larger than the limit.", 422: "What is wrong with the file."})
async def upload_weights() -> Weights:
    """Keep a safetensors file for runs to start from; its header is checked now."""
    received, values = await receive_upload("file", WeightsFields())
    upload = WeightsUpload(path=received.path, filename=received.filename, **values)
    return await in_a_slot(received, create_weights, upload)


@weights.delete("/<weights_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: "No such weights.", 409: "A run still needs them."})
def delete_weights(weights_id: str) -> None:
    """Take weights out of use; runs that began with them can still be explained."""
    change.delete_weights(resources().database, current_actor(), weights_id)
