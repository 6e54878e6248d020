"""The spool of one run: a folder that holds all that was logged, before anything is sent.

``run.json`` says what the run is, ``spool.jsonl`` has a line for everything that was logged,
``files/`` copies of the files to keep, and ``state.json`` how much of it the platform has. A line
is one ``write`` to a file opened for appending: several threads and forked processes need no lock,
and a process that is killed leaves complete lines.
"""

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from roundhouse.errors import warn

HAS_LOCKS = sys.platform != "win32"  # without them nobody may send a spool that is being written
if HAS_LOCKS:
    import fcntl

ABOUT, LINES, STATE, LOCK, FILES = "run.json", "spool.jsonl", "state.json", "lock", "files"
REFUSED = "refused.jsonl"
Record = dict[str, Any]


class InUse(Exception):
    """Another process writes or sends this spool."""


def new_folder(parent: Path) -> Path:
    """Make a folder for the spool of a run that begins now."""
    folder = parent / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    return folder


def find_folders(place: Path) -> list[Path]:
    """Return the spools at ``place``: itself, or those inside it, the oldest first."""
    if (place / ABOUT).is_file():
        return [place]
    return sorted(about.parent for about in place.glob(f"*/{ABOUT}"))


class SpoolWriter:
    """The side of the training: it appends, and never waits for anything but the disk."""

    def __init__(self, folder: Path, about: Record) -> None:
        self.folder = folder
        _replace(folder / ABOUT, about)
        self._lock = open_lock(folder)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._file = os.open(folder / LINES, flags, 0o600)
        self._is_torn = False

    def append(self, record: Record) -> bool:
        """Append one record and return whether it is kept.

        A full disk costs this record and nothing else.
        """
        line = json.dumps(record, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        if self._is_torn:
            line = b"\n" + line
        try:
            self._is_torn = os.write(self._file, line) != len(line)
        except OSError as error:
            warn(f"nothing can be written into {self.folder}: {error}")
            return False
        return not self._is_torn

    def add_file(self, source: Path) -> str:
        """Copy a file, which may change while it waits, and return the name of the copy."""
        files = self.folder / FILES
        files.mkdir(exist_ok=True)
        name = secrets.token_hex(8)
        shutil.copyfile(source, files / name)
        return name

    def sync(self) -> None:
        """Make what was appended outlive a power cut."""
        os.fsync(self._file)

    def after_fork(self) -> None:
        """In a child: the lock belongs to the parent, however long the child lives."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._file)
        if self._lock is not None:
            os.close(self._lock)


class SpoolReader:
    """The side of the sender: it reads from where the platform's knowledge ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about: Record = json.loads((folder / ABOUT).read_text())
        state = folder / STATE
        self.state: Record = json.loads(state.read_text()) if state.is_file() else {}
        self.sent = int(self.state.get("sent", 0))

    @property
    def size(self) -> int:
        """How many bytes have been logged."""
        lines = self.folder / LINES
        return lines.stat().st_size if lines.is_file() else 0

    @property
    def begun_until(self) -> int | None:
        """Where the part ends whose sending began and may have reached the platform."""
        until = int(self.state.get("until", 0))
        return until if until > self.sent else None

    def records(self) -> Iterator[tuple[int, Record | None]]:
        """Yield (where it ends, record) of each complete line not sent yet; None for a torn one."""
        with (self.folder / LINES).open("rb") as file:
            file.seek(self.sent)
            yield from _records(file, self.sent)

    def note(self, **state: Any) -> None:
        """Remember what the platform knows, so that the next start goes on from there."""
        self.state |= state
        self.sent = int(self.state.get("sent", 0))
        _replace(self.folder / STATE, self.state)

    def file(self, name: str) -> Path:
        """Return the copy of a logged file."""
        return self.folder / FILES / Path(name).name


def _records(file: BinaryIO, end: int) -> Iterator[tuple[int, Record | None]]:
    for line in file:
        if not line.endswith(b"\n"):
            return  # it is being written
        end += len(line)
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        yield end, record if isinstance(record, dict) else None


def open_lock(folder: Path) -> int | None:
    """Take the folder for this process; raises InUse when another one has it."""
    if not HAS_LOCKS:
        return None
    number = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(number)
        raise InUse(f"{folder} is being written by a program that still runs") from None
    return number


def remove_sent(folder: Path) -> None:
    """Delete a spool that the platform has, unless it refused a part of it."""
    if not (folder / REFUSED).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _replace(path: Path, value: Record) -> None:
    """Write a small file completely or not at all, and for good."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
