"""Taking in the chunks of a session's file, in any order, some of them twice.

A chunk belongs to the upload that it names, or to that of its session, direction, file name and
label. The store of uploads keeps it as a numbered part.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.forecasting import ForecastSession, SessionFile
from app.models.upload import CLAIMED, RECEIVING, StoredUpload, UploadPart
from services.forecasting.errors import ChunkDiffers, FieldRefused
from services.forecasting.files.create import CLAIMED_BY
from services.forecasting.files.place import announced_row, refuse_duplicate
from services.forecasting.files.quota import require_room_now
from services.forecasting.resolve import fillable_session
from services.forecasting.topics import subject_of
from services.forecasting.update import save_settings
from services.forecasting.uploads import LABEL
from services.forecasting.uploads.chunk import SessionChunk
from services.uploads.create import create_upload, find_by_reference
from services.uploads.delete import forget_upload
from services.uploads.errors import PartDiffers, UploadExpired
from services.uploads.parts import put_part, reference_of
from services.uploads.read import get_upload
from services.uploads.types import NewUpload, UploadStore


@dataclass(frozen=True, kw_only=True)
class ReceivedChunk:
    """The upload that a chunk belongs to, and the numbers that are missing now."""

    upload: StoredUpload
    missing: list[int]


@dataclass(frozen=True, kw_only=True)
class _Room:
    """The bytes of a chunk and of its whole file, and what one person's files may hold (0: any)."""

    length: int
    file_bytes: int
    quota_bytes: int

    def require(self, session: Session, owner: ForecastSession, before: int = 0) -> None:
        """Raise StorageLimitReached where chunks of ``before`` bytes and this one are too much.

        So is a file that is announced to be longer.
        """
        length = max(before + self.length, self.file_bytes)
        require_room_now(session, owner.owner_id, length, self.quota_bytes)


def receive_chunk(
    store: UploadStore, actor: Actor, chunk: SessionChunk, path: Path, quota_bytes: int = 0
) -> ReceivedChunk:
    """Keep the bytes at ``path`` as one chunk of a file; the same chunk again changes nothing.

    Raises SessionNotFound, FieldRefused, DuplicateFile where the session has a series of that
    label, ChunkDiffers for another number of chunks or hash than before, PartDiffers for other
    bytes of a known number, UploadExpired where the chunks before it are gone, and
    StorageLimitReached as soon as the chunks, or the whole as the chunk announces it, are more than
    ``quota_bytes`` (0: any) leave to the owner of the session.
    """
    with store.database.read() as session:
        owner = fillable_session(session, actor, chunk.session_id)
    room = _Room(length=path.stat().st_size, file_bytes=chunk.file_bytes, quota_bytes=quota_bytes)
    upload = _upload_of(store, actor, owner, chunk, room)
    if chunk.index == 0 and chunk.settings:
        save_settings(store.database, actor, chunk.session_id, chunk.settings)
    if upload.state == CLAIMED:
        return _sent_again(store, actor, owner, upload, chunk, path)
    _require_room(store, owner, upload, chunk, room)
    upload = _with_said(store, upload, chunk)
    return ReceivedChunk(
        upload=upload, missing=put_part(store, actor, upload.id, chunk.index, path)
    )


def _require_room(
    store: UploadStore,
    owner: ForecastSession,
    upload: StoredUpload,
    chunk: SessionChunk,
    room: _Room,
) -> None:
    """Refuse a chunk that is too much beside those before it; one that is here counts once."""
    with store.database.read() as session:
        if session.get(UploadPart, (upload.id, chunk.index)) is None:
            room.require(session, owner, upload.received)


def _upload_of(
    store: UploadStore, actor: Actor, owner: ForecastSession, chunk: SessionChunk, room: _Room
) -> StoredUpload:
    if chunk.upload_id is not None:
        upload = get_upload(store, actor, chunk.upload_id)
        if upload.purpose != subject_of(owner.id) or upload.num_parts is None:
            raise FieldRefused(
                "uploadId", f"{chunk.upload_id[:40]} takes no chunks of this session."
            )
        return upload
    label = chunk.label or Path(chunk.file_name).stem
    known = find_by_reference(store, actor, _reference(owner, chunk, label))
    if chunk.label is None and known is None:
        known = _begun_with_label(store, actor, owner, chunk)
    if known is not None and not _is_over(store, known, chunk):
        return known
    with store.database.read() as session:
        announced_row(session, owner, chunk.direction, label, chunk.file_name)
        room.require(session, owner)
    if known is not None:
        forget_upload(store, actor, known.id)  # and no other that took its place
    return create_upload(store, actor, _new_upload(owner, chunk, label))


