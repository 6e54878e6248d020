"""Trainings started with a multipart form that brings its own data."""

from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from quart import g

from app import strict_json
from app.db.one_commit import alone
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import StrictSchema, whole
from app.http.threads import run_in_thread
from app.models.dataset import Dataset
from app.models.run import VISIBILITIES
from blueprints.datasets.receive import make_dataset, receive_upload
from blueprints.experiments.schemas import MAX_ROUNDS
from services.datasets.update import delete_dataset
from services.preferences.config import column_names
from services.runs.create import StartedRun, StartRequest, check_request, start_run

FIELD = "data_zip"
COLUMNS = ("patient_column", "target_column", "filename_column")


def _text(longest: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, longest), **kwargs)


class JsonText(fields.String):
    """A JSON object as the text of one form field."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        try:
            parsed = strict_json.loads(text)
        except ValueError:
            raise ValidationError("This is not JSON.") from None
        if not isinstance(parsed, dict):
            raise ValidationError("Give an object of settings.")
        return parsed


class TrainForm(StrictSchema):
    """An archive of images with its metadata, and what to train on it."""

    data_zip = fields.Raw(dump_only=True, metadata={"type": "string", "format": "binary"})
    csv_filename = _text(200)
    patient_column = _text(200)
    target_column = _text(200)
    filename_column = _text(200)
    dataset_name = _text(200)
    pretrained = whole(low=1)
    run_description = _text(1024)
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    config = JsonText(load_default=dict)

    @post_load
    def _apart(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put what is about the data and the echoed paths apart from what is about the run."""
        data = {name: values.pop(name) for name in ("csv_filename", *COLUMNS) if name in values}
        data |= {"name": values.pop("dataset_name", None), "kind": "images"}
        data["visibility"] = values["visibility"]
        paths = {
            name: values.pop(name) for name in ("checkpoint_dir", "logs_dir") if name in values
        }
        return {"data": data, "paths": paths, "run": values}


class CentralizedForm(TrainForm):
    """A centralized training; the two paths are echoed and never used."""

    experiment_name = _text(200, load_default="pneumonia_centralized")
    checkpoint_dir = _text(1024, load_default="results/centralized/checkpoints")
    logs_dir = _text(1024, load_default="results/centralized/logs")


class FederatedForm(TrainForm):
    """A federated training."""

    experiment_name = _text(200, load_default="pneumonia_federated")
    num_server_rounds = whole(low=1, high=MAX_ROUNDS)


def note_paths(paths: dict[str, str]) -> None:
    """Keep the paths that the answer to this request echoes."""
    g.echoed_paths = paths


def noted_paths() -> dict[str, str]:
    """Return the paths that the answer to this request echoes."""
    paths: dict[str, str] = g.get("echoed_paths", {})
    return paths


async def start_from_form(mode: str, schema: TrainForm) -> StartedRun:
    """Make a dataset of the form's file and queue a training on it.

    Everything that can be wrong without the data is refused before the data is looked at. A
    training that its data cannot bear leaves no dataset behind.
    """
    received, values = await receive_upload(FIELD, schema)
    note_paths(values["paths"])
    database, actor = resources().database, current_actor()
    with ExitStack() as undo:
        undo.callback(received.remove)
        request = StartRequest(mode=mode, dataset=0, **values["run"])
        request = await run_in_thread(check_request, database, actor, request)
        own = await run_in_thread(column_names, database, actor)
        undo.pop_all()  # from here on the file is make_dataset's to remove
    with alone():  # an Idempotency-Key belongs to the run, not to its data
        dataset = await make_dataset(received, own | values["data"])
    request = replace(request, dataset=dataset.id)
    async with AsyncExitStack() as undo_dataset:
        undo_dataset.push_async_callback(_delete, dataset)
        started = await run_in_thread(start_run, database, actor, request)
        undo_dataset.pop_all()
    return started


async def _delete(dataset: Dataset) -> None:
    with alone():
        await run_in_thread(delete_dataset, resources().database, current_actor(), str(dataset.id))
