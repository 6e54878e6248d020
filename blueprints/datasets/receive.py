"""From the bytes of a request to a dataset: receive, check, and hand to the use case."""

import asyncio
from typing import Any

from marshmallow import Schema
from quart import current_app

from app.auth.actor import Actor
from app.http.blueprint import load
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm, receive_form
from app.models.dataset import Dataset
from services.datasets.types import ReaderOptions
from services.datasets.upload import Upload, create_dataset

_AT_ONCE = 2
_OPTIONS = tuple(ReaderOptions.__dataclass_fields__)


async def upload_to_dataset(field: str, schema: Schema) -> Dataset:
    """Receive the form of this request and make a dataset of its file.

    Once the form has arrived the work goes on to its end, even if the client goes away.
    """
    settings = resources().settings
    received = await receive_form(
        settings.home / "tmp",
        field=field,
        max_bytes=settings.max_upload_bytes,
        timeout_seconds=settings.body_timeout_seconds,
    )
    work = asyncio.ensure_future(_make(received, schema, current_actor()))
    return await asyncio.shield(work)


async def _make(received: ReceivedForm, schema: Schema, actor: Actor) -> Dataset:
    try:
        values = load(schema, dict(received.values), "form")
        parts = resources()
        async with _slots():
            return await run_in_thread(
                create_dataset, parts.database, parts.store, actor, _upload(received, values)
            )
    finally:
        received.remove()


def _slots() -> asyncio.Semaphore:
    """Return what keeps uploads from taking every thread: the others wait on the loop."""
    slots: asyncio.Semaphore = current_app.extensions.setdefault(
        "upload_slots", asyncio.Semaphore(_AT_ONCE)
    )
    return slots


def _upload(received: ReceivedForm, values: dict[str, Any]) -> Upload:
    return Upload(
        path=received.path,
        filename=received.filename,
        kind=values["kind"],
        name=values["name"],
        visibility=values["visibility"],
        options=ReaderOptions(**{name: values[name] for name in _OPTIONS}),
    )
