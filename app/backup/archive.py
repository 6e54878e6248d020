"""The file of a backup: a tar whose last member lists every other one with its SHA-256."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


class BackupError(Exception):
    """A backup cannot be made or used; the message says why."""


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """What a backup says of itself: facts for people, and name to (size, sha256)."""

    facts: Mapping[str, Any]
    files: Mapping[str, tuple[int, str]]


class ArchiveWriter:
    """Writes a backup; nothing stands under its name before it is complete."""

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        self._path, self._draft = path, path.with_name(f".{path.name}.draft")
        self._facts = dict(facts)
        self._files: dict[str, tuple[int, str]] = {}

    def __enter__(self) -> Self:
        self._draft.unlink(missing_ok=True)
        self._draft.touch(mode=0o600, exist_ok=False)
        compress = self._path.suffix in (".gz", ".tgz")
        self._tar = (
            tarfile.open(self._draft, "w:gz") if compress else tarfile.open(self._draft, "w")
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            content = {"format": FORMAT, **self._facts, "files": self._files}
            self._add(MANIFEST, io.BytesIO(data := json.dumps(content).encode()), len(data))
        self._tar.close()
        try:
            if kind is None:
                self._prove()
                self._draft.replace(self._path)
        finally:
            self._draft.unlink(missing_ok=True)

    def _prove(self) -> None:
        """Read what was written. Raises BackupError where the disk holds something else."""
        with tarfile.open(self._draft, "r|*") as tar:
            read = {one.name: (one.size, _digest_of(tar.extractfile(one))) for one in tar}
        del read[MANIFEST]
        if read != self._files:
            raise BackupError(f"{self._path} was not written as it should be: is the disk broken?")

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def add(self, name: str, stream: BinaryIO, size: int) -> None:
        """Add ``size`` bytes of ``stream`` under ``name``."""
        counted = _Hashing(stream)
        self._add(name, counted, size)
        self._files[name] = (size, counted.hexdigest())

    def _add(self, name: str, stream: Any, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        try:
            self._tar.addfile(member, stream)
        except OSError as error:
            raise BackupError(f"{self._path} cannot be written: {error}.") from error


def unpack(path: Path, folder: Path) -> BackupManifest:
    """Unpack a backup into the empty ``folder`` and prove that it is whole.

    Raises BackupError for anything that is missing, too much, or not as it was written.
    """
    try:
        with tarfile.open(path, "r:*") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(f"{path} is no complete backup: {error}.") from None
    manifest = _read_manifest(path, folder)
    _compare(path, folder, manifest)
    return manifest


def _read_manifest(path: Path, folder: Path) -> BackupManifest:
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        files = {
            name: (int(size), str(digest)) for name, (size, digest) in content["files"].items()
        }
        format_ = content["format"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(f"{path} is no complete backup: it has no manifest.") from None
    if format_ != FORMAT:
        raise BackupError(f"{path} has format {format_}, but this release reads format {FORMAT}.")
    return BackupManifest(facts=content, files=files)


def _compare(path: Path, folder: Path, manifest: BackupManifest) -> None:
    present = {
        member.relative_to(folder).as_posix() for member in folder.rglob("*") if not member.is_dir()
    }
    wrong = (present ^ manifest.files.keys()) - {MANIFEST}
    if wrong:
        raise BackupError(f"{path} does not hold what its manifest lists: {min(wrong)}.")
    for name, expected in manifest.files.items():
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if ((folder / name).stat().st_size, digest) != expected:
            raise BackupError(f"{path} is damaged: {name} is not as it was saved.")


def _digest_of(stream: IO[bytes] | None) -> str:
    digest = hashlib.sha256()
    while stream is not None and (block := stream.read(CHUNK)):
        digest.update(block)
    return digest.hexdigest()


class _Hashing:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        data = self._stream.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """Return the hash of everything read so far."""
        return self._hash.hexdigest()
