"""Files of sessions in chunks, by tus, and whole with their hash: section 6 of the contract."""

from collections.abc import Sequence
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import RoundhouseError
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import creates, fails, form, made, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.threads import run_in_thread
from app.http.uploads import ReceivedForm
from app.models.forecasting import SessionFile
from app.models.upload import CLAIMED, StoredUpload
from app.storage import ObjectStore
from blueprints.datasets.receive import in_a_slot
from blueprints.forecasting.reader import series_reader
from blueprints.forecasting.receive import json_object, merged, receive_file, receive_part
from blueprints.forecasting.routes_files import answer_of
from blueprints.forecasting.schemas_files import (
    ChunkAnswer,
    ChunkForm,
    InstantForm,
    NewFileAnswer,
)
from blueprints.uploads.hand_over import UPLOAD_ID, take_upload
from blueprints.uploads.store import upload_store
from blueprints.uploads.tus import TusEndpoint, tus_blueprint
from services.forecasting.errors import ChunkMissing, MetadataMissing
from services.forecasting.files.create import HASH_FIELD
from services.forecasting.uploads.by_tus import checked_upload
from services.forecasting.uploads.chunk import SessionChunk, parse_chunk
from services.forecasting.uploads.incomplete import MAX_SHOWN
from services.forecasting.uploads.receive import ReceivedChunk, receive_chunk
from services.forecasting.uploads.take_in import drop_refused, rows_of, take_in
from services.uploads.errors import UploadClaimed
from services.uploads.parts import finish_parts
from services.uploads.read import get_upload
from services.uploads.types import NewUpload, UploadStore

uploads = ApiBlueprint("forecasting_uploads", __name__, url_prefix="/api/training")


@uploads.post("/upload-chunk")
@form(ChunkForm(), in_query=True)
@returns(ChunkAnswer())
@fails({
    400: "What is missing or wrong, or the session has a series of that label.",
    404: "There is no such session, or it is not shared with you.",
    409: "The chunk was here with other bytes, or the file had another number of chunks.",
    410: "The chunks before it have expired: begin again with chunk 0.",
    413: "The file is larger than the limit.",
    422: "The whole file is not the one that was announced; it is dropped.",
})  # fmt: skip
async def upload_chunk() -> dict[str, Any]:
    """Take in one chunk of a file, in any order; the last one to come makes the file.

    Chunks of one file have the same session, file name, file type and label, or name the uploadId
    that is returned. The same chunk again changes nothing.
    """
    received = await receive_part("chunk")
    if not isinstance(received, ReceivedForm):
        raise ChunkMissing("chunk", "The form has no file in the field chunk.")
    try:
        chunk = _chunk(dict(received.values))
        store, actor = upload_store(), current_actor()
        quota = resources().settings.session_quota_bytes
        there = await run_in_thread(receive_chunk, store, actor, chunk, received.path, quota)
    finally:
        received.remove()
    if there.missing:
        return _incomplete(chunk, there)
    rows = await _whole(store, actor, there.upload)
    return {
        **answer_of(rows),
        "uploadId": there.upload.id,
        "complete": True,
        "missing": [],
        "missingCount": 0,
    }


def _chunk(values: dict[str, str]) -> SessionChunk:
    if "metadata" not in values:
        raise MetadataMissing("metadata", "The form has no field metadata.")
    metadata = json_object("metadata", values.pop("metadata"))
    more = json_object("additionalData", values.pop("additionalData", "{}"))
    return parse_chunk(metadata, {**more, **merged(values)})


def _incomplete(chunk: SessionChunk, there: ReceivedChunk) -> dict[str, Any]:
    missing = "1 is" if len(there.missing) == 1 else f"{len(there.missing)} are"
    message = f"Chunk {chunk.index} is here; of {chunk.total} chunks {missing} missing."
    return {
        "message": message,
        "uploadId": there.upload.id,
        "complete": False,
        "missing": there.missing[:MAX_SHOWN],
        "missingCount": len(there.missing),
    }


async def _whole(store: UploadStore, actor: Actor, upload: StoredUpload) -> Sequence[SessionFile]:
    """Return the rows of a file whose chunks are all there."""
    whole = await run_in_thread(finish_parts, store, actor, upload.id, HASH_FIELD)
    if whole.state == CLAIMED:
        return await run_in_thread(rows_of, store, whole)
    folder = resources().settings.home / "tmp"
    try:
        received = await run_in_thread(take_upload, {UPLOAD_ID: whole.id}, folder)
    except UploadClaimed:  # another request was quicker
        whole = await run_in_thread(get_upload, store, actor, whole.id)
        return await run_in_thread(rows_of, store, whole)
    return await in_a_slot(received, _take_in_chunks, (whole, received))


def _take_in_chunks(
    _database: Database, objects: ObjectStore, actor: Actor, what: tuple[StoredUpload, ReceivedForm]
) -> Sequence[SessionFile]:
    store, (upload, received) = upload_store(), what
    quota, path = resources().settings.session_quota_bytes, received.path
    try:
        return take_in(store, objects, actor, upload, path, series_reader(), quota_bytes=quota)
    except RoundhouseError as error:
        drop_refused(store, actor, upload, error)
        raise


@uploads.post("/instant-upload")
@creates
@made(SessionFile, answer_of, many=True)
@form(InstantForm())
@returns(NewFileAnswer())
@fails({400: "What is wrong, with row and column.", 422: "The hash is another one."})
async def instant_upload() -> dict[str, Any]:
    """Take a whole file into a session if its SHA-256 is the given one."""
    return answer_of(await receive_file())


def _check(actor: Actor, new: NewUpload) -> NewUpload:
    quota = resources().settings.session_quota_bytes
    return checked_upload(resources().database, actor, new, quota_bytes=quota)


def _finish(store: UploadStore, actor: Actor, upload: StoredUpload) -> None:
    folder = resources().settings.home / "tmp"
    received = take_upload({UPLOAD_ID: upload.id}, folder)
    try:
        take_in(
            store,
            resources().store,
            actor,
            upload,
            received.path,
            series_reader(),
            quota_bytes=resources().settings.session_quota_bytes,
        )
    finally:
        received.remove()


tus = tus_blueprint(
    TusEndpoint(name="training_tus", prefix="/api/training/tus", check=_check, on_finish=_finish)
)
