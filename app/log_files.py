"""Log files of this host: one per process in {home}/logs, rotated, and read back for admins.

A line is one JSON object. Secrets are blanked before a line is written, and once more when it is
read.
"""

import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import orjson

from app.disk import log_folder
from app.errors import Invalid
from app.log_secrets import blank
from app.settings import Settings

LOCK = ".lock"
BLOCK = 1 << 16
MAX_READ = 16 << 20  # bytes looked at for one answer
LEVELS = ("debug", "info", "warning", "error")
KNOWN_FIELDS = ("timestamp", "level", "logger", "event")


class SharedRotatingHandler(RotatingFileHandler):
    """A rotating file that a worker and its forked work-horses write together.

    The lock belongs to the process, so it holds between a parent and its child; whoever finds
    that somebody else has rotated the file opens the new one. A disk that takes nothing costs
    the line, and nothing else.
    """

    def __init__(self, path: Path, *, size: int, count: int) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock_file = os.open(path.parent / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        super().__init__(path, maxBytes=size, backupCount=count - 1, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, alone; after ``close`` nothing."""
        if self._lock_file < 0:
            return
        with suppress(OSError), self._alone():
            self._follow_rotation()
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Drop the line: standard error has it too."""

    def close(self) -> None:
        """Close the files; a stream that a full disk left closed is not flushed once more."""
        if self.stream is not None and self.stream.closed:
            self.stream = None
        super().close()
        if self._lock_file >= 0:
            os.close(self._lock_file)
            self._lock_file = -1

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", opener=_private)

    def _follow_rotation(self) -> None:
        if self.stream is None or self.stream.closed:
            self.stream = self._open()
            return
        mine = os.fstat(self.stream.fileno())
        try:
            there = Path(self.baseFilename).stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (mine.st_dev, mine.st_ino):
            self.stream.close()
            self.stream = self._open()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fcntl.lockf(self._lock_file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._lock_file, fcntl.LOCK_UN)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def file_handler(settings: Settings, part: str) -> SharedRotatingHandler | None:
    """Return the handler of this process's file; None where there is to be none or none can be."""
    if not settings.log_file_bytes:
        return None
    path = log_folder(settings.home) / f"{part}.log"
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SharedRotatingHandler(
            path, size=settings.log_file_bytes, count=settings.log_file_count
        )
    except OSError as error:
        sys.stderr.write(f"Nothing is logged to {path}: {error.strerror}.\n")
        return None


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """The current file of one process."""

    name: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, kw_only=True)
class LogFileLine:
    """One line; ``fields`` are those that not every line has."""

    at: str | None
    level: str
    logger: str | None
    message: str
    fields: dict[str, Any]


def log_files(home: Path) -> list[LogFile]:
    """Return the log files of this host by name."""
    return [
        LogFile(
            name=path.stem,
            size_bytes=path.stat().st_size,
            modified_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        )
        for path in sorted(log_folder(home).glob("*.log"))
    ]


def read_log(home: Path, part: str, count: int, level: str) -> list[LogFileLine]:
    """Return the newest ``count`` lines of at least ``level``, the oldest of them first.

    Raises Invalid for a part that has no file.
    """
    names = [file.name for file in log_files(home)]
    if part not in names:
        known = ", ".join(names) or "none yet"
        detail = f"part is {part[:60]!r}, but the log files of this host are: {known}."
        raise Invalid(detail, errors={"part": [detail]})
    lines: list[LogFileLine] = []
    for text in _backwards(log_folder(home) / f"{part}.log"):
        line = _parsed(text)
        if LEVELS.index(line.level) >= LEVELS.index(level):
            lines.append(line)
            if len(lines) == count:
                break
    return lines[::-1]


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file and of the one before it, the newest first."""
    left = MAX_READ
    for file in (path, path.with_name(f"{path.name}.1")):
        with suppress(FileNotFoundError), file.open("rb") as stream:
            position, rest = stream.seek(0, os.SEEK_END), b""
            while position > 0 and left > 0:
                size = min(BLOCK, position)
                position, left = position - size, left - size
                stream.seek(position)
                rest, *lines = (stream.read(size) + rest).split(b"\n")
                yield from (line for line in reversed(lines) if line)
            if rest:
                yield rest


def _parsed(text: bytes) -> LogFileLine:
    try:
        entry = orjson.loads(text)
    except orjson.JSONDecodeError:
        entry = None
    if not isinstance(entry, dict):
        entry = {"event": text.decode(errors="replace")}
    entry = blank(entry)
    level = str(entry.get("level"))
    return LogFileLine(
        at=entry.get("timestamp"),
        level="error" if level == "critical" else level if level in LEVELS else "info",
        logger=entry.get("logger"),
        message=str(entry.get("event", "")),
        fields={name: value for name, value in entry.items() if name not in KNOWN_FIELDS},
    )
