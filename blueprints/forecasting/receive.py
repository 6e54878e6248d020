"""From a form with a file, or the id of an upload, to a file of a session."""

from collections.abc import Mapping
from typing import Any

from quart import request

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import BadRequest, Invalid, RoundhouseError
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm, receive_form
from app.models.forecasting import SessionFile
from app.storage import ObjectStore
from blueprints.datasets.receive import in_a_slot
from blueprints.forecasting.reader import series_reader
from blueprints.uploads.hand_over import UPLOAD_ID, take_upload
from services.forecasting.errors import ChunkMissing, FieldRefused
from services.forecasting.files.create import HASH_FIELD, SeriesUpload, create_file
from services.forecasting.uploads.chunk import announced_hash

OWN_FIELDS = (
    "sessionId", "session_id", "type", "fileType", "bezeichnung", "fileName", "fileData",
    "fileMetadata", HASH_FIELD, UPLOAD_ID,
)  # fmt: skip
OBJECTS = ("fileData", "fileMetadata")


async def receive_file() -> list[SessionFile]:
    """Take the file of this request's form into its session; an upload may stand for the file."""
    received = await received_file()
    try:
        upload = _upload(received)
    except RoundhouseError:
        received.remove()
        raise
    return await in_a_slot(received, _create, upload)


async def received_file() -> ReceivedForm:
    """Receive a form with a file, or take the finished upload that it names."""
    received = await receive_part("file", stand_in=UPLOAD_ID)
    folder = resources().settings.home / "tmp"
    if not isinstance(received, ReceivedForm):
        return await run_in_thread(take_upload, received, folder)
    if UPLOAD_ID in received.values:
        received.remove()
        raise FieldRefused(UPLOAD_ID, f"Send the file, or the {UPLOAD_ID} of one; not both.")
    return received


async def receive_part(field: str, stand_in: str | None = None) -> ReceivedForm | Mapping[str, str]:
    """Receive the form of this request, whose one file is ``field``; raises ChunkMissing."""
    settings = resources().settings
    try:
        return await receive_form(
            settings.home / "tmp",
            field=field,
            max_bytes=settings.max_upload_bytes,
            timeout_seconds=settings.body_timeout_seconds,
            stand_in=stand_in,
        )
    except Invalid as error:
        if field not in error.errors:
            raise
        raise ChunkMissing(field, error.detail) from None


def _create(
    database: Database, store: ObjectStore, actor: Actor, upload: SeriesUpload
) -> list[SessionFile]:
    quota = resources().settings.session_quota_bytes
    return create_file(database, store, actor, upload, series_reader(), quota_bytes=quota)


def _upload(received: ReceivedForm) -> SeriesUpload:
    values: dict[str, Any] = dict(received.values)
    metadata = dict(values)
    for name in OBJECTS:
        metadata = {**json_object(name, values.get(name, "{}")), **metadata}
    return SeriesUpload(
        path=received.path,
        file_name=metadata.get("fileName") or received.filename,
        direction=metadata.get("type", metadata.get("fileType")),
        session_id=metadata.get("sessionId", metadata.get("session_id")),
        label=metadata.get("bezeichnung"),
        metadata={name: value for name, value in metadata.items() if name not in OWN_FIELDS},
        sha256=announced_hash(metadata.get(HASH_FIELD)),
        upload_id=values.get(UPLOAD_ID),
    )


def json_object(name: str, text: str) -> dict[str, Any]:
    """Return the object in a field of a form; raises FieldRefused naming the field."""
    try:
        value = strict_json.parse_body(text.encode())
    except BadRequest as error:
        raise FieldRefused(name, f"{name}: {error.detail}") from None
    if not isinstance(value, dict):
        raise FieldRefused(name, f"{name} must be an object in JSON.")
    return value


def merged(values: Mapping[str, str]) -> dict[str, Any]:
    """Return fields of a form and the query; objects and lists in JSON are read."""
    return {name: _read(text) for name, text in {**request.args.to_dict(), **values}.items()}


def _read(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return text  # a label may look like a number
    try:
        return strict_json.parse_body(text.encode())
    except BadRequest:
        return text
