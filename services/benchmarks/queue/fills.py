"""What an entry fills in for the one that depends on it: the number of what it became."""

from collections.abc import Mapping
from typing import Any

from app.models.benchmark_queue import DONE, QueueEntry
from services.benchmarks.queue.errors import EntryRefused
from services.benchmarks.queue.types import (
    ANALYSIS,
    ATTRGEN,
    BALANCED,
    BENCHMARK,
    BUILDS,
    NewEntry,
)

RESULT, PEOPLE = "result", "people"  # what the entry became, and the data set that it is about
# (type, type that it depends on): where each field of its config comes from
FILLS: Mapping[tuple[str, str], Mapping[str, str]] = {
    (BENCHMARK, ATTRGEN): {"attrgen_run_id": RESULT, "dataset_id": PEOPLE},
    (ANALYSIS, BENCHMARK): {"run_id": RESULT},
    **{(BENCHMARK, build): {"dataset_id": RESULT} for build in BUILDS},
    **{(ATTRGEN, build): {"dataset_id": RESULT} for build in BUILDS},
    **{(BALANCED, build): {"source_id": RESULT} for build in BUILDS},
}
NEEDED = {  # what no entry of a type begins without, and how its gap is worded
    BENCHMARK: ("dataset_id", "Give the data set, or the entry that makes it."),
    ATTRGEN: ("dataset_id", "Give the data set, or the entry that makes it."),
    BALANCED: ("source_id", "Give the set that it is built from, or the entry that makes it."),
    ANALYSIS: ("run_id", "Give the run, or the entry that starts it."),
}


def filled_by(kind: str, earlier: QueueEntry | None) -> dict[str, int | None]:
    """Return the fields that ``earlier`` fills in; None is what is known at its end only."""
    if earlier is None:
        return {}
    result = earlier.result_id if earlier.status == DONE else None
    values = {RESULT: result, PEOPLE: earlier.config.get("dataset_id")}
    return {name: values[source] for name, source in FILLS.get((kind, earlier.type), {}).items()}


def inject(row: QueueEntry, earlier: QueueEntry) -> None:
    """Put what a finished entry became into the config of the one that depends on it."""
    row.config = dict(row.config) | filled_by(row.type, earlier)


def check_fills(new: NewEntry, filled: Mapping[str, int | None]) -> None:
    """Refuse a value for what the entry before fills in, and a gap that nothing fills.

    Raises EntryRefused. The data set that both are about may be said again.
    """
    for name, value in filled.items():
        given = getattr(new.request, name)
        if given is not None and given != value:
            detail = f"Leave {name} out: entry {new.depends_on} fills it."
            if value is not None:
                detail = f"Leave {name} out: entry {new.depends_on} fills in {value}, not {given}."
            raise refused(f"config.{name}", detail)
    name, gap = NEEDED.get(new.type, ("", ""))
    if name and name not in filled and getattr(new.request, name) is None:
        raise refused(f"config.{name}", gap)


def refused(field: str, detail: str) -> EntryRefused:
    """Return the refusal of a field."""
    return EntryRefused(detail, errors={field: [detail]})


def unfilled(request: Any) -> bool:
    """Return whether the personas that a request is about are made by an entry before it."""
    return getattr(request, "dataset_id", 0) is None
