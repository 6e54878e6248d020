"""The store under the routes: who may write, parts in any order, quotas, and full disks."""

import asyncio
import dataclasses
import fcntl
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.db.types import database_time
from app.models.upload import StoredUpload
from blueprints.uploads.store import open_upload_store, upload_store
from harness.eventually import eventually_async
from services.uploads.append import begin_append
from services.uploads.claim import claim_upload
from services.uploads.create import create_upload
from services.uploads.delete import delete_upload
from services.uploads.errors import (
    DiskFull,
    HashMismatch,
    LockLost,
    PartDiffers,
    PartsMissing,
    UploadClaimed,
    UploadExpired,
    UploadFinished,
    UploadLocked,
    UploadQuotaExceeded,
    UploadRequestInvalid,
    UploadUnfinished,
    WrongOffset,
)
from services.uploads.fakes import ForgetfulDisk, SlowDisk, SmallDisk
from services.uploads.files import UploadDisk, UploadFiles
from services.uploads.finish import complete_upload
from services.uploads.head import copy_head
from services.uploads.parts import finish_parts, put_part, reference_of
from services.uploads.read import get_upload, opened
from services.uploads.types import NewUpload, UploadStore
from tests.factories.uploads import begin, offset_of, patch, send, upload_files
from tests.support.databases import ON_ONE_DATABASE

DATA = bytes(range(256)) * 40
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(member) -> UploadStore:
    """A store whose writers may be replaced at once."""
    opened_store = open_upload_store(member.resources)
    limits = dataclasses.replace(opened_store.limits, stall_seconds=0.0)
    return dataclasses.replace(opened_store, limits=limits)


@pytest.fixture
def patient(store) -> UploadStore:
    """The same store, whose writers are waited for."""
    return dataclasses.replace(
        store, limits=dataclasses.replace(store.limits, stall_seconds=1000.0)
    )


def sent(store: UploadStore, actor, data: bytes = DATA, **more) -> str:
    """Return the id of a finished upload."""
    row = create_upload(store, actor, NewUpload(filename="a.csv", length=len(data), **more))
    writer = begin_append(store, actor, row.id, 0)
    writer.write(data)
    writer.commit(release=True)
    writer.close()
    complete_upload(store, actor, row.id)
    return row.id


def begun(store: UploadStore, actor, length: int = len(DATA)) -> str:
    return create_upload(store, actor, NewUpload(filename="a.csv", length=length)).id


def test_while_one_writes_another_waits_and_one_that_is_silent_is_replaced(store, patient, member):
    upload = begun(store, member.actor)
    first = begin_append(patient, member.actor, upload, 0)
    first.write(DATA[:100])
    with pytest.raises(UploadLocked):
        begin_append(patient, member.actor, upload, 0)
    first.commit()
    first.write(b"never counted")
    first._store = store  # it is silent now
    second = begin_append(patient, member.actor, upload, 100)
    for late in (lambda: first.write(b"late"), first.commit):
        with pytest.raises(LockLost):
            late()
    first.close()
    second.write(DATA[100:])
    second.commit(release=True)
    second.close()
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST
    assert upload_files(member, upload) == [DATA]


def test_what_a_frozen_process_writes_when_it_wakes_goes_nowhere(store, patient, member):
    upload = begun(store, member.actor)
    first = begin_append(store, member.actor, upload, 0)
    first.write(DATA[:100])
    first.commit(release=True)
    first.close()
    name = get_upload(store, member.actor, upload).file
    frozen = os.open(store.files.path(name), os.O_RDWR)
    fcntl.flock(frozen, fcntl.LOCK_EX)
    lock(store, upload, seconds=60)
    with pytest.raises(UploadLocked):
        begin_append(patient, member.actor, upload, 100)
    lock(store, upload, seconds=-1)
    second = begin_append(patient, member.actor, upload, 100)
    os.pwrite(frozen, b"x" * len(DATA), 0)
    second.write(DATA[100:])
    second.commit(release=True)
    second.close()
    os.close(frozen)
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST
    assert upload_files(member, upload) == [DATA]


def lock(store: UploadStore, upload: str, *, seconds: float) -> None:
    with store.database.write() as unit:
        unit.session.execute(
            update(StoredUpload)
            .where(StoredUpload.id == upload)
            .values(lock_holder="another", lock_expires_at=database_time() + seconds)
        )


