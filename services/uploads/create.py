"""Beginning an upload: its row and its empty file, before the first byte."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.clock import now
from app.errors import TooLarge
from app.models.upload import CLAIMED, FINAL, FINISHED, PARTIAL, RECEIVING, StoredUpload
from services.uploads.domain.labels import checked_label
from services.uploads.errors import UploadExpired, UploadRequestInvalid, UploadUnfinished
from services.uploads.files import new_name
from services.uploads.repository import require_own, require_room
from services.uploads.types import NewUpload, UploadLimits, UploadStore

MAX_CONCAT = 1000


def create_upload(store: UploadStore, actor: Actor, new: NewUpload) -> StoredUpload:
    """Begin an upload; an unfinished one of the same ``reference`` is returned as it is.

    Raises Forbidden, UploadRequestInvalid for a bad name, TooLarge, UploadQuotaExceeded and
    DiskFull.
    """
    require_member(actor)
    row = _new_row(store.limits, actor, new)
    if new.num_parts is None:
        store.files.create(row.file)
    try:
        with store.database.write() as unit:
            require_room(unit.session, actor, new.length or 0, store.limits)
            if new.reference and (known := _by_reference(unit.session, actor, new.reference)):
                return known
            unit.session.add(row)
    except IntegrityError:  # another request began it in this moment
        known = find_by_reference(store, actor, new.reference or "")
        if known is None:
            raise
        return known
    return row


def find_by_reference(store: UploadStore, actor: Actor, reference: str) -> StoredUpload | None:
    """Return the actor's upload of that reference, which may have expired; None without one."""
    with store.database.read() as session:
        return _by_reference(session, actor, reference)


def concatenate(
    store: UploadStore, actor: Actor, new: NewUpload, ids: Sequence[str]
) -> StoredUpload:
    """Make one file of finished partial uploads, in this order; these stay until they expire.

    Raises what ``create_upload`` does, UploadNotFound, UploadExpired, and UploadUnfinished for a
    partial upload that is not complete.
    """
    require_member(actor)
    if not 1 <= len(ids) <= MAX_CONCAT:
        raise UploadRequestInvalid(f"Upload-Concat names 1 to {MAX_CONCAT} partial uploads.")
    with store.database.read() as session:
        parts = [require_own(session, actor, one) for one in ids]
    for part in parts:
        if part.concat != PARTIAL or part.received != part.length:
            raise UploadUnfinished(f"{part.id} is no finished partial upload.")
    row = _new_row(store.limits, actor, new)
    row.length = row.received = sum(part.received for part in parts)
    _require_size(row.length, store.limits)
    row.concat, row.concat_ids = FINAL, list(ids)
    with store.database.write() as unit:
        require_room(unit.session, actor, row.length, store.limits)
    store.files.join([part.file for part in parts], row.file)
    with store.database.write() as unit:
        require_room(unit.session, actor, row.length, store.limits)
        unit.session.add(row)
    return row


def create_from_known(
    store: UploadStore, actor: Actor, sha256: str, new: NewUpload
) -> StoredUpload | None:
    """Return a finished upload with bytes that are here already; None if they are not.

    One that nothing has used yet is returned itself; of a used one a second name is made.
    """
    known = find_known(store, actor, sha256)
    if known is None or known.state == FINISHED:
        return known
    row = _new_row(store.limits, actor, new)
    row.length = row.received = known.received
    row.sha256, row.state = known.sha256, FINISHED
    try:
        store.files.link(known.file, row.file)
    except UploadExpired:
        return None  # it was swept just now
    with store.database.write() as unit:
        require_room(unit.session, actor, row.length, store.limits)
        unit.session.add(row)
    return row


def find_known(store: UploadStore, actor: Actor, sha256: str) -> StoredUpload | None:
    """Return the actor's upload whose bytes have this hash and are here; unused ones come first."""
    query = (
        select(StoredUpload)
        .where(
            StoredUpload.owner_id == actor.user_id,
            StoredUpload.sha256 == sha256,
            StoredUpload.state.in_((FINISHED, CLAIMED)),
            StoredUpload.expires_at > now(),
        )
        .order_by(StoredUpload.state.desc(), StoredUpload.expires_at.desc())
    )
    with store.database.read() as session:
        rows = session.scalars(query).all()
    return next((row for row in rows if store.files.path(row.file).exists()), None)


def _by_reference(session: Session, actor: Actor, reference: str) -> StoredUpload | None:
    query = select(StoredUpload).where(
        StoredUpload.owner_id == actor.user_id, StoredUpload.reference == reference
    )
    return session.scalars(query).first()


def _new_row(limits: UploadLimits, actor: Actor, new: NewUpload) -> StoredUpload:
    try:
        label = checked_label(new.filename)
    except ValueError as error:
        detail = str(error)
        raise UploadRequestInvalid(detail, errors={"filename": [detail]}) from None
    _require_size(new.length or 0, limits)
    at = now()
    return StoredUpload(
        id=new_name(),
        owner_id=actor.user_id,
        purpose=new.purpose,
        filename=label,
        details=dict(new.details),
        reference=new.reference,
        file=new_name(),
        length=new.length,
        received=0,
        num_parts=new.num_parts,
        concat=PARTIAL if new.is_partial else None,
        expected_sha256=new.sha256,
        state=RECEIVING,
        created_at=at,
        expires_at=at + limits.lifetime,
    )


def _require_size(length: int, limits: UploadLimits) -> None:
    if length > limits.max_bytes:
        raise TooLarge(f"The file has {length} bytes; {limits.max_bytes} are allowed.")
