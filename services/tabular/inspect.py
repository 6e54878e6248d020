"""Has a file of time series read by a process of its own, so that no file can harm this one."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

from app import sandbox
from app.errors import Invalid
from app.sandbox import ProcessLimits
from services.tabular.errors import TableReaderUnavailable, UnreadableTable
from services.tabular.options import ImportOptions

MIB = 1024 * 1024
LIMITS = ProcessLimits(
    memory_bytes=4096 * MIB, cpu_seconds=600, wall_seconds=900, output_bytes=16 * 1024 * MIB
)


@dataclass(frozen=True)
class InspectedSeries:
    """A reading as JSON (``to_json``), and the Parquet file of its values.

    ``parquet`` is None where ``reading["outcome"]`` is "ask". Its columns are ``time`` (UTC
    microseconds, sorted and distinct) and "0", "1", … in the order of ``reading["series"]``.
    """

    reading: dict[str, object]
    parquet: Path | None


def inspect_series(
    path: Path,
    options: ImportOptions | None = None,
    *,
    target: Path,
    limits: ProcessLimits = LIMITS,
) -> InspectedSeries:
    """Read ``path`` in a child process and write its values to ``target``.

    Raises ``UnreadableTable`` for a file that cannot be read or needs more than ``limits``,
    ``Invalid`` for options that do not fit it, ``TableReaderUnavailable`` if the reader broke.
    Nothing is left at ``target`` then.
    """
    answer = _answer(path, options or ImportOptions(), target, limits)
    if "reading" not in answer:
        target.unlink(missing_ok=True)
        _raise(answer)
    reading = answer["reading"]
    return InspectedSeries(reading, target if target.exists() else None)


def _answer(
    path: Path, options: ImportOptions, target: Path, limits: ProcessLimits
) -> dict[str, dict[str, object]]:
    request = {
        "parent": os.getpid(),
        "source": str(path.resolve()),
        "target": str(target.resolve()),
        "options": options.to_json(),
        "limits": dataclasses.asdict(limits),
    }
    try:
        output = sandbox.run_module("services.tabular", request, wall_seconds=limits.wall_seconds)
    except sandbox.OutOfTime:
        message = f"Reading the file took over {limits.wall_seconds} s, so it was given up."
        return {"fault": _fault(message)}
    except sandbox.OutOfBounds:
        message = "The file needs more memory or time to be read than is allowed."
        return {"fault": _fault(message)}
    except sandbox.ProcessBroken:
        target.unlink(missing_ok=True)
        raise TableReaderUnavailable("The file could not be read. Try again later.") from None
    answer: dict[str, dict[str, object]] = json.loads(output)
    return answer


def _fault(message: str) -> dict[str, object]:
    return {"kind": "too_large", "message": message, "row": None, "column": None}


def _raise(answer: dict[str, dict[str, object]]) -> None:
    if fault := answer.get("fault"):
        row, column = fault["row"], fault["column"]
        raise UnreadableTable(
            str(fault["kind"]),
            str(fault["message"]),
            row=row if isinstance(row, int) else None,
            column=column if isinstance(column, int) else None,
        )
    refused = answer["refused"]
    errors = refused["errors"]
    raise Invalid(str(refused["detail"]), errors=errors if isinstance(errors, dict) else None)