def test_what_was_written_and_not_committed_is_cut_off(store, member):
    upload = begun(store, member.actor)
    first = begin_append(store, member.actor, upload, 0)
    first.write(DATA[:100])
    first.commit()
    first.write(b"lost" * 1000)
    first.close()  # as when the process is killed
    second = begin_append(store, member.actor, upload, 100)
    second.write(DATA[100:])
    second.commit(release=True)
    second.close()
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST


def test_what_is_written_while_a_commit_waits_for_the_disk_counts_with_the_next_one(store, member):
    upload = begun(store, member.actor)
    writer = begin_append(store, member.actor, upload, 0)
    store.files.disk = SlowDisk(meanwhile=lambda: writer.write(DATA[100:]))
    writer.write(DATA[:100])
    writer.commit()
    assert get_upload(store, member.actor, upload).received == writer.committed == 100
    store.files.disk = UploadDisk()
    writer.commit(release=True)
    writer.close()
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST
    assert upload_files(member, upload) == [DATA]


def test_after_a_flush_that_failed_nothing_more_is_counted(store, member):
    upload = begun(store, member.actor)
    writer = begin_append(store, member.actor, upload, 0)
    store.files.disk = ForgetfulDisk()
    writer.write(DATA[:100])
    for late in (writer.commit, writer.commit, lambda: writer.write(DATA[100:])):
        with pytest.raises(OSError, match="Input/output error"):
            late()
    writer.close()
    assert get_upload(store, member.actor, upload).received == 0
    again = begin_append(store, member.actor, upload, 0)
    again.write(DATA)
    again.commit(release=True)
    again.close()
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST


def test_the_hash_is_that_of_what_a_full_disk_took(store, member):
    upload = begun(store, member.actor)
    store.files.disk = SmallDisk(5001)
    first = begin_append(store, member.actor, upload, 0)
    with pytest.raises(DiskFull):
        first.write(DATA)
    first.commit(release=True)
    first.close()
    store.files.disk = UploadDisk()
    second = begin_append(store, member.actor, upload, 5001)
    second.write(DATA[5001:])
    second.commit(release=True)
    second.close()
    assert store.files.hash_at(second.name, len(DATA)) is not None  # it is not read again
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST


def test_the_hash_is_right_after_a_restart_in_the_middle(store, member):
    upload = begun(store, member.actor)
    for start, end in ((0, 1000), (1000, len(DATA))):
        fresh = open_upload_store(member.resources)  # knows no hash of what came before
        writer = begin_append(fresh, member.actor, upload, start)
        writer.write(DATA[start:end])
        writer.commit(release=True)
        writer.close()
    assert complete_upload(store, member.actor, upload).sha256 == DIGEST


def test_a_file_that_lost_bytes_is_not_continued_with_zeros(store, member):
    upload = begun(store, member.actor)
    writer = begin_append(store, member.actor, upload, 0)
    writer.write(DATA[:100])
    writer.commit(release=True)
    writer.close()
    os.truncate(store.files.path(writer.name), 50)
    with pytest.raises(UploadExpired):
        begin_append(store, member.actor, upload, 100)


async def test_an_upload_whose_file_was_not_restored_has_expired(member):
    path = await begin(member, len(DATA))
    await patch(member, path, 0, DATA[:100])
    whole = await send(member, DATA)
    for file in (member.resources.settings.home / "uploads").iterdir():
        file.unlink()
    assert (await patch(member, path, 100, DATA[100:])).status_code == 410
    assert (await member.get(f"/api/uploads/known?sha256={DIGEST}"))["upload"] is None
    form = {"kind": "table", "upload_id": whole}
    assert (await member.call("POST", "/api/datasets", form=form)).status_code == 410


def test_a_writer_of_a_deleted_upload_commits_nothing(store, member):
    upload = begun(store, member.actor)
    writer = begin_append(store, member.actor, upload, 0)
    writer.write(DATA[:100])
    delete_upload(store, member.actor, upload)
    with pytest.raises(LockLost):
        writer.commit()
    writer.close()
    assert not store.files.writers


def test_a_finished_upload_is_claimed_once_and_by_one_thing(store, member, colleague):
    upload = sent(store, member.actor)
    with opened(store, member.actor, upload) as it:
        assert it.path.read_bytes() == DATA
        assert (it.filename, it.length, it.sha256) == ("a.csv", len(DATA), DIGEST)
    with pytest.raises(UploadClaimed), store.database.write() as unit:
        claim_upload(unit, colleague.actor, upload, "dataset:1")
    with store.database.write() as unit:
        claim_upload(unit, member.actor, upload, "dataset:1")
    with pytest.raises(UploadClaimed), store.database.write() as unit:
        claim_upload(unit, member.actor, upload, "dataset:2")
    with pytest.raises(UploadClaimed, match="dataset:1"), opened(store, member.actor, upload):
        pass
    assert get_upload(store, member.actor, upload).claimed_by == "dataset:1"


