"""Receiving the small files of this domain."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from marshmallow import Schema
from quart import Response

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from app.http.blueprint import load
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm, receive_form
from services.benchmarks.csv_files import MAX_BYTES

T = TypeVar("T")
Given = TypeVar("Given")


async def receive_csv(schema: Schema) -> tuple[ReceivedForm, dict[str, Any]]:
    """Receive the form of this request: its ``file``, its values checked by ``schema``."""
    return await receive_form_of(schema, MAX_BYTES)


async def receive_form_of(schema: Schema, max_bytes: int) -> tuple[ReceivedForm, dict[str, Any]]:
    """Receive a form whose ``file`` has at most ``max_bytes``, its values checked by ``schema``."""
    settings = resources().settings
    form = await receive_form(
        settings.home / "tmp",
        field="file",
        max_bytes=min(settings.max_upload_bytes, max_bytes),
        timeout_seconds=settings.body_timeout_seconds,
    )
    received = cast("ReceivedForm", form)  # nothing stands in for the file
    try:
        return received, load(schema, dict(received.values), "form")
    except Invalid:
        received.remove()
        raise


async def made_of(
    received: ReceivedForm, use_case: Callable[[Database, Actor, Given], T], given: Given
) -> T:
    """Call the use case about a received file in a thread, and remove the file."""
    try:
        return await run_in_thread(use_case, resources().database, current_actor(), given)
    finally:
        received.remove()


def csv_file(content: bytes, name: str) -> Response:
    """Return a CSV file to keep."""
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
