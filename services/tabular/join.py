"""Has two files of values merged by a process of its own, so that no size can harm this one."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

from app import sandbox
from services.tabular.errors import TableReaderUnavailable, UnreadableTable
from services.tabular.inspect import LIMITS

MODULE = "services.tabular.merging"


def join_values(old: Path, new: Path, target: Path, rule: str = "old") -> dict[str, Any]:
    """Write the union of two Parquet files of values to ``target`` in a child process.

    Returns what ``services.tabular.merging.merged_files`` does. Raises UnreadableTable where they
    need more memory or time than is allowed, TableReaderUnavailable if the child broke.
    """
    request = {
        "parent": os.getpid(),
        "old": str(old.resolve()),
        "new": str(new.resolve()),
        "target": str(target.resolve()),
        "rule": rule,
        "limits": dataclasses.asdict(LIMITS),
    }
    try:
        output = sandbox.run_module(MODULE, request, wall_seconds=LIMITS.wall_seconds)
    except (sandbox.OutOfTime, sandbox.OutOfBounds):
        message = "Merging the files needs more memory or time than is allowed."
        raise UnreadableTable("too_large", message) from None
    except sandbox.ProcessBroken:
        raise TableReaderUnavailable("The files could not be merged. Try again later.") from None
    answer: dict[str, Any] = json.loads(output)
    return answer
