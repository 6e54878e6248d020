"""Files that come in numbered parts, in any order, some of them twice."""

import hashlib
import json
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.auth.actor import Actor
from app.clock import now
from app.errors import TooLarge
from app.models.upload import RECEIVING, StoredUpload, UploadPart
from app.storage.files import sha256_of
from services.uploads.domain.holes import missing_numbers, named
from services.uploads.errors import (
    PartDiffers,
    PartsMissing,
    UploadExpired,
    UploadFinished,
    UploadRequestInvalid,
)
from services.uploads.files import new_name
from services.uploads.finish import finish_with
from services.uploads.repository import require_own, require_room
from services.uploads.types import UploadStore

MAX_PARTS = 100_000


def reference_of(*names: str) -> str:
    """Return the reference of an upload that belongs to these names, such as session and file."""
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def put_part(
    store: UploadStore, actor: Actor, upload_id: str, number: int, path: Path
) -> list[int]:
    """Take in the part ``number`` (from 0), whose bytes lie at ``path``; return what is missing.

    The file at ``path`` is moved away. The same bytes again change nothing, also when the file is
    finished already. Raises UploadNotFound, UploadExpired, UploadRequestInvalid for a number out
    of range, PartDiffers for other bytes, UploadFinished, TooLarge and DiskFull.
    """
    part = UploadPart(
        upload_id=upload_id,
        number=number,
        file=new_name(),
        length=path.stat().st_size,
        sha256=sha256_of(path),
    )
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
        there = session.get(UploadPart, (upload_id, number))
    _require_number(row, number)
    if there is None:
        _require_open(row)
        store.files.take_in(path, part.file)
        there = _add(store, actor, part)
    if there.sha256 != part.sha256:
        raise PartDiffers(number)
    return missing_parts(store, row)


def missing_parts(store: UploadStore, row: StoredUpload) -> list[int]:
    """Return the numbers of the parts that are not there yet, in order."""
    with store.database.read() as session:
        query = select(UploadPart.number).where(UploadPart.upload_id == row.id)
        return missing_numbers(row.num_parts or 0, session.scalars(query).all())


def finish_parts(
    store: UploadStore, actor: Actor, upload_id: str, hash_field: str = "sha256"
) -> StoredUpload:
    """Return the upload, finished: its parts in order make the file.

    Asking twice, or at the same time, changes nothing. Raises PartsMissing with the numbers, and
    HashMismatch, which drops the upload and names ``hash_field``.
    """
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
        query = select(UploadPart).where(UploadPart.upload_id == upload_id)
        parts = session.scalars(query.order_by(UploadPart.number)).all()
    if row.state != RECEIVING or row.num_parts is None:
        return row
    missing = missing_numbers(row.num_parts, [part.number for part in parts])
    if missing:
        raise PartsMissing(named(missing))
    row.file, row.received = new_name(), sum(part.length for part in parts)
    row.length = row.received
    try:
        store.files.join([part.file for part in parts], row.file)
    except UploadExpired:  # another request has finished it, and its parts are gone
        return _finished_by_another(store, actor, upload_id)
    finished = finish_with(store, row, store.files.sha256(row.file, row.received), hash_field)
    if finished.file == row.file:
        store.files.delete(*(part.file for part in parts))
    return finished


def _finished_by_another(store: UploadStore, actor: Actor, upload_id: str) -> StoredUpload:
    with store.database.read() as session:
        row = require_own(session, actor, upload_id)
    if row.state == RECEIVING:
        raise UploadExpired
    return row


def _require_number(row: StoredUpload, number: int) -> None:
    if row.num_parts is None:
        raise UploadRequestInvalid("This upload takes its bytes in order, not in numbered parts.")
    if not 0 <= number < row.num_parts:
        detail = f"Part {number} does not exist: they are counted from 0 to {row.num_parts - 1}."
        raise UploadRequestInvalid(detail, errors={"chunkIndex": [detail]})


def _require_open(row: StoredUpload) -> None:
    if row.state != RECEIVING:
        raise UploadFinished("The upload is complete: it takes no more parts.")


def _add(store: UploadStore, actor: Actor, part: UploadPart) -> UploadPart:
    """Write the part's row; return the one that stands, which may be of another request."""
    try:
        with store.database.write() as unit:
            require_room(unit.session, actor, part.length, store.limits)
            touched = (
                update(StoredUpload)
                .where(StoredUpload.id == part.upload_id, StoredUpload.state == RECEIVING)
                .values(
                    received=StoredUpload.received + part.length,
                    expires_at=now() + store.limits.lifetime,
                )
                .returning(StoredUpload.received)
            )
            received = unit.session.scalar(touched)
            if received is None:
                there = unit.session.get(UploadPart, (part.upload_id, part.number))
                if there is None:
                    raise UploadExpired
                return there
            if received > store.limits.max_bytes:
                raise TooLarge(f"The parts have more than {store.limits.max_bytes} bytes.")
            unit.session.add(part)
    except IntegrityError:
        with store.database.read() as session:
            there = session.get(UploadPart, (part.upload_id, part.number))
        if there is None:
            raise
        return there
    return part
