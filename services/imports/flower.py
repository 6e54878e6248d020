"""A result file of Flower as a run: federated, completed, with its rounds and clients' means."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from services.imports.domain.flower_result import ResultFileError
from services.imports.errors import ImportRefused
from services.imports.federated import NO_ROUND, read_federated_result
from services.imports.result_files import MAX_BYTES
from services.imports.text import few
from services.imports.types import Candidate, ForeignRun, SkippedRecord


def read_flower(path: Path, name: str) -> Iterator[Candidate]:
    """Yield the one run of the file, under ``name``.

    Raises ImportRefused for a file that is too large; reading it, for one that is broken or
    holds no round.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ImportRefused(
            f"The file has {size / 2**20:.0f} MiB; a result has at most {MAX_BYTES // 2**20} MiB."
        )
    content = path.read_bytes()
    yield Candidate(
        source=f"flower:{hashlib.sha256(content).hexdigest()}",
        name=name,
        read=lambda: _run(content, name),
    )


def _run(content: bytes, name: str) -> ForeignRun:
    try:
        result = read_federated_result(content)
    except ResultFileError as error:
        raise ImportRefused(str(error)) from None
    if not result.rounds and not result.points:
        raise ImportRefused(NO_ROUND, result.reasons)
    left_out = [
        SkippedRecord(name=f"{name}: round {one.round}", reason=one.reason)
        for one in [*result.skipped, *result.odd_metrics]
    ]
    return ForeignRun(
        name=name,
        training_mode="federated",
        params={"num_rounds": result.last_round},
        tags={"import.format": "flower"},
        result=result,
        left_out=list(few(left_out)),
    )
