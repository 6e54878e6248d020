"""Reading what is here of a file that is still being sent: a preview, and its first statistics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.auth.actor import Actor
from app.sandbox import ProcessLimits
from services.forecasting.files.create import FileReading, Reader
from services.forecasting.files.reading import reading_of
from services.forecasting.files.recipes import applied, recipe_for
from services.tabular.inspect import MIB, inspect_series
from services.tabular.options import ImportOptions
from services.uploads.head import copy_head
from services.uploads.types import UploadStore

MAX_BYTES = 64 * MIB
# libraries reserve 1 GiB of addresses at a time: under 2 GiB small files failed by chance
LIMITS = ProcessLimits(
    memory_bytes=4096 * MIB, cpu_seconds=60, wall_seconds=90, output_bytes=1024 * MIB
)
NEWLINES = ((b"\xff\xfe", b"\n\0"), (b"\xfe\xff", b"\0\n"))  # of UTF-16 by its mark


@dataclass(frozen=True, kw_only=True)
class EarlyReading:
    """What the first ``read`` bytes say; ``received`` of ``length`` (None: unknown) are here.

    Before the first whole line ``read`` is 0 and there is no reading.
    """

    received: int
    length: int | None
    read: int
    reading: FileReading | None


def read_early(
    store: UploadStore, actor: Actor, upload_id: str, folder: Path, read: Reader
) -> EarlyReading:
    """Read the whole lines that are here of an upload, of its first 64 MiB at most.

    A recipe of the person for its shape is applied, as it will be to the whole file. Nothing is
    kept. Raises as ``copy_head`` and ``read`` do.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as name:
        path, values = Path(name) / "head", Path(name) / "values.parquet"
        head = copy_head(store, actor, upload_id, path, MAX_BYTES)
        is_whole = head.copied == head.length
        size = head.copied if is_whole else cut_to_lines(path)
        reading = _read(store, actor, path, values, read) if size else None
    return EarlyReading(received=head.received, length=head.length, read=size, reading=reading)


def _read(store: UploadStore, actor: Actor, path: Path, values: Path, read: Reader) -> FileReading:
    with store.database.read() as session:
        options, recipe = applied(recipe_for(session, actor, path), {})
    reading = read(path, options, values)
    return replace(reading, report={**reading.report, "recipe": recipe})


def cut_to_lines(path: Path) -> int:
    """Cut a file after its last whole line and return its size; 0 without one."""
    data = path.read_bytes()
    mark = next((mark for bom, mark in NEWLINES if data.startswith(bom)), b"\n")
    end = data.rfind(mark)
    while end > 0 and end % len(mark):  # the bytes of two characters can look like a mark
        end = data.rfind(mark, 0, end + len(mark) - 1)
    if end <= 0:
        return 0
    with path.open("r+b") as file:
        file.truncate(end + len(mark))
    return end + len(mark)


def read_head_in_child(path: Path, options: Mapping[str, Any], target: Path) -> FileReading:
    """Read some bytes of a file within narrow limits; see ``read_in_child``."""
    chosen = ImportOptions.from_json(options or None)
    return reading_of(inspect_series(path, chosen, target=target, limits=LIMITS).reading)
