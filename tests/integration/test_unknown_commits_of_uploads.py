"""Commits of unknown outcome while a file is uploaded: no row without its bytes, none lost."""

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.upload import StoredUpload, UploadPart
from services.uploads.append import begin_append
from services.uploads.create import concatenate, create_from_known, create_upload
from services.uploads.files import UploadFiles
from services.uploads.finish import complete_upload
from services.uploads.parts import finish_parts, put_part
from services.uploads.types import NewUpload, UploadLimits, UploadStore
from tests.factories.databases import AnswerlessDatabase, cut_at
from tests.factories.people import make_actor

HALVES = (b"the first half, ", b"and the second")
LIMITS = UploadLimits(max_bytes=1000, quota_bytes=0, lifetime=timedelta(hours=1))
UseCase = Callable[[UploadStore, Actor, Path], StoredUpload]


def sent(store: UploadStore, actor: Actor, folder: Path) -> StoredUpload:
    """Send a file in two pieces."""
    return _sent(store, actor, HALVES)


def known(store: UploadStore, actor: Actor, folder: Path) -> StoredUpload:
    """Send a file, and begin another one whose bytes are here already."""
    row = _sent(store, actor, HALVES)
    again = create_from_known(store, actor, str(row.sha256), NewUpload(filename="again"))
    assert again is not None
    return again


def joined(store: UploadStore, actor: Actor, folder: Path) -> StoredUpload:
    """Send both halves as uploads of their own, and make one of them."""
    halves = [_sent(store, actor, [half], is_partial=True).id for half in HALVES]
    whole = concatenate(store, actor, NewUpload(filename="whole"), halves)
    return complete_upload(store, actor, whole.id)


def numbered(store: UploadStore, actor: Actor, folder: Path) -> StoredUpload:
    """Send numbered parts, the last one first."""
    row = create_upload(store, actor, NewUpload(filename="parts", num_parts=len(HALVES)))
    for number, half in reversed(list(enumerate(HALVES))):
        path = folder / f"part-{number}"
        path.write_bytes(half)
        put_part(store, actor, row.id, number, path)
    return finish_parts(store, actor, row.id)


def _sent(store: UploadStore, actor: Actor, pieces: Sequence[bytes], **more: bool) -> StoredUpload:
    new = NewUpload(filename="a file", length=sum(map(len, pieces)), **more)
    row, offset = create_upload(store, actor, new), 0
    for piece in pieces:
        with closing(begin_append(store, actor, row.id, offset)) as writer:
            writer.write(piece)
            writer.commit(release=True)
        offset += len(piece)
    return complete_upload(store, actor, row.id)


def lost(store: UploadStore) -> list[str]:
    """Return the files that rows name and that are missing, or shorter than the rows say.

    An upload of parts has no file before it is finished, and no parts after that.
    """
    is_in_parts = StoredUpload.num_parts.is_not(None) & StoredUpload.sha256.is_(None)
    whole = select(StoredUpload.file, StoredUpload.received).where(~is_in_parts)
    parts = select(UploadPart.file, UploadPart.length).join(
        StoredUpload, StoredUpload.id == UploadPart.upload_id
    )
    with store.database.read() as session:
        named = [*session.execute(whole), *session.execute(parts.where(is_in_parts))]
    paths = {name: store.files.path(name) for name, _ in named}
    there = {name: path.stat().st_size for name, path in paths.items() if path.is_file()}
    return [name for name, length in named if there.get(name, -1) < length]


@pytest.fixture
def store(database: Database, tmp_path: Path) -> UploadStore:
    return UploadStore(database=database, files=UploadFiles(tmp_path / "uploads"), limits=LIMITS)


USE_CASES = pytest.mark.parametrize("use_case", [sent, known, joined, numbered])


@USE_CASES
def test_an_upload_that_was_committed_after_all_has_its_bytes(
    use_case: UseCase, store: UploadStore, tmp_path: Path
) -> None:
    actor, number, has_broken = make_actor(store.database), 0, True
    while has_broken:
        number += 1
        answerless = AnswerlessDatabase(store.database, number)
        broken = UploadStore(database=answerless, files=store.files, limits=LIMITS)
        with suppress(OperationalError):
            use_case(broken, actor, tmp_path)
        assert lost(store) == [], f"after commit {number}"
        has_broken = answerless.commits >= number
    assert number > len(HALVES)


@pytest.mark.full
@USE_CASES
def test_an_upload_whose_connection_is_cut_at_any_statement_loses_no_byte(
    use_case: UseCase, store: UploadStore, tmp_path: Path
) -> None:
    actor, number, cut = make_actor(store.database), 0, ["the first"]
    while cut:
        number += 1
        with cut_at(store.database, number) as cut, suppress(OperationalError):
            row = use_case(store, actor, tmp_path)
        assert lost(store) == [], cut
    assert store.files.path(row.file).read_bytes() == b"".join(HALVES)
    assert number > 2 * len(HALVES)
