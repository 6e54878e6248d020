"""The order in which schedules of a file are applied: what is waited for comes first."""

from collections.abc import Collection, Sequence
from graphlib import CycleError, TopologicalSorter

from services.scheduler.files.types import FileRefused, FileSchedule, Key


def in_order(entries: Sequence[FileSchedule], stored: Collection[Key]) -> list[FileSchedule]:
    """Return the entries so that each comes after what it depends on.

    Raises FileRefused where that is in neither the file nor ``stored``, or comes back to itself.
    """
    by_key = {one.key: one for one in entries}
    faults = [
        f"{one.place('depends_on')}: {one.owner} has no schedule called '{one.depends_on}'."
        for one in entries
        if one.depends_on is not None and _before(one) not in {*by_key, *stored}
    ]
    if faults:
        raise FileRefused(faults)
    graph = {one.key: {_before(one)} & by_key.keys() for one in entries}
    try:
        return [by_key[key] for key in TopologicalSorter(graph).static_order()]
    except CycleError as circle:
        first = by_key[circle.args[1][0]]
        fault = f"{first.place('depends_on')}: It would wait for itself in the end."
        raise FileRefused([fault]) from None


def _before(entry: FileSchedule) -> Key:
    return entry.owner, entry.depends_on or ""
