"""How full the disks were over the last days: samples of the clock, kept in the database."""

import socket
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.disk import FileSystem, file_systems
from app.models.disk_sample import DiskSample
from app.settings import Settings

SAMPLE_SECONDS = 600.0
KEPT_FOR = timedelta(days=14)
SHOWN_FOR = timedelta(hours=1)  # a disk of another host that nobody measured since is left out


@dataclass(frozen=True, kw_only=True)
class UsedSpace:
    """How much of a file system was used at a time, in bytes."""

    at: datetime
    used_bytes: int


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A file system of a host: what lies on it, its room in bytes, and its history by time."""

    host: str
    contents: str
    free_bytes: int
    total_bytes: int
    measured_at: datetime
    error: str | None = None
    history: Sequence[UsedSpace] = field(default_factory=tuple)

    @property
    def used_bytes(self) -> int:
        """Return what is not free."""
        return self.total_bytes - self.free_bytes


def sample_disks(database: Database, settings: Settings) -> None:
    """Write down how full this host's disks are, and forget what is older than two weeks.

    The time is rounded down, so that a second clock of this host changes nothing.
    """
    at = datetime.fromtimestamp(now().timestamp() // SAMPLE_SECONDS * SAMPLE_SECONDS, now().tzinfo)
    rows = [_sample(disk) for disk in _measured(settings, at) if disk.total_bytes]
    with database.write() as unit:
        unit.session.execute(delete(DiskSample).where(DiskSample.at < at - KEPT_FOR))
        if rows:
            added = insert_into(unit.session, DiskSample).values(rows)
            unit.session.execute(added.on_conflict_do_nothing())


def list_disks(database: Database, settings: Settings, days: int) -> list[Disk]:
    """Return this host's disks as they are now, and the others' as they were last measured."""
    histories = _histories(database, now() - timedelta(days=days))
    here = _measured(settings, now())
    keys = {(disk.host, disk.contents) for disk in here}
    others = (
        _from_sample(samples[-1])
        for key, samples in histories.items()
        if key not in keys and samples[-1].at > now() - SHOWN_FOR
    )
    return [
        replace(disk, history=_used(histories.get((disk.host, disk.contents), ())))
        for disk in (*here, *others)
    ]


def _histories(
    database: Database, since: datetime
) -> Mapping[tuple[str, str], Sequence[DiskSample]]:
    statement = select(DiskSample).where(DiskSample.at >= since).order_by(DiskSample.at)
    samples: dict[tuple[str, str], list[DiskSample]] = defaultdict(list)
    with database.read() as session:
        for row in session.scalars(statement):
            samples[row.host, row.contents].append(row)
    return samples


def _measured(settings: Settings, at: datetime) -> list[Disk]:
    return [_disk(system, at) for system in file_systems(settings)]


def _disk(system: FileSystem, at: datetime) -> Disk:
    return Disk(
        host=socket.gethostname()[:100],
        contents=system.name,
        free_bytes=system.free,
        total_bytes=system.total,
        measured_at=at,
        error=system.error,
    )


def _sample(disk: Disk) -> dict[str, object]:
    return {
        "host": disk.host,
        "contents": disk.contents,
        "at": disk.measured_at,
        "free_bytes": disk.free_bytes,
        "total_bytes": disk.total_bytes,
    }


def _from_sample(row: DiskSample) -> Disk:
    return Disk(
        host=row.host,
        contents=row.contents,
        free_bytes=row.free_bytes,
        total_bytes=row.total_bytes,
        measured_at=row.at,
    )


def _used(samples: Sequence[DiskSample]) -> list[UsedSpace]:
    return [UsedSpace(at=one.at, used_bytes=one.total_bytes - one.free_bytes) for one in samples]
