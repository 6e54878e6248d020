"""Listing, uploading, sharing and deleting datasets."""

from typing import Any

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, form, made, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from app.models.dataset import Dataset
from blueprints.datasets.receive import make_dataset, make_preview, read_again, receive_upload
from blueprints.datasets.schemas import (
    ColumnsBody,
    DatasetDetailView,
    DatasetList,
    DatasetPatch,
    PreviewFields,
    PreviewForm,
    PreviewView,
    UploadFields,
    UploadForm,
)
from services.datasets import list as find
from services.datasets import update as change
from services.datasets.types import Preview, ReaderOptions

datasets = ApiBlueprint("datasets", __name__, url_prefix="/api/datasets")


@datasets.get("")
@query(PageQuery())
@returns(DatasetList())
def list_datasets(query: dict[str, int]) -> Page[Dataset]:
    """Return the datasets that may be trained on: built-ins first, then the newest."""
    return find.list_datasets(resources().database, current_actor(), **query)


@datasets.post("")
@creates
@made(Dataset)
@form(UploadForm())
@returns(DatasetDetailView(), 201)
@fails({413: "The file is larger than the limit.", 422: "What is wrong, by member, row or column."})
async def upload_dataset() -> Dataset:
    """Make a dataset of an image archive or a CSV table; all of it is checked now."""
    received, values = await receive_upload("file", UploadFields())
    return await make_dataset(received, values)


@datasets.post("/preview")
@form(PreviewForm())
@returns(PreviewView())
@fails({413: "The file is larger than the limit.", 422: "Why it cannot be read."})
async def preview_dataset() -> Preview:
    """Return the columns of a file, so that a person can choose their roles; nothing is kept.

    The first lines of a table are enough: then the counts are those of these lines.
    """
    received, values = await receive_upload("file", PreviewFields())
    return await make_preview(received, values)


@datasets.get("/<dataset_id>")
@returns(DatasetDetailView())
@fails({404: "No such dataset."})
def get_dataset(dataset_id: str) -> Dataset:
    """Return one dataset."""
    return find.get_dataset(resources().database, current_actor(), dataset_id)


@datasets.patch("/<dataset_id>")
@body(DatasetPatch())
@returns(DatasetDetailView())
@fails({403: "Shared with you to use.", 404: "No such dataset.", 409: "A built-in never changes."})
def change_dataset(dataset_id: str, body: dict[str, Any]) -> Dataset:
    """Rename a dataset, or change who sees it."""
    changes = change.DatasetChanges(**body)
    return change.change_dataset(resources().database, current_actor(), dataset_id, changes)


@datasets.put("/<dataset_id>/columns")
@body(ColumnsBody())
@returns(DatasetDetailView())
@fails(
    {
        403: "Shared with you to use.",
        404: "No such dataset.",
        409: "A run used it, or its file is not kept.",
        422: "What is wrong, by row or column.",
    }
)
async def change_columns(dataset_id: str, body: ReaderOptions) -> Dataset:
    """Read the file of a table in another way: roles, gaps, limits; until a run uses it."""
    return await read_again(dataset_id, body)


@datasets.delete("/<dataset_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: "No such dataset.", 409: "A run still needs it."})
def delete_dataset(dataset_id: str) -> None:
    """Take a dataset out of use; runs that used it can still be explained."""
    change.delete_dataset(resources().database, current_actor(), dataset_id)
