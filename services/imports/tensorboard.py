"""TensorBoard's event files as runs: one run for each folder that holds some.

The source is a folder, a zip of one, or a single event file. A zip is read in memory, member by
member, and nothing of it is ever unpacked to a path that it names.
"""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from services.datasets.inspection.archive import DamagedMemberError, open_archive
from services.datasets.inspection.faults import UploadError
from services.datasets.limits import MIB, InspectionLimits
from services.imports.errors import ImportRefused
from services.imports.event_files import Opened, Session, read_session
from services.imports.points import notes_of
from services.imports.records import RecordError
from services.imports.text import few, moment_of, one_line, params_that_fit, storable
from services.imports.types import Candidate, ForeignRun, SkippedRecord
from services.tracking.domain.metric_names import fault_of_series_name

MARK = "tfevents"
LIMITS = InspectionLimits(member_bytes=4096 * MIB)
CHUNK = MIB
OTHER_ARCHIVES = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7z",
                  b"(\xb5/\xfd": "zstd", b"Rar!": "rar"}  # fmt: skip
Folders = Mapping[str, Mapping[str, Opened]]


def read_tensorboard(path: Path, name: str) -> Iterator[Candidate | SkippedRecord]:
    """Yield a run for each folder with event files, the topmost under ``name``.

    Raises ImportRefused for what holds no event file.
    """
    with _folders(path, name) as folders:
        if not folders:
            raise ImportRefused(f"There is no event file in it: their names hold '{MARK}'.")
        for folder, files in sorted(folders.items()):
            yield _candidate(folder, files, name)


def count_tensorboard(path: Path) -> int:
    """Return how many folders with event files there are."""
    with _folders(path, "") as folders:
        return len(folders)


@contextmanager
def _folders(path: Path, name: str) -> Iterator[Folders]:
    """Give the event files by folder and name; "" is the topmost folder.

    A single file goes by ``name``: what it is called here is nobody's business.
    """
    if path.is_dir():
        files = _below(path)
        yield _grouped(
            {file.relative_to(path).as_posix(): partial(_reading, file) for file in files}
        )
    elif zipfile.is_zipfile(path):
        yield _in_archive(path)
    else:
        _check_beginning(path)
        yield {"": {name: partial(_reading, path)}}


def _reading(path: Path) -> IO[bytes]:
    return path.open("rb")


def _below(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if MARK in path.name and path.is_file() and not path.is_symlink()
    ]


def _check_beginning(path: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(8)
        file.seek(257)
        is_tar = file.read(5) == b"ustar"
    kind = next((kind for mark, kind in OTHER_ARCHIVES.items() if beginning.startswith(mark)), None)
    if kind or is_tar:
        raise ImportRefused(f"This is a {kind or 'tar'} archive: send the folder as a zip.")


def _in_archive(path: Path) -> Folders:
    try:
        archive = open_archive(path, LIMITS)
    except UploadError as error:
        raise ImportRefused(str(error)) from None
    names = [name for name in archive.members if MARK in PurePosixPath(name).name]
    return _grouped({name: partial(archive.opened, name) for name in names})


def _grouped(files: Mapping[str, Opened]) -> Folders:
    folders: dict[str, dict[str, Opened]] = defaultdict(dict)
    for name in sorted(files):
        folder, _, file = name.rpartition("/")
        folders[folder][file] = files[name]
    return folders


def _candidate(folder: str, files: Mapping[str, Opened], name: str) -> Candidate | SkippedRecord:
    """Return the run of a folder by its key, which its files give without being understood."""
    shown = one_line(storable(folder), name)
    digest = hashlib.sha256(folder.encode("utf-8", "replace"))
    try:
        for opened in files.values():
            with opened() as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
    except DamagedMemberError as error:
        return SkippedRecord(name=shown, reason=str(error))
    source = f"tensorboard:{digest.hexdigest()}"
    return Candidate(source=source, name=shown, read=partial(_run, shown, files))


def _run(shown: str, files: Mapping[str, Opened]) -> ForeignRun | SkippedRecord:
    named = ((one_line(file, "a file"), opened) for file, opened in files.items())
    try:
        session = read_session(named)
    except RecordError as error:
        return SkippedRecord(name=shown, reason=str(error))
    if not session.points and not session.hparams:
        reason = f"it holds neither scalars nor hyper-parameters{_others(session)}"
        return SkippedRecord(name=shown, reason=reason)
    return _foreign(shown, session)


def _foreign(name: str, session: Session) -> ForeignRun:
    curves = session.curves()
    faults = {tag: fault_of_series_name(tag) for tag in curves}
    kept = {tag: curve for tag, curve in curves.items() if not faults[tag]}
    params, refused = params_that_fit(
        name, ((storable(key), storable(value)) for key, value in session.hparams.items())
    )
    left_out = [SkippedRecord(name=name, reason=note) for note in [*session.notes, *notes_of(kept)]]
    left_out += [
        SkippedRecord(name=f"{name}: {one_line(tag, '?')[:60]}", reason=fault)
        for tag, fault in faults.items()
        if fault
    ]
    if session.others:
        left_out.append(SkippedRecord(name=name, reason=f"only scalars are kept{_others(session)}"))
    return ForeignRun(
        name=name,
        status="failed" if session.failed else "completed",
        start_time=moment_of(session.first),
        end_time=moment_of(session.last),
        params=params,
        tags={"import.format": "tensorboard"},
        series={tag: curve.columns for tag, curve in kept.items()},
        left_out=list(few([*left_out, *refused])),
    )


def _others(session: Session) -> str:
    """Return what was there besides scalars, as the rest of a sentence."""
    kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(session.others.items()))
    return f", not {kinds[:200]}" if kinds else ""
