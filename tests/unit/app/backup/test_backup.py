"""Backups: everything comes back, and nothing comes back from a damaged file."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.backup.archive import ArchiveWriter, BackupError, unpack
from app.backup.installation import restore, save
from app.models.benchmark import BenchmarkModel
from app.settings import Settings
from app.storage import StoredObject, open_store
from services.benchmarks.models.secret import SECRET_FILE, KeyVault
from services.federations.folder import FederationFolder

OBJECTS = {"runs/1/weights": b"w" * 100_000, "data/7": b"\0\1"}


def unwatched(items: Iterable[StoredObject], _: str) -> Iterable[StoredObject]:
    return items


def empty(home: Path) -> Settings:
    home.mkdir()
    return Settings.from_env({"ROUNDHOUSE_HOME": str(home)})


@pytest.fixture
def used(tmp_path: Path) -> Settings:
    settings = empty(tmp_path / "used")
    with closing(sqlite3.connect(settings.home / "roundhouse.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE facts (fact TEXT)")
        connection.execute("INSERT INTO facts VALUES ('kept')")
        connection.commit()
    store = open_store(settings.storage_url)
    for key, content in OBJECTS.items():
        store.put(key, content)
    return settings


@pytest.fixture
def saved(used: Settings, tmp_path: Path) -> Path:
    save(used, tmp_path / "backup.tar", unwatched)
    return tmp_path / "backup.tar"


def facts(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.home / "roundhouse.db")) as connection:
        return [row[0] for row in connection.execute("SELECT fact FROM facts")]


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_everything_comes_back(used: Settings, tmp_path: Path, name: str):
    save(used, tmp_path / name, unwatched)
    other = empty(tmp_path / "other")
    restore(other, tmp_path / name, unwatched)
    store = open_store(other.storage_url)
    assert {entry.key: store.get(entry.key) for entry in store.list()} == OBJECTS
    assert facts(other) == ["kept"]


def test_keys_of_federations_come_back_for_their_owner_alone(used: Settings, tmp_path: Path):
    made = FederationFolder(used.home, 3)
    made.create("north")
    made.prepare_server("localhost")
    made.database.write_bytes(b"Flower's own")
    save(used, tmp_path / "b.tar", unwatched)
    with tarfile.open(tmp_path / "b.tar") as tar:
        assert {member.mode for member in tar} == {0o600}
    other = empty(tmp_path / "other")
    restore(other, tmp_path / "b.tar", unwatched)
    back = FederationFolder(other.home, 3)
    assert (back.is_here, back.secret, back.database.exists()) == (True, made.secret, False)
    assert back.path.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in back.path.iterdir()} == {0o600}
    with pytest.raises(BackupError, match="database already"):
        restore(other, tmp_path / "b.tar", unwatched)


def test_keys_of_models_are_readable_after_a_restore(used: Settings, tmp_path: Path):
    model = BenchmarkModel(name="tiny", key_encrypted=KeyVault(used.home).encrypt("a key"))
    save(used, tmp_path / "b.tar", unwatched)
    other, third = empty(tmp_path / "other"), empty(tmp_path / "third")
    restore(other, tmp_path / "b.tar", unwatched)
    assert KeyVault(other.home).key_of(model) == "a key"
    assert (other.home / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    KeyVault(third.home).encrypt("of somebody else")
    with pytest.raises(BackupError, match=SECRET_FILE):
        restore(third, tmp_path / "b.tar", unwatched)


def test_keys_that_are_there_are_never_overwritten(saved: Path, tmp_path: Path):
    other = empty(tmp_path / "other")
    FederationFolder(other.home, 3).create("south")
    with pytest.raises(BackupError, match="keys of federations already"):
        restore(other, saved, unwatched)


def test_a_backup_sees_what_is_committed_while_another_process_writes(
    used: Settings, tmp_path: Path
):
    with closing(sqlite3.connect(used.home / "roundhouse.db")) as writer:
        writer.execute("INSERT INTO facts VALUES ('not committed')")
        save(used, tmp_path / "b.tar", unwatched)
    other = empty(tmp_path / "other")
    restore(other, tmp_path / "b.tar", unwatched)
    assert facts(other) == ["kept"]


def test_an_object_that_came_during_the_backup_is_in_it(used: Settings, tmp_path: Path):
    store = open_store(used.storage_url)

    def meanwhile(items: Iterable[StoredObject], what: str) -> Iterable[StoredObject]:
        yield from items
        if what == "objects":
            store.put("late", b"late")

    save(used, tmp_path / "b.tar", meanwhile)
    assert "objects/late" in unpack(tmp_path / "b.tar", tmp_path / "unpacked").files


def keys_in_facts(session: Session) -> set[str]:
    return {fact for fact in session.scalars(text("SELECT fact FROM facts")) if "/" in fact}


def write(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.home / "roundhouse.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_where_a_named_object_was_replaced_meanwhile_a_later_moment_is_saved(
    used: Settings, tmp_path: Path
):
    store, times = open_store(used.storage_url), []

    def meanwhile(items: Iterable[StoredObject], what: str) -> Iterable[StoredObject]:
        if what == "objects":
            yield from items
            store.put("files/first", b"first")
            write(used, "INSERT INTO facts VALUES ('files/first')")
            return
        times.append(what)
        if len(times) == 1:  # the database is saved, its new object is not
            store.put("files/second", b"second")
            write(used, "UPDATE facts SET fact = 'files/second' WHERE fact = 'files/first'")
            store.delete("files/first")
        yield from items

    assert not save(used, tmp_path / "b.tar", meanwhile, keys_in_facts)
    other = empty(tmp_path / "other")
    restore(other, tmp_path / "b.tar", unwatched)
    assert facts(other) == ["kept", "files/second"]
    assert open_store(other.storage_url).get("files/second") == b"second"


def test_a_backup_names_what_the_store_has_lost_and_keeps_the_rest(used: Settings, tmp_path: Path):
    write(used, "INSERT INTO facts VALUES ('files/lost'), ('data/7')")
    assert list(save(used, tmp_path / "b.tar", unwatched, keys_in_facts)) == ["files/lost"]
    assert "objects/data/7" in unpack(tmp_path / "b.tar", tmp_path / "unpacked").files


def test_a_file_that_the_disk_changed_is_no_backup(
    used: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    add = ArchiveWriter.add

    def write_zeros(self: ArchiveWriter, name: str, stream: BinaryIO, size: int) -> None:
        add(self, name, stream, size)
        self._tar.fileobj.seek(-size, io.SEEK_END)
        self._tar.fileobj.write(bytes(size))

    monkeypatch.setattr(ArchiveWriter, "add", write_zeros)
    with pytest.raises(BackupError, match="was not written as it should be"):
        save(used, tmp_path / "b.tar", unwatched)
    assert [path.name for path in tmp_path.iterdir()] == ["used"]


def test_a_backup_is_for_its_owner_only(saved: Path):
    assert saved.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten_by_a_backup(used: Settings, saved: Path):
    with pytest.raises(BackupError, match="exists already"):
        save(used, saved, unwatched)


def test_a_used_home_is_not_restored_into(used: Settings, saved: Path):
    with pytest.raises(BackupError, match="a database already"):
        restore(used, saved, unwatched)


def test_objects_without_a_database_are_not_overwritten_either(saved: Path, tmp_path: Path):
    other = empty(tmp_path / "other")
    open_store(other.storage_url).put("mine", b"1")
    with pytest.raises(BackupError, match="objects already"):
        restore(other, saved, unwatched)


@pytest.mark.parametrize("position", [512, 50_000, 105_000])
def test_one_flipped_bit_is_found(saved: Path, tmp_path: Path, position: int):
    content = bytearray(saved.read_bytes())
    content[position] ^= 1
    saved.write_bytes(content)
    other = empty(tmp_path / "other")
    with pytest.raises(BackupError):
        restore(other, saved, unwatched)
    assert [path.name for path in other.home.iterdir()] == ["objects"]


def test_half_a_file_is_no_backup(saved: Path, tmp_path: Path):
    saved.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    with pytest.raises(BackupError, match="no complete backup"):
        restore(empty(tmp_path / "other"), saved, unwatched)


def with_member(path: Path, member: tarfile.TarInfo, content: bytes = b"") -> Path:
    member.size = len(content)
    with tarfile.open(path, "a") as tar:
        tar.addfile(member, io.BytesIO(content))
    return path


def test_a_member_that_no_manifest_lists_is_refused(saved: Path, tmp_path: Path):
    with_member(saved, tarfile.TarInfo("objects/stowaway"), b"1")
    with pytest.raises(BackupError, match="objects/stowaway"):
        restore(empty(tmp_path / "other"), saved, unwatched)


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside-roundhouse", "a/../../outside"])
def test_no_member_leaves_the_folder(saved: Path, tmp_path: Path, name: str):
    with_member(saved, tarfile.TarInfo(name), b"evil")
    with pytest.raises(BackupError):
        restore(empty(tmp_path / "other"), saved, unwatched)
    assert not list(tmp_path.rglob("*outside*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(saved: Path, tmp_path: Path, kind: bytes):
    member = tarfile.TarInfo("objects/link")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(BackupError):
        restore(empty(tmp_path / "other"), with_member(saved, member), unwatched)


def test_a_link_inside_the_backup_is_no_object(saved: Path, tmp_path: Path):
    member = tarfile.TarInfo("objects/link")
    member.type, member.linkname = tarfile.SYMTYPE, "data/7"
    with pytest.raises(BackupError, match="objects/link"):
        restore(empty(tmp_path / "other"), with_member(saved, member), unwatched)


def test_a_backup_of_another_format_is_named(tmp_path: Path):
    with ArchiveWriter(tmp_path / "b.tar", {}) as archive:
        archive.add("a", io.BytesIO(b"1"), 1)
    manifest = json.dumps({"format": 99, "files": {}}).encode()
    changed = with_member(tmp_path / "b.tar", tarfile.TarInfo("manifest.json"), manifest)
    with pytest.raises(BackupError, match="has format 99, but this release reads format 1"):
        unpack(changed, tmp_path / "unpacked")


def test_a_backup_that_fails_leaves_no_file(used: Settings, tmp_path: Path):
    (used.home / "roundhouse.db").unlink()
    with pytest.raises(BackupError, match="There is no database"):
        save(used, tmp_path / "b.tar", unwatched)
    assert [path.name for path in tmp_path.iterdir()] == ["used"]
