"""Has an upload read by a process of its own, so that a hostile file can only kill that one."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from app import sandbox
from services.datasets.errors import InspectionUnavailable, UploadRefused
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, Preview, ReaderOptions


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
        output = sandbox.run_module(
            "services.datasets.inspection", request, wall_seconds=limits.wall_seconds
        )
    except sandbox.OutOfTime:
        return _one(f"Reading the file took over {limits.wall_seconds} s, so it was given up.")
    except sandbox.OutOfBounds:
        return _one("The file needs more memory or time to be read than is allowed.")
    except sandbox.ProcessBroken:
        raise InspectionUnavailable("The upload could not be checked. Try again later.") from None
    answer: dict[str, Any] = json.loads(output)
    return answer


def _one(message: str) -> dict[str, Any]:
    return {"errors": {"file": [message]}, "total": 1}


def _sentence(answer: dict[str, Any]) -> str:
    first: str = next(iter(answer["errors"].values()))[0]
    more = answer["total"] - 1
    return f"{first} And {more} more." if more else first