def _is_over(store: UploadStore, known: StoredUpload, chunk: SessionChunk) -> bool:
    """Return whether a new upload takes its place: its file is deleted, or it begins again.

    Raises UploadExpired where a later chunk comes after the first ones have expired.
    """
    expired = known.expires_at <= now()
    if known.state == CLAIMED:
        with store.database.read() as session:
            return expired or file_of(session, known) is None
    if expired and chunk.index != 0:
        raise UploadExpired
    return expired


def _begun_with_label(
    store: UploadStore, actor: Actor, owner: ForecastSession, chunk: SessionChunk
) -> StoredUpload | None:
    """Return the one upload of that name whose other chunks gave a label; None if two did."""
    query = select(StoredUpload).where(
        StoredUpload.owner_id == actor.user_id,
        StoredUpload.purpose == subject_of(owner.id),
        StoredUpload.filename == chunk.file_name,
        StoredUpload.num_parts == chunk.total,
    )
    with store.database.read() as session:
        rows = session.scalars(query).all()
    same = [row for row in rows if row.details["fileType"] == chunk.direction]
    coming = [row for row in same if row.state == RECEIVING]
    return next((some[0] for some in (coming, same) if len(some) == 1), None)


def _reference(owner: ForecastSession, chunk: SessionChunk, label: str) -> str:
    begun = owner.created_at.isoformat()  # another session may get the id of a deleted one
    return reference_of(
        subject_of(owner.id), owner.uuid, begun, chunk.direction, chunk.file_name, label
    )


def _new_upload(owner: ForecastSession, chunk: SessionChunk, label: str) -> NewUpload:
    return NewUpload(
        filename=chunk.file_name,
        purpose=subject_of(owner.id),
        details={
            "sessionId": owner.uuid,
            "fileType": chunk.direction,
            LABEL: label,
            "fields": dict(chunk.fields),
        },
        sha256=chunk.sha256,
        reference=_reference(owner, chunk, label),
        num_parts=chunk.total,
    )


def _with_said(store: UploadStore, upload: StoredUpload, chunk: SessionChunk) -> StoredUpload:
    """Return the upload with what this chunk says beside the others; raises ChunkDiffers."""
    if upload.num_parts != chunk.total:
        has = "has 1 chunk" if upload.num_parts == 1 else f"has {upload.num_parts} chunks"
        raise ChunkDiffers(f"This file {has}, not {chunk.total}.")
    fields = {**upload.details["fields"], **chunk.fields}
    sha256 = upload.expected_sha256 or chunk.sha256
    if chunk.sha256 not in (None, sha256):
        raise ChunkDiffers(f"fileHash is another one than before: {sha256}.")
    if fields == upload.details["fields"] and sha256 == upload.expected_sha256:
        return upload
    with store.database.write() as unit:
        row = unit.session.get(StoredUpload, upload.id, with_for_update=True)
        if row is None:
            raise UploadExpired
        row.details = {**row.details, "fields": {**row.details["fields"], **chunk.fields}}
        row.expected_sha256 = row.expected_sha256 or sha256
    return row


def _sent_again(
    store: UploadStore,
    actor: Actor,
    owner: ForecastSession,
    upload: StoredUpload,
    chunk: SessionChunk,
    path: Path,
) -> ReceivedChunk:
    """Answer a chunk of a file that is there: the same one as before, else DuplicateFile.

    Raises UploadExpired where the file has been deleted.
    """
    if upload.num_parts == chunk.total:
        try:
            missing = put_part(store, actor, upload.id, chunk.index, path)
            return ReceivedChunk(upload=upload, missing=missing)
        except PartDiffers:
            pass
    with store.database.read() as session:
        refuse_duplicate(session, owner, chunk.direction, str(upload.details[LABEL]))
    raise UploadExpired


def file_of(session: Session, upload: StoredUpload) -> SessionFile | None:
    """Return the first series of the file that was made of an upload, None if it is deleted."""
    kind, _, file_id = (upload.claimed_by or "").partition(":")
    if f"{kind}:" != CLAIMED_BY:
        return None
    return session.scalars(select(SessionFile).where(SessionFile.uuid == file_id)).first()
