"""The file systems that an installation writes to, and whether they have room."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url

from app.settings import Settings

GIGABYTE = 1e9
FREE_SPACE = "Delete what is not needed (runs, datasets, old backups) or add space."


@dataclass(frozen=True, kw_only=True)
class FileSystem:
    """One file system: what lies on it, and its room in bytes.

    ``error`` says why nothing can be written to it, None if something can, and ``error_code``
    says it in one word.
    """

    contents: tuple[str, ...]
    path: Path
    free: int
    total: int
    error: str | None = None
    error_code: str | None = None

    @property
    def name(self) -> str:
        """Return what lies there in one word, as ``home+database``."""
        return "+".join(self.contents)


@dataclass(frozen=True, kw_only=True)
class DiskCheck:
    """How one file system is: ``status`` is ok, degraded or failing.

    ``code`` and ``params`` are what ``detail`` says, for pages that speak another language.
    """

    name: str
    status: str
    detail: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def log_folder(home: Path) -> Path:
    """Return the folder of the log files."""
    return home / "logs"


def check_disks(settings: Settings) -> list[DiskCheck]:
    """Return a check of each file system that the platform writes to on this host.

    The sentences name what lies there, and no path: health is public.
    """
    systems = file_systems(settings)
    if len(systems) == 1:
        return [_check("disk", systems[0], settings)]
    return [_check(f"disk ({', '.join(one.contents)})", one, settings) for one in systems]


def file_systems(settings: Settings) -> list[FileSystem]:
    """Return the file systems of home, objects, logs and database, each once."""
    by_device: dict[int | str, list[tuple[str, Path]]] = {}
    for name, path in _folders(settings):
        by_device.setdefault(_device(path), []).append((name, path))
    return [_measure(places) for places in by_device.values()]


def _folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield "home", settings.home
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        yield "database", Path(database.database).parent
    storage = urlsplit(settings.storage_url)
    if storage.scheme == "file":
        yield "objects", Path(unquote(storage.path))
    yield "logs", log_folder(settings.home)


def _existing(path: Path) -> Path:
    """Return ``path`` or the nearest folder above it that exists."""
    return next((folder for folder in (path, *path.parents) if folder.is_dir()), Path("/"))


def _device(path: Path) -> int | str:
    try:
        return _existing(path).stat().st_dev
    except OSError:
        return str(path)


def _measure(places: list[tuple[str, Path]]) -> FileSystem:
    contents, path = tuple(name for name, _ in places), _existing(places[0][1])
    try:
        usage, nodes = shutil.disk_usage(path), os.statvfs(path)
    except OSError as error:
        return FileSystem(
            contents=contents,
            path=path,
            free=0,
            total=0,
            error=error.strerror or "unknown error",
            error_code="unreadable",
        )
    code, reason = _write_error(places, nodes)
    return FileSystem(
        contents=contents,
        path=path,
        free=usage.free,
        total=usage.total,
        error=reason,
        error_code=code,
    )


def _write_error(
    places: list[tuple[str, Path]], status: os.statvfs_result
) -> tuple[str, str] | tuple[None, None]:
    if status.f_flag & os.ST_RDONLY:
        return "read_only", "it is read-only"
    if status.f_files and not status.f_favail:
        return "no_inodes", "it has no inodes left, so no file can be created"
    refused = [name for name, path in places if not os.access(_existing(path), os.W_OK)]
    if refused:
        return "not_writable", f"the platform may not write to {', '.join(refused)}"
    return None, None


def _check(name: str, system: FileSystem, settings: Settings) -> DiskCheck:
    room = f"{_gigabytes(system.free)} of {_gigabytes(system.total)} free"
    status, code, detail = _judged(system, settings, room)
    params: dict[str, str | int] = {
        "free": system.free,
        "total": system.total,
        "contents": system.name,
    }
    return DiskCheck(name=name, status=status, detail=detail, code=code, params=params)


def _judged(system: FileSystem, settings: Settings, room: str) -> tuple[str, str, str]:
    if system.error:
        return "failing", f"disk_{system.error_code}", f"{room}; {system.error}."
    if system.free < settings.disk_full_bytes:
        detail = f"Full: {room}. Nothing can be stored, and work waits. {FREE_SPACE}"
        return "failing", "disk_full", detail
    if system.free < settings.disk_low_bytes:
        return "degraded", "disk_low", f"Low: {room}. {FREE_SPACE}"
    return "ok", "disk_ok", f"{room}."


def _gigabytes(size: int) -> str:
    return f"{size / GIGABYTE:.2f} GB" if size < GIGABYTE else f"{size / GIGABYTE:.1f} GB"
