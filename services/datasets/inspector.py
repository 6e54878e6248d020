"""Has an upload read by a process of its own, so that a hostile file can only kill that one."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import structlog

from services.datasets.errors import InspectionUnavailable, UploadRefused
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, Preview, ReaderOptions

_ROOT = Path(__file__).resolve().parents[2]
_PYTHON_ERROR = 1
_log = structlog.get_logger(__name__)


def inspect_upload(
    kind: str,
    source: Path,
    target: Path,
    options: ReaderOptions,
    limits: InspectionLimits | None = None,
) -> DatasetSummary:
    """Validate the file at ``source``, write its canonical form to ``target``, and count it.

    Raises ``UploadRefused`` with every fault found, at most 20.
    """
    answer = _inspected(kind, source, options, limits or InspectionLimits(), target=str(target))
    return DatasetSummary(**answer["summary"])


def preview_upload(
    kind: str, source: Path, options: ReaderOptions, limits: InspectionLimits | None = None
) -> Preview:
    """Return the columns of the file at ``source``, with the roles that they would have.

    Raises ``UploadRefused`` for what cannot be read at all.
    """
    answer = _inspected(kind, source, options, limits or InspectionLimits(), target=None)
    return Preview(kind=kind, **answer["preview"])


def _inspected(
    kind: str,
    source: Path,
    options: ReaderOptions,
    limits: InspectionLimits,
    *,
    target: str | None,
) -> dict[str, Any]:
    request = {
        "parent": os.getpid(),
        "kind": kind,
        "source": str(source),
        "target": target,
        "options": dataclasses.asdict(options),
        "limits": dataclasses.asdict(limits),
    }
    answer = _run_child(request, limits)
    if "errors" in answer:
        raise UploadRefused(_sentence(answer), errors=answer["errors"])
    return answer


def _run_child(request: dict[str, Any], limits: InspectionLimits) -> dict[str, Any]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "services.datasets.inspection"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_ROOT,
            env=child_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _one(f"Reading the file took over {limits.wall_seconds} s, so it was given up.")
    if child.returncode == 0:
        answer: dict[str, Any] = json.loads(child.stdout)
        return answer
    return _failure(child.returncode, child.stderr)


def child_environment() -> dict[str, str]:
    """Return what the child may know: no secret of this process is among it."""
    return {
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _failure(code: int, stderr: bytes) -> dict[str, Any]:
    """Explain a child that did not answer: a limit killed it, or it is broken."""
    _log.warning(
        "upload inspection failed", code=code, stderr=stderr[-2000:].decode(errors="replace")
    )
    if code != _PYTHON_ERROR:
        return _one("The file needs more memory or time to be read than is allowed.")
    raise InspectionUnavailable("The upload could not be checked. Try again later.")


def _one(message: str) -> dict[str, Any]:
    return {"errors": {"file": [message]}, "total": 1}


def _sentence(answer: dict[str, Any]) -> str:
    first: str = next(iter(answer["errors"].values()))[0]
    more = answer["total"] - 1
    return f"{first} And {more} more." if more else first
