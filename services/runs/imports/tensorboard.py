"""TensorBoard's event files as runs: one run for each folder that holds some.

The source is a folder, a zip of one, or a single event file. A zip is read in memory, member by
member, and nothing of it is ever unpacked to a path that it names.
"""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from services.datasets.inspection.archive import DamagedMemberError, open_archive
from services.datasets.inspection.faults import UploadError
from services.datasets.limits import MIB, InspectionLimits
from services.runs.domain.tags import fault_of_name
from services.runs.imports.errors import ImportRefused
from services.runs.imports.records import RecordError
from services.runs.imports.text import few, moment_of, one_line, params_that_fit, storable
from services.runs.imports.types import ForeignRun, Skipped

if TYPE_CHECKING:
    from services.runs.imports.events import Session

MARK = "tfevents"
LIMITS = InspectionLimits(archive_members=20_000, unpacked_bytes=512 * MIB, member_bytes=256 * MIB)
Read = Callable[[], bytes]
Folders = Mapping[str, Mapping[str, Read]]


def read_tensorboard(path: Path, name: str) -> Iterator[ForeignRun | Skipped]:
    """Yield a run for each folder with event files, the topmost under ``name``.

    Raises ImportRefused for what holds no event file.
    """
    with _folders(path, name) as folders:
        if not folders:
            raise ImportRefused(f"There is no event file in it: their names hold '{MARK}'.")
        for folder, files in sorted(folders.items()):
            yield _run(folder, files, name)


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
        yield _grouped(
            {file.relative_to(path).as_posix(): file.read_bytes for file in _below(path)}
        )
    elif zipfile.is_zipfile(path):
        yield _in_archive(path)
    else:
        yield {"": {name: path.read_bytes}}


def _below(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if MARK in path.name and path.is_file() and not path.is_symlink()
    ]


def _in_archive(path: Path) -> Folders:
    try:
        archive = open_archive(path, LIMITS)
    except UploadError as error:
        raise ImportRefused(str(error)) from None

    def reader(name: str) -> Read:
        return lambda: archive.read(name)

    return _grouped(
        {name: reader(name) for name in archive.members if MARK in PurePosixPath(name).name}
    )


def _grouped(files: Mapping[str, Read]) -> Folders:
    folders: dict[str, dict[str, Read]] = defaultdict(dict)
    for name in sorted(files):
        folder, _, file = name.rpartition("/")
        folders[folder][file] = files[name]
    return folders


def _run(folder: str, files: Mapping[str, Read], name: str) -> ForeignRun | Skipped:
    shown = one_line(storable(folder), name)
    digest = hashlib.sha256(folder.encode("utf-8", "replace"))

    def told() -> Iterator[tuple[str, bytes]]:
        for file, read in files.items():
            content = read()
            digest.update(content)
            yield one_line(file, "a file"), content

    from services.runs.imports.events import read_session  # the web process starts without it

    try:
        session = read_session(told())
    except (RecordError, DamagedMemberError) as error:
        return Skipped(name=shown, reason=str(error))
    if not session.points and not session.hparams:
        return Skipped(name=shown, reason="it holds neither scalars nor hyper-parameters")
    return _foreign(shown, session, f"tensorboard:{digest.hexdigest()}")


def _foreign(name: str, session: "Session", source: str) -> ForeignRun:
    series = session.series()
    faults = {tag: fault_of_name(tag) for tag in series}
    params, refused = params_that_fit(
        name, ((storable(key), storable(value)) for key, value in session.hparams.items())
    )
    left_out = [Skipped(name=name, reason=note) for note in session.notes]
    left_out += [
        Skipped(name=f"{name}: {one_line(tag, '?')[:60]}", reason=fault)
        for tag, fault in faults.items()
        if fault
    ]
    if session.others:
        kinds = ", ".join(sorted(session.others))
        left_out.append(Skipped(name=name, reason=f"only scalars are kept, not {kinds[:200]}"))
    return ForeignRun(
        source=source,
        name=name,
        status="failed" if session.failed else "completed",
        start_time=moment_of(session.first),
        end_time=moment_of(session.last),
        params=params,
        tags={"import.format": "tensorboard"},
        series={tag: columns for tag, columns in series.items() if not faults[tag]},
        left_out=list(few([*left_out, *refused])),
    )
