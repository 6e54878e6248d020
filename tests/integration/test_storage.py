"""One list of promises, kept by every object store: in memory, in a folder, in a real S3 server."""

import os
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app.clock import now
from app.storage import LocalStore, MemoryStore, ObjectMissing, ObjectStore, open_store
from harness.eventually import eventually
from harness.ports import free_port

KINDS = ("memory", "local", "s3")
BIG = 12 << 20  # more than one part of a multipart upload
REGION = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    eventually(lambda: _answers(port))
    yield url
    server.kill()
    server.wait()


@pytest.fixture(params=KINDS)
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    if request.param == "local":
        return LocalStore(tmp_path / "objects")
    url = request.getfixturevalue("s3_server")
    for name, value in {**REGION, "AWS_ENDPOINT_URL": url}.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{secrets.token_hex(6)}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/{bucket}", method="PUT")).close()
    return open_store(f"s3://{bucket}/some/prefix")


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def test_what_was_put_comes_back(store: ObjectStore):
    store.put("runs/7/weights.safetensors", b"\0\xffweights")
    assert store.get("runs/7/weights.safetensors") == b"\0\xffweights"
    assert store.size("runs/7/weights.safetensors") == 9


def test_an_empty_object_is_an_object(store: ObjectStore):
    store.put("empty", b"")
    assert (store.exists("empty"), store.get("empty"), store.size("empty")) == (True, b"", 0)


def test_a_second_put_replaces_the_first(store: ObjectStore):
    store.put("a", b"a long first one")
    store.put("a", b"second")
    assert store.get("a") == b"second"


def test_a_large_stream_comes_back_whole(store: ObjectStore):
    content = secrets.token_bytes(1 << 20) * (BIG >> 20)
    store.put("big", BytesIO(content))
    with store.open("big") as stream:
        assert stream.read() == content


def test_a_stream_can_seek(store: ObjectStore):
    store.put("letters", b"abcdefghij")
    with store.open("letters") as stream:
        stream.seek(-3, os.SEEK_END)
        assert (stream.read(2), stream.tell()) == (b"hi", 9)
        stream.seek(1)
        assert stream.read(3) == b"bcd"


@pytest.mark.parametrize("read", ["get", "open", "size"])
def test_what_is_not_there_is_missing(store: ObjectStore, read: str):
    with pytest.raises(ObjectMissing):
        getattr(store, read)("nowhere/to/be/found")
    assert not store.exists("nowhere/to/be/found")


def test_deleting_twice_is_no_error(store: ObjectStore):
    store.put("a/b/c", b"1")
    store.delete("a/b/c")
    store.delete("a/b/c")
    assert not store.exists("a/b/c")


def test_a_deleted_key_can_be_used_again(store: ObjectStore):
    store.put("a/b/c", b"1")
    store.delete("a/b/c")
    store.put("a/b/c", b"2")
    assert store.get("a/b/c") == b"2"


def test_a_listing_is_ordered_and_complete(store: ObjectStore):
    for key in ("runs/10/b", "runs/1/a", "runs/10/a", "other"):
        store.put(key, key.encode())
    assert [entry.key for entry in store.list()] == ["other", "runs/1/a", "runs/10/a", "runs/10/b"]
    assert [entry.key for entry in store.list("runs/10/")] == ["runs/10/a", "runs/10/b"]


def test_a_prefix_may_end_inside_a_name(store: ObjectStore):
    for key in ("runs/10/a", "runs/1/a", "runs/2/a"):
        store.put(key, b"1")
    assert [entry.key for entry in store.list("runs/1")] == ["runs/1/a", "runs/10/a"]
    assert list(store.list("nothing/")) == []


def test_a_listing_says_how_large_and_how_old(store: ObjectStore):
    store.put("a", b"12345")
    (entry,) = store.list()
    assert entry.size == 5
    assert abs(entry.modified_at - now()) < timedelta(minutes=1)


def test_a_listing_has_more_than_a_thousand_entries(store: ObjectStore):
    for number in range(1005):
        store.put(f"n/{number:04}", b"")
    assert len(list(store.list("n/"))) == 1005


EVIL_KEYS = [
    "", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", "./a", "a/./b", "a//b", "a/", ".hidden",
    "a/.draft", "a\\b", "..\\a", "a\0b", "a\nb", "%2e%2e/a", "..%252fa", "a/%c0%ae", "file:///a", "ä",
    "a b", "~/a", "a?b", "a#b", "x" * 600,
]  # fmt: skip


@pytest.mark.parametrize("key", EVIL_KEYS)
@pytest.mark.parametrize("use", ["get", "open", "size", "exists", "delete"])
def test_no_key_leads_anywhere_else(store_in_folder: LocalStore, use: str, key: str):
    with pytest.raises(ValueError, match="No object can have the key"):
        getattr(store_in_folder, use)(key)


@pytest.mark.parametrize("key", EVIL_KEYS)
def test_no_store_takes_an_evil_key(store: ObjectStore, key: str):
    with pytest.raises(ValueError, match="No object can have the key"):
        store.put(key, b"evil")
    assert list(store.list()) == []


@pytest.fixture
def store_in_folder(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "objects")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, store_in_folder: LocalStore):
    (tmp_path / "objects-secret").mkdir()
    (tmp_path / "objects-secret" / "key").write_text("canary")
    (tmp_path / "objects" / "link").symlink_to(tmp_path / "objects-secret")
    (tmp_path / "objects" / "file").symlink_to(tmp_path / "objects-secret" / "key")
    for key in ("link/key", "file"):
        with pytest.raises(ValueError, match="No object"):
            store_in_folder.get(key)
    assert list(store_in_folder.list()) == []


def test_a_put_that_fails_leaves_the_old_object(tmp_path: Path, store_in_folder: LocalStore):
    class Torn(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError("the sender went away")

    store_in_folder.put("a", b"old")
    with pytest.raises(Exception, match="took nothing"):
        store_in_folder.put("a", Torn())
    assert store_in_folder.get("a") == b"old"
    assert [path.name for path in (tmp_path / "objects").iterdir()] == ["a"]


def test_objects_are_for_their_owner_only(tmp_path: Path, store_in_folder: LocalStore):
    store_in_folder.put("a/b", b"1")
    assert (tmp_path / "objects" / "a").stat().st_mode & 0o077 == 0
    assert (tmp_path / "objects").stat().st_mode & 0o077 == 0


def test_deleting_the_last_object_removes_its_folder(tmp_path: Path, store_in_folder: LocalStore):
    store_in_folder.put("a/b/c", b"1")
    store_in_folder.delete("a/b/c")
    assert list((tmp_path / "objects").iterdir()) == []


def test_a_bucket_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    from app.storage import StorageUnavailable

    for name, value in {**REGION, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("app.storage.bucket.RETRIES", 0)
    with pytest.raises(StorageUnavailable):
        open_store("s3://bucket/prefix").get("a")
