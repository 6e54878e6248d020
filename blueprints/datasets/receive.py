"""From the bytes of a request to a dataset: receive, check, and hand to the use case."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import Schema

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.http.blueprint import load
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.slots import slots
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm, receive_form
from app.models.dataset import Dataset
from app.storage import ObjectStore
from blueprints.uploads.hand_over import UPLOAD_ID, take_upload
from services.datasets.columns import change_columns
from services.datasets.create import Upload, create_dataset
from services.datasets.preview import PreviewUpload, preview_dataset
from services.datasets.types import Preview, ReaderOptions

T = TypeVar("T")
U = TypeVar("U")

_AT_ONCE = 2
_OPTIONS = tuple(ReaderOptions.__dataclass_fields__)


async def receive_upload(field: str, schema: Schema) -> tuple[ReceivedForm, dict[str, Any]]:
    """Receive the form of this request: its file in ``field``, its values checked by ``schema``.

    Where the schema knows an ``upload_id``, that of a finished upload may stand for the file.
    """
    settings = resources().settings
    received = await receive_form(
        settings.home / "tmp",
        field=field,
        max_bytes=settings.max_upload_bytes,
        timeout_seconds=settings.body_timeout_seconds,
        stand_in=UPLOAD_ID if UPLOAD_ID in schema.fields else None,
    )
    if not isinstance(received, ReceivedForm):
        received = await run_in_thread(take_upload, received, settings.home / "tmp")
    elif UPLOAD_ID in received.values:
        received.remove()
        detail = f"Send the file, or the {UPLOAD_ID} of one that is here; not both."
        raise Invalid(detail, errors={UPLOAD_ID: [detail]})
    try:
        return received, load(schema, dict(received.values), "form")
    except Invalid:
        received.remove()
        raise


async def make_dataset(received: ReceivedForm, values: Mapping[str, Any]) -> Dataset:
    """Make a dataset of a received file and remove the file.

    ``values`` holds ``kind``, and optionally a name, a visibility and the fields of
    ``ReaderOptions``.
    """
    upload = Upload(
        path=received.path,
        filename=received.filename,
        kind=values["kind"],
        name=values.get("name"),
        visibility=values.get("visibility", "private"),
        upload_id=values.get(UPLOAD_ID),
        options=ReaderOptions(**{name: values[name] for name in _OPTIONS if name in values}),
    )
    return await in_a_slot(received, create_dataset, upload)


async def make_preview(received: ReceivedForm, values: Mapping[str, Any]) -> Preview:
    """Look into a received file and remove it; ``values`` are as for ``make_dataset``."""
    options = ReaderOptions(**{name: values[name] for name in _OPTIONS if name in values})
    upload = PreviewUpload(path=received.path, kind=values["kind"], options=options)
    return await in_a_slot(received, preview_dataset, upload)


async def read_again(dataset_id: str, options: ReaderOptions) -> Dataset:
    """Read the kept file of a dataset in another way, to its end even if the client goes away."""
    return await asyncio.shield(asyncio.ensure_future(_read_again(dataset_id, options)))


async def _read_again(dataset_id: str, options: ReaderOptions) -> Dataset:
    parts = resources()
    async with slots("upload", _AT_ONCE):
        return await run_in_thread(
            change_columns,
            parts.database,
            parts.store,
            current_actor(),
            dataset_id,
            options,
            parts.settings.home / "tmp",
        )


async def in_a_slot(
    received: ReceivedForm, create: Callable[[Database, ObjectStore, Actor, U], T], upload: U
) -> T:
    """Make something of a received file by the use case ``create``, and remove the file.

    The work goes on to its end even if the client goes away.
    """
    return await asyncio.shield(asyncio.ensure_future(_make(received, create, upload)))


async def _make(
    received: ReceivedForm, create: Callable[[Database, ObjectStore, Actor, U], T], upload: U
) -> T:
    parts = resources()
    try:
        async with slots("upload", _AT_ONCE):
            return await run_in_thread(create, parts.database, parts.store, current_actor(), upload)
    finally:
        received.remove()
