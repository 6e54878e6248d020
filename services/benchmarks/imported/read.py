"""Has a foreign file of ratings read by a process of its own, so that no file can harm this one."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import sandbox
from app.errors import Invalid
from app.sandbox import ProcessLimits
from app.storage.files import sha256_of
from services.benchmarks.imported.errors import RatingsReaderUnavailable, RatingsRefused
from services.benchmarks.imported.types import RatingsUpload
from services.datasets.names import name_of_upload

MIB = 1 << 20
LIMITS = ProcessLimits(
    memory_bytes=3072 * MIB, cpu_seconds=120, wall_seconds=300, output_bytes=1024 * MIB
)
BATCH = 5_000  # items that are held at once


@dataclass(frozen=True, kw_only=True)
class ReadRatings:
    """What a file comes to; ``summary`` is of ``read_ratings``, ``items`` the file of its items."""

    summary: Mapping[str, Any]
    items: Path
    name: str
    sha256: str
    size_bytes: int

    def batches(self) -> Iterator[list[list[Any]]]:
        """Yield the items some at a time: the places of person and trait, the key, the answer."""
        with self.items.open(encoding="utf-8") as lines:
            rows = (json.loads(line) for line in lines)
            while batch := list(islice(rows, BATCH)):
                yield batch


@contextmanager
def read_file(
    upload: RatingsUpload, folder: Path, *, limits: ProcessLimits = LIMITS
) -> Iterator[ReadRatings]:
    """Give what a file comes to; its items lie in ``folder`` as long as that is used.

    Raises RatingsRefused for a file that is not of its kind or needs more than ``limits``, Invalid
    for a mapping that is none, RatingsReaderUnavailable if the reader broke.
    """
    name = name_of_upload(upload.name, upload.filename, "Imported")
    mapping = None if upload.mapping is None else _parsed(upload.mapping)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="ratings-", dir=folder, ignore_cleanup_errors=True) as own:
        target = Path(own) / "items.jsonl"
        request = {
            "parent": os.getpid(),
            "limits": asdict(limits),
            "source": str(upload.path.resolve()),
            "target": str(target.resolve()),
            "kind": upload.kind,
            "name": name,
            "mapping": mapping,
            "known_people": upload.dataset_id is not None,
        }
        yield ReadRatings(
            summary=_read(request, limits),
            items=target,
            name=name,
            sha256=sha256_of(upload.path),
            size_bytes=upload.path.stat().st_size,
        )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        detail = "Give the mapping as a JSON object."
        raise Invalid(detail, errors={"mapping": [detail]}) from None


def _read(request: Mapping[str, Any], limits: ProcessLimits) -> Mapping[str, Any]:
    try:
        module = "services.benchmarks.imported"
        output = sandbox.run_module(module, request, wall_seconds=limits.wall_seconds)
    except (sandbox.OutOfTime, sandbox.OutOfBounds):
        detail = "The file needs more memory or time to be read than is allowed."
        raise _refused(detail) from None
    except sandbox.ProcessBroken:
        detail = "The file could not be read. Try again later."
        raise RatingsReaderUnavailable(detail) from None
    answer = json.loads(output)
    if "refused" in answer:
        raise _refused(answer["refused"])
    if "mapping" in answer:
        fault = answer["mapping"]
        raise Invalid(fault["detail"], errors={fault["field"]: [fault["detail"]]})
    reading: Mapping[str, Any] = answer["reading"]
    return reading


def _refused(detail: str) -> RatingsRefused:
    return RatingsRefused(detail, errors={"file": [detail]})
