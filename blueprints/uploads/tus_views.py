"""What the routes of tus do: from headers to the store of uploads and back to headers."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from quart import Response, g, request

from app import strict_json
from app.auth.actor import Actor
from app.http.gate import current_actor
from app.http.idempotency import answer_once, commit_with_answer
from app.http.threads import run_in_thread
from app.models.upload import FINAL, FINISHED, PARTIAL, StoredUpload
from blueprints.uploads import headers as tus
from blueprints.uploads.receive import receive_bytes
from blueprints.uploads.store import upload_store
from services.uploads.append import begin_append
from services.uploads.create import concatenate, create_upload
from services.uploads.delete import delete_upload
from services.uploads.domain.labels import checked_sha256
from services.uploads.errors import UploadClaimed, UploadRequestInvalid
from services.uploads.finish import complete_upload, is_complete
from services.uploads.read import get_upload
from services.uploads.types import NewUpload, UploadStore


def _accept_all(_actor: Actor, new: NewUpload) -> NewUpload:
    """Refuse nothing."""
    return new


def _keep(_store: UploadStore, _actor: Actor, _upload: StoredUpload) -> None:
    """Leave a finished upload to whoever asks for it by its id."""


@dataclass(frozen=True, kw_only=True)
class TusEndpoint:
    """Where tus is mounted and what happens there; both functions run in a thread.

    ``check`` returns the new upload, perhaps with a purpose, or refuses it by raising a
    RoundhouseError. ``on_finish`` makes something of a finished upload; it is called again until
    the upload is claimed, so after a crash too.
    """

    name: str
    prefix: str
    check: Callable[[Actor, NewUpload], NewUpload] = _accept_all
    on_finish: Callable[[UploadStore, Actor, StoredUpload], None] = _keep


class TusViews:
    """What the routes do, for one endpoint."""

    def __init__(self, endpoint: TusEndpoint) -> None:
        self._endpoint = endpoint

    def describe(self) -> Response:
        """Answer OPTIONS."""
        response = Response(b"", status=204)
        response.headers["Tus-Version"] = tus.VERSION
        response.headers["Tus-Extension"] = tus.EXTENSIONS
        response.headers["Tus-Max-Size"] = str(upload_store().limits.max_bytes)
        response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.CHECKSUMS)
        return response

    async def create(self) -> Response:
        """Answer POST: the row, then the bytes of the body, if any came with it."""
        _check_version()
        sent = request.headers
        g.body = "\n".join(
            sent.get(name, "") for name in ("Upload-Length", "Upload-Metadata", "Upload-Concat")
        ).encode()  # what an Idempotency-Key is compared with
        with_bytes = request.headers.get("Content-Type") is not None
        if with_bytes:
            tus.check_content_type(request.headers["Content-Type"])
        checksum = tus.parse_checksum(request.headers.get("Upload-Checksum"))
        created = await answer_once(self._create_row)
        if created.status_code != 201:
            return created
        upload_id = strict_json.loads(await created.get_data(as_text=False))["id"]
        store, actor = upload_store(), current_actor()
        row = await run_in_thread(get_upload, store, actor, upload_id)
        if with_bytes and row.received == 0 and row.concat != FINAL:
            writer = await run_in_thread(begin_append, store, actor, upload_id, 0)
            await receive_bytes(writer, checksum)
        row = await self._finished(upload_id)
        response = _described(row, 201)
        response.headers["Location"] = f"{self._endpoint.prefix}/{upload_id}"
        return response

    async def _create_row(self) -> Response:
        create = partial(self._answer_of_row, dict(request.headers))
        if request.headers.get("Upload-Concat", "").startswith(FINAL):
            return await run_in_thread(create)  # no transaction waits until files are joined
        return await run_in_thread(commit_with_answer, create)

    def _answer_of_row(self, received: Mapping[str, str]) -> Response:
        content = strict_json.dump_bytes({"id": self._create_now(received).id})
        return Response(content, status=201, content_type="application/json")

    def _create_now(self, received: Mapping[str, str]) -> StoredUpload:
        store, actor = upload_store(), current_actor()
        is_partial, ids = tus.parse_concat(received.get("Upload-Concat"), self._endpoint.prefix)
        metadata = tus.parse_metadata(received.get("Upload-Metadata"))
        length = None
        if ids is None:
            length = tus.parse_length(
                received.get("Upload-Length"), received.get("Upload-Defer-Length")
            )
        new = _new_upload(metadata, length, is_partial=is_partial)
        new = self._endpoint.check(actor, new)
        if ids is not None:
            return concatenate(store, actor, new, ids)
        return create_upload(store, actor, new)

    async def show(self, upload_id: str) -> Response | StoredUpload:
        """Answer GET as JSON, and HEAD as tus."""
        if request.method != "HEAD":
            return await run_in_thread(get_upload, upload_store(), current_actor(), upload_id)
        _check_version()
        return _described(await self._finished(upload_id), 200)

    async def append(self, upload_id: str) -> Response:
        """Answer PATCH."""
        _check_version()
        tus.check_content_type(request.headers.get("Content-Type"))
        checksum = tus.parse_checksum(request.headers.get("Upload-Checksum"))
        offset = tus.parse_size("Upload-Offset", request.headers.get("Upload-Offset"))
        length = request.headers.get("Upload-Length")
        whole = tus.parse_size("Upload-Length", length) if length is not None else None
        store, actor = upload_store(), current_actor()
        row = await run_in_thread(get_upload, store, actor, upload_id)
        if not (row.received == row.length == offset and await _is_empty()):
            writer = await run_in_thread(
                begin_append, store, actor, upload_id, offset, length=whole
            )
            await receive_bytes(writer, checksum)
        return _described(await self._finished(upload_id), 204)

    async def delete(self, upload_id: str) -> Response:
        """Answer DELETE."""
        _check_version()
        await run_in_thread(delete_upload, upload_store(), current_actor(), upload_id)
        return Response(b"", status=204)

    async def override(self, upload_id: str) -> Response:
        """Answer POST with X-HTTP-Method-Override."""
        views = {"PATCH": self.append, "DELETE": self.delete}
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
        if method not in views:
            detail = "A POST to an upload has X-HTTP-Method-Override: PATCH or DELETE."
            raise UploadRequestInvalid(detail, errors={"X-HTTP-Method-Override": [detail]})
        return await views[method](upload_id)

    async def _finished(self, upload_id: str) -> StoredUpload:
        """Return the upload; if all bytes are there, hash it and hand it over first."""
        store, actor = upload_store(), current_actor()
        row = await run_in_thread(get_upload, store, actor, upload_id)
        if is_complete(row):
            row = await run_in_thread(complete_upload, store, actor, upload_id)
        if row.state == FINISHED and self._endpoint.on_finish is not _keep:
            row = await run_in_thread(self._hand_over, store, actor, row)
        return row

    def _hand_over(self, store: UploadStore, actor: Actor, row: StoredUpload) -> StoredUpload:
        with suppress(UploadClaimed):  # another request was quicker
            self._endpoint.on_finish(store, actor, row)
        return get_upload(store, actor, row.id)


async def _is_empty() -> bool:
    """Return whether this request has no body: such a PATCH at the end only looks."""
    async for piece in request.body:
        if piece:
            return False
    return True


def _check_version() -> None:
    tus.check_version(request.headers.get("Tus-Resumable"))


def _new_upload(metadata: Mapping[str, str], length: int | None, *, is_partial: bool) -> NewUpload:
    digest = metadata.get("sha256") or metadata.get("fileHash")
    try:
        sha256 = checked_sha256(digest) if digest else None
    except ValueError as error:
        raise UploadRequestInvalid(str(error), errors={"Upload-Metadata": [str(error)]}) from None
    return NewUpload(
        filename=metadata.get("filename") or "upload",
        length=length,
        purpose=metadata.get("purpose", "")[:50],
        details=metadata,
        sha256=sha256,
        is_partial=is_partial,
    )


def _described(row: StoredUpload, status: int) -> Response:
    """Return what tus says of an upload, in headers."""
    response = Response(b"", status=status)
    response.headers["Upload-Offset"] = str(row.received)
    response.headers["Upload-Expires"] = _http_date(row.expires_at)
    response.headers["Cache-Control"] = "no-store"
    if row.length is None:
        response.headers["Upload-Defer-Length"] = "1"
    else:
        response.headers["Upload-Length"] = str(row.length)
    if status == 200 and row.details:
        texts = {key: str(value) for key, value in row.details.items()}
        response.headers["Upload-Metadata"] = tus.format_metadata(texts)
    if row.concat == PARTIAL:
        response.headers["Upload-Concat"] = PARTIAL
    return response


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