def test_an_unfinished_upload_is_not_handed_over(store, member):
    upload = begun(store, member.actor)
    unfinished = pytest.raises(UploadUnfinished, match=f"0 of {len(DATA)}")
    with unfinished, opened(store, member.actor, upload):
        pass
    with pytest.raises(UploadClaimed), store.database.write() as unit:
        claim_upload(unit, member.actor, upload, "dataset:1")


async def test_the_bytes_of_a_used_upload_can_be_used_again(member):
    store = open_upload_store(member.resources)
    upload = sent(store, member.actor)
    with store.database.write() as unit:
        claim_upload(unit, member.actor, upload, "dataset:1")
    body = {"sha256": DIGEST, "filename": "again.csv", "purpose": "weights"}
    again = await member.post("/api/uploads/known", body, 201)
    assert (again["state"], again["filename"]) == ("finished", "again.csv")
    assert again["id"] != upload
    delete_upload(store, member.actor, upload)
    assert upload_files(member, again["id"]) == [DATA]


@pytest.fixture
def piece(tmp_path):
    """Write bytes as a request that arrives does."""

    def write(data: bytes) -> Path:
        path = tmp_path / f"piece-{time.monotonic_ns()}-{threading.get_ident()}"
        path.write_bytes(data)
        return path

    return write


def parts_of(store, actor, number: int, **more) -> str:
    new = NewUpload(filename="load.csv", num_parts=number, purpose="session", **more)
    return create_upload(store, actor, new).id


def test_parts_come_in_any_order_and_twice(store, member, piece):
    upload = parts_of(store, member.actor, 3, sha256=DIGEST)
    cuts = (DATA[:100], DATA[100:7000], DATA[7000:])
    assert put_part(store, member.actor, upload, 2, piece(cuts[2])) == [0, 1]
    assert put_part(store, member.actor, upload, 0, piece(cuts[0])) == [1]
    with pytest.raises(PartsMissing, match="parts 1 are missing"):
        finish_parts(store, member.actor, upload)
    assert put_part(store, member.actor, upload, 0, piece(cuts[0])) == [1]
    with pytest.raises(PartDiffers):
        put_part(store, member.actor, upload, 0, piece(cuts[1]))
    assert put_part(store, member.actor, upload, 1, piece(cuts[1])) == []
    finished = finish_parts(store, member.actor, upload)
    assert (finished.state, finished.sha256, finished.received) == ("finished", DIGEST, len(DATA))
    assert finish_parts(store, member.actor, upload).file == finished.file
    assert put_part(store, member.actor, upload, 1, piece(cuts[1])) == []
    with pytest.raises(PartDiffers):
        put_part(store, member.actor, upload, 1, piece(b"other"))
    assert upload_files(member, upload) == [DATA]
    assert [path.name for path in store.files.folder.iterdir()] == [finished.file]


class _JoinedMeanwhile(UploadFiles):
    """Files of which ``meanwhile`` happens before the first one is looked up."""

    meanwhile = staticmethod(lambda: None)

    def path(self, name: str) -> Path:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return super().path(name)


def test_the_head_of_parts_that_are_joined_meanwhile_is_that_of_the_whole(
    store, member, piece, tmp_path
):
    upload = parts_of(store, member.actor, 2)
    for number, data in enumerate((DATA[:100], DATA[100:])):
        put_part(store, member.actor, upload, number, piece(data))
    files = _JoinedMeanwhile(store.files.folder)
    files.meanwhile = lambda: finish_parts(store, member.actor, upload)
    beside = dataclasses.replace(store, files=files)
    head = copy_head(beside, member.actor, upload, tmp_path / "head", 150)
    assert (head.copied, head.length) == (150, len(DATA))
    assert (tmp_path / "head").read_bytes() == DATA[:150]


def test_parts_that_do_not_exist_are_refused(store, member, piece):
    upload = parts_of(store, member.actor, 2)
    for number in (-1, 2):
        with pytest.raises(UploadRequestInvalid, match="from 0 to 1"):
            put_part(store, member.actor, upload, number, piece(b"x"))
    with pytest.raises(UploadFinished):
        begin_append(store, member.actor, upload, 0)
    with pytest.raises(UploadRequestInvalid):
        put_part(store, member.actor, begun(store, member.actor), 0, piece(b"x"))


