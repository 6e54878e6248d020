"""A whole installation: database and objects together."""

import io
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from app.backup.archive import ArchiveWriter, BackupError, BackupManifest, unpack
from app.backup.databases import Read, SavedDatabase, read_nothing, saved_database
from app.clock import now
from app.settings import Settings
from app.storage import ObjectMissing, ObjectStore, StoredObject, open_store
from app.version import VERSION

OBJECTS, KEYS, SECRETS = "objects/", "federations/", "secrets/"
KEY_FILES = ("ca.pem", "ca.key", "operator.secret")  # the rest is made again from these
# Of the home: without them keys of models and sign-ins of connections are unreadable.
SECRET_FILES = ("benchmark-keys.secret", "channels.secret", "connections.secret")
MOMENTS = 3  # in which the database is saved before an object that it names counts as lost
Watch = Callable[[Iterable[StoredObject], str], Iterable[StoredObject]]


def save(
    settings: Settings, path: Path, watch: Watch, kept: Read = read_nothing
) -> Collection[str]:
    """Save everything into ``path``, also while the platform runs; return what it lacks.

    Objects come first, then the database, then the objects that came meanwhile. ``kept`` returns
    the keys that the saved rows name. Where one of these objects went away in between, as when it
    was replaced, the database is saved as it is then. What is missing still has been missing from
    the store. The file is read again before it gets its name. Raises BackupError.
    """
    if path.exists():
        raise BackupError(f"{path} exists already; nothing was overwritten.")
    database, store = saved_database(settings.database_url), open_store(settings.storage_url)
    facts = {
        "version": VERSION,
        "created_at": now().isoformat(),
        "database": database.kind,
    }
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        copy = Path(folder) / "database"
        with ArchiveWriter(path, facts) as archive:
            _add_objects(archive, store, watch, "objects")
            missing = _dump_with_objects(archive, database, copy, kept, store, watch)
            with copy.open("rb") as stream:
                archive.add(database.member, stream, copy.stat().st_size)
            _add_keys(archive, settings.home)
            _add_secrets(archive, settings.home)
    return missing


def restore(settings: Settings, path: Path, watch: Watch) -> BackupManifest:
    """Fill an empty installation from ``path``; nothing is touched before the file is proved.

    Raises BackupError.
    """
    database, store = saved_database(settings.database_url), open_store(settings.storage_url)
    if not database.is_empty():
        raise BackupError("There is a database already: restore into an empty home or database.")
    if next(iter(store.list()), None) is not None:
        raise BackupError("There are objects already: restore into an empty STORAGE_URL.")
    if any((settings.home / KEYS).glob("*/*")):
        raise BackupError("There are keys of federations already: restore into an empty home.")
    for name in SECRET_FILES:
        if (settings.home / name).exists():
            raise BackupError(f"There is a {name} already: restore into an empty home.")
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        unpacked = Path(folder)
        manifest = unpack(path, unpacked)
        if manifest.facts.get("database") != database.kind:
            raise BackupError(
                f"The backup is of {manifest.facts.get('database')}, but DATABASE_URL names "
                f"{database.kind}."
            )
        _put_objects(manifest, unpacked, store, watch)
        _put_keys(manifest, unpacked, settings.home)
        _put_secrets(manifest, unpacked, settings.home)
        database.load(unpacked / database.member)
    return manifest


def _dump_with_objects(
    archive: ArchiveWriter,
    database: SavedDatabase,
    copy: Path,
    kept: Read,
    store: ObjectStore,
    watch: Watch,
) -> Collection[str]:
    """Save the database into ``copy`` and the objects that it names; return those that are gone."""
    missing: Collection[str] = ()
    for _ in range(MOMENTS):
        copy.unlink(missing_ok=True)
        named = database.dump(copy, kept)
        _add_objects(archive, store, watch, "new objects")
        missing = [key for key in sorted(named) if OBJECTS + key not in archive]
        if not missing:
            break
    return missing


def _add_objects(archive: ArchiveWriter, store: ObjectStore, watch: Watch, what: str) -> None:
    missing = [entry for entry in store.list() if OBJECTS + entry.key not in archive]
    for entry in watch(missing, what):
        try:
            with store.open(entry.key) as stream:
                archive.add(OBJECTS + entry.key, stream, entry.size)
        except ObjectMissing:
            continue  # deleted meanwhile: the database to be saved does not point at it


def _add_keys(archive: ArchiveWriter, home: Path) -> None:
    for file in sorted((home / KEYS).glob("*/*")):
        if _is_key(file):
            try:
                content = file.read_bytes()
            except FileNotFoundError:
                continue  # the federation was deleted meanwhile
            name = f"{KEYS}{file.parent.name}/{file.name}"
            archive.add(name, io.BytesIO(content), len(content))


def _add_secrets(archive: ArchiveWriter, home: Path) -> None:
    for name in SECRET_FILES:
        if (home / name).is_file():
            content = (home / name).read_bytes()
            archive.add(SECRETS + name, io.BytesIO(content), len(content))


def _is_key(file: Path) -> bool:
    return file.name in KEY_FILES and file.parent.name.isdigit()


def _put_keys(manifest: BackupManifest, folder: Path, home: Path) -> None:
    for name in manifest.files:
        place = Path(name)
        if name.startswith(KEYS) and len(place.parts) == 3 and _is_key(place):
            (home / place.parent).mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(folder / place, home / place)
            (home / place).chmod(0o600)


def _put_secrets(manifest: BackupManifest, folder: Path, home: Path) -> None:
    for name in SECRET_FILES:
        if SECRETS + name in manifest.files:
            shutil.move(folder / SECRETS / name, home / name)
            (home / name).chmod(0o600)


def _put_objects(manifest: BackupManifest, folder: Path, store: ObjectStore, watch: Watch) -> None:
    objects = [
        StoredObject(key=name.removeprefix(OBJECTS), size=size, modified_at=now())
        for name, (size, _) in manifest.files.items()
        if name.startswith(OBJECTS)
    ]
    for entry in watch(objects, "objects"):
        with (folder / OBJECTS / entry.key).open("rb") as stream:
            store.put(entry.key, stream)
