"""What a person says of a schedule: the body of the API, one to one, and what of it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from app.models.schedule import Schedule
from app.strict_json import dumps, loads

CADENCES = ("cron", "interval_s", "run_at")
TIMES = (*CADENCES, "timezone", "starts_at", "ends_at", "exclude", "jitter_s")


@dataclass(frozen=True, kw_only=True)
class ScheduleDefinition:
    """A schedule as people write it. ``exclude`` are days as ISO dates, seconds are whole.

    ``max_attempts``, ``backoff`` and ``timeout_s`` are None where they are the kind's.
    ``must_end_by`` is a time of day in the zone, ``longest`` how many seconds an execution may
    take in all before somebody should look; neither stops it.
    """

    kind: str
    name: str
    params: Mapping[str, Any]
    cron: str | None = None
    interval_s: int | None = None
    run_at: datetime | None = None
    timezone: str = "UTC"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    exclude: Sequence[str] = ()
    jitter_s: int = 0
    catch_up: str = "skip"
    catch_up_most: int = 1
    max_attempts: int | None = None
    backoff: Sequence[float] | None = None
    timeout_s: int | None = None
    must_end_by: str | None = None
    longest: int | None = None
    concurrency_key: str | None = None
    depends_on: int | None = None
    visibility: str = "private"


FIELDS = tuple(one.name for one in fields(ScheduleDefinition))


def definition_of(row: Schedule) -> ScheduleDefinition:
    """Return what a stored schedule says."""
    return ScheduleDefinition(**{name: getattr(row, name) for name in FIELDS})


def store_definition(row: Schedule, definition: ScheduleDefinition) -> None:
    """Write what a schedule says into its row."""
    for name in FIELDS:
        setattr(row, name, getattr(definition, name))
    row.exclude = list(definition.exclude)
    row.backoff = None if definition.backoff is None else list(definition.backoff)
    row.params = dict(definition.params)


def as_json(definition: ScheduleDefinition) -> dict[str, Any]:
    """Return the definition as JSON values."""
    values: dict[str, Any] = loads(dumps(asdict(definition)))
    return values


def changes_between(before: ScheduleDefinition, after: ScheduleDefinition) -> dict[str, Any]:
    """Return by field what was and what is: only fields that differ."""
    old, new = as_json(before), as_json(after)
    return {name: [old[name], new[name]] for name in FIELDS if old[name] != new[name]}


def updated(before: ScheduleDefinition, values: Mapping[str, Any]) -> ScheduleDefinition:
    """Return the definition with fields replaced; a cadence takes the place of the one before."""
    given = [name for name in CADENCES if values.get(name) is not None]
    cleared = dict.fromkeys(CADENCES) if given else {}
    merged = {name: getattr(before, name) for name in FIELDS} | cleared | dict(values)
    return ScheduleDefinition(**merged)