def test_parts_of_another_file_than_announced_are_dropped(store, member, piece):
    upload = parts_of(store, member.actor, 1, sha256=DIGEST)
    put_part(store, member.actor, upload, 0, piece(b"other"))
    with pytest.raises(HashMismatch):
        finish_parts(store, member.actor, upload)
    with store.database.read() as session:
        assert session.scalars(select(StoredUpload)).all() == []


def test_the_same_part_from_many_at_once_is_kept_once(store, member, piece):
    upload = parts_of(store, member.actor, 1)
    pieces = [piece(bytes([number % 2]) * 1000) for number in range(16)]

    def put(path: Path) -> str:
        try:
            put_part(store, member.actor, upload, 0, path)
        except PartDiffers:
            return "differs"
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(put, pieces))
    assert answers.count("kept") == 8
    finished = finish_parts(store, member.actor, upload)
    assert finished.received == 1000


def test_an_upload_is_found_again_by_what_it_is_for(store, member, colleague):
    reference = reference_of("session", "input", "load.csv", "load")
    first = parts_of(store, member.actor, 2, reference=reference)
    assert parts_of(store, member.actor, 2, reference=reference) == first
    assert parts_of(store, colleague.actor, 2, reference=reference) != first
    assert reference_of("a", "bc") != reference_of("ab", "c")


def test_of_twenty_creations_at_once_as_many_succeed_as_have_room(store, member):
    limits = dataclasses.replace(store.limits, quota_bytes=100)
    small = dataclasses.replace(store, limits=limits)
    begun(small, member.actor, 80)

    def create(_: int) -> bool:
        try:
            begun(small, member.actor, 20)
        except UploadQuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(create, range(20))) == 1


@ON_ONE_DATABASE
async def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(app, member):
    data = DATA * 500  # several blocks
    path = await begin(member, len(data))
    async with app.app_context():
        files = upload_store().files
    files.disk = SmallDisk(2 << 20)
    answer = await patch(member, path, 0, data)
    assert (answer.status_code, answer.body["code"]) == (507, "disk_full")
    at = await offset_of(member, path)
    assert at == 2 << 20
    assert (await patch(member, path, at, data[at:])).status_code == 507
    assert await offset_of(member, path) == at
    files.disk = SmallDisk(1 << 40)
    assert (await patch(member, path, at, data[at:])).status_code == 204
    assert (await member.get(path))["sha256"] == hashlib.sha256(data).hexdigest()


@ON_ONE_DATABASE
async def test_a_locked_upload_answers_423_and_when_to_try_again(app, member):
    path = await begin(member, len(DATA))
    async with app.app_context():
        store = upload_store()
    writer = begin_append(store, member.actor, path.rpartition("/")[2], 0)
    answer = await patch(member, path, 0, DATA)
    assert (answer.status_code, answer.headers["Retry-After"]) == (423, "1")
    writer.close()
    assert (await patch(member, path, 0, DATA)).status_code == 204


def test_many_threads_at_one_offset_leave_the_bytes_of_one(store, patient, member):
    upload = begun(store, member.actor, 60_000)

    def append(number: int) -> bool:
        try:
            writer = begin_append(patient, member.actor, upload, 0)
        except (UploadLocked, WrongOffset):
            return False
        writer.write(bytes([number]) * 30_000)
        writer.commit(release=True)
        writer.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, has in enumerate(pool.map(append, range(50))) if has]
    assert len(won) == 1
    assert upload_files(member, upload) == [bytes(won) * 30_000]


@ON_ONE_DATABASE
async def test_a_sender_who_goes_away_keeps_what_arrived(app, member):
    path = await begin(member, len(DATA))
    client = app.test_client()
    headers = member.headers | {
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Content-Length": str(len(DATA)),
    }

    def silence_is_committed() -> bool:
        with member.database.read() as session:
            return session.scalar(select(StoredUpload.received)) == 5000

    async with client.request(path, method="PATCH", headers=headers) as connection:
        await connection.send(DATA[:5000])
        await eventually_async(silence_is_committed)
        await connection.send(DATA[5000:7000])
        for _ in range(30):
            await asyncio.sleep(0)  # the bytes reach the view; nothing else has to happen
        await connection.disconnect()
    at = await offset_of(member, path)
    assert at == 7000
    assert (await patch(member, path, at, DATA[at:])).status_code == 204
    assert (await member.get(path))["sha256"] == DIGEST
