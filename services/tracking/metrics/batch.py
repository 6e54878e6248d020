"""Points as they come from outside: checked by the column, never by the point (design D11)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from app.errors import Invalid
from services.tracking.domain.columns import Columns, Floats, Steps
from services.tracking.metrics.append import SeriesKey

MAX_BATCH_POINTS = 1_000_000
MAX_BATCH_SERIES = 1_000
MAX_NAME_LENGTH = 250
MAX_CLIENT_LENGTH = 255
MAX_BATCH_ID_LENGTH = 200
LATEST_TIME = 253_402_300_800.0  # the year 10,000, in unix seconds

_FIELDS = {"name", "steps", "values", "times", "client"}
_NUMBERS = {float, int}
_NONE = type(None)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Points by series, in ascending order of steps, and the digest of what was sent.

    ``rewind_to`` is the step from which on the run's points are removed before these are stored.
    """

    batch_id: str
    columns: Mapping[SeriesKey, Columns]
    points: int
    digest: str
    rewind_to: int | None = None

    @property
    def replaced(self) -> int:
        """How many of the points are not kept, because a later one is of the same step."""
        return self.points - sum(map(len, self.columns.values()))

    @property
    def last_step(self) -> int:
        """The highest step of any series; 0 without points."""
        return max((int(one.steps[-1]) for one in self.columns.values() if len(one)), default=0)


def batch_of(body: Any, now: float) -> Batch:
    """Return the batch that a JSON body holds; points without times are of ``now``.

    Raises Invalid, naming the place of each fault.
    """
    if not isinstance(body, dict):
        raise _invalid("body", "Give an object with batch_id and series.")
    for name in body:
        if name not in ("batch_id", "series", "rewind_to"):
            raise _invalid(shown(name), "Unknown field: give batch_id, series and rewind_to.")
    given, rewind_to = body.get("series"), _rewind_to(body.get("rewind_to"))
    if not isinstance(given, list) or (not given and rewind_to is None):
        raise _invalid("series", "Give a list of at least one series.")
    if len(given) > MAX_BATCH_SERIES:
        raise _invalid("series", f"{len(given)} series: at most {MAX_BATCH_SERIES:,} in a batch.")
    parts = [_Part.of(one, f"series.{place}") for place, one in enumerate(given)]
    return joined(checked_batch_id(body.get("batch_id"), "batch_id"), parts, now, rewind_to)


def _rewind_to(given: Any) -> int | None:
    if given is None or (type(given) is int and abs(given) < 2**63):
        return given
    raise _invalid("rewind_to", "Give the step to go on from, a whole number.")


def joined(
    batch_id: str, parts: Sequence["_Part"], now: float, rewind_to: int | None = None
) -> Batch:
    """Return the parts as one batch: of one step of one series the last point counts."""
    points = sum(len(part.steps) for part in parts)
    if points > MAX_BATCH_POINTS:
        raise _invalid("series", f"{points:,} points: at most {MAX_BATCH_POINTS:,} in a batch.")
    grouped: dict[SeriesKey, list[Columns]] = defaultdict(list)
    for part in parts:
        grouped[(part.name, part.client)].append(part.columns(now))
    return Batch(
        batch_id=batch_id,
        columns={key: Columns.joined(several) for key, several in grouped.items()},
        points=points,
        digest=_digest(parts, rewind_to),
        rewind_to=rewind_to,
    )


def _digest(parts: Sequence["_Part"], rewind_to: int | None) -> str:
    """Return the digest of what was said, however it was written."""
    digest = blake2b(b"" if rewind_to is None else str(rewind_to).encode(), digest_size=32)
    for part in parts:
        head = (part.name, part.client, len(part.steps), part.times is not None)
        digest.update(repr(head).encode())
        for column in (part.steps, part.values, part.times):
            if column is not None:
                digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


@dataclass(frozen=True)
class _Part:
    """One series of a batch, as it was sent; times None means now."""

    name: str
    client: str
    steps: Steps
    values: Floats
    times: Floats | None

    @classmethod
    def of(cls, given: Any, where: str) -> "_Part":
        if not isinstance(given, dict):
            raise _invalid(where, "Give an object with name, steps and values.")
        for field in given:
            if field not in _FIELDS:
                known = ", ".join(sorted(_FIELDS))
                raise _invalid(f"{where}.{shown(field)}", f"Unknown field: a series has {known}.")
        times = given.get("times")
        return cls.checked(
            where,
            name=given.get("name"),
            client=given.get("client"),
            steps=_integers(_list(given, "steps", where), f"{where}.steps"),
            values=_floats(_list(given, "values", where), f"{where}.values", {*_NUMBERS, _NONE}),
            times=None
            if times is None
            else _floats(_list(given, "times", where), f"{where}.times", _NUMBERS),
        )

    @classmethod
    def checked(cls, where: str, **parts: Any) -> "_Part":
        """Return the part whose columns are arrays already."""
        name = _text(parts["name"], f"{where}.name", MAX_NAME_LENGTH)
        client = parts["client"]
        steps, values, times = parts["steps"], parts["values"], parts["times"]
        if client is not None and client != "":
            client = _text(client, f"{where}.client", MAX_CLIENT_LENGTH)
        for field, column in (("values", values), ("times", times)):
            if column is not None and len(column) != len(steps):
                detail = f"{len(column)} {field} for {len(steps)} steps: give one for each."
                raise _invalid(f"{where}.{field}", detail)
        if times is not None and not np.all(good := (times >= 0) & (times < LATEST_TIME)):
            detail = f"{times[~good][0]:g} is no time: give unix seconds, from 0 to the year 9999."
            raise _invalid(f"{where}.times", detail)
        return cls(name, client or "", steps, values, times)

    def columns(self, now: float) -> Columns:
        times = np.full(len(self.steps), now) if self.times is None else self.times
        return Columns(steps=self.steps, values=self.values, times=times)


Part = _Part


def _list(given: Mapping[str, Any], field: str, where: str) -> list[Any]:
    column = given.get(field)
    if not isinstance(column, list):
        raise _invalid(f"{where}.{field}", "Give a list.")
    return column


def _integers(column: list[Any], where: str) -> Steps:
    _check_types(column, where, {int}, "steps are whole numbers")
    try:
        return np.array(column, dtype=np.int64)
    except OverflowError:
        detail = f"A step is from {-(2**63)} to {2**63 - 1}, not {shown(max(column, key=abs))}."
        raise _invalid(where, detail) from None


def _floats(column: list[Any], where: str, kinds: set[type]) -> Floats:
    hint = "give numbers, or null for a gap" if _NONE in kinds else "give unix seconds"
    _check_types(column, where, kinds, hint)
    return np.array(column, dtype=np.float64)


def _check_types(column: list[Any], where: str, kinds: set[type], hint: str) -> None:
    if set(map(type, column)) <= kinds:
        return
    place = next(place for place, one in enumerate(column) if type(one) not in kinds)
    raise _invalid(where, f"Number {place + 1} of them is {_quoted(column[place])}: {hint}.")


def checked_batch_id(given: Any, where: str) -> str:
    """Return the id of a batch; raises Invalid."""
    return _text(given, where, MAX_BATCH_ID_LENGTH)


def _text(given: Any, where: str, longest: int) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= longest or not given.isprintable():
        detail = f"Give a text of 1 to {longest} printable characters, not {_quoted(given)}."
        raise _invalid(where, detail)
    return given


def _quoted(given: Any) -> str:
    """Return what was given as JSON would write it, so that a text is seen to be one."""
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    return f"'{shown(given)}'" if isinstance(given, str) else shown(given)


def shown(given: Any) -> str:
    """Return what was given, short enough for a sentence."""
    text = given if isinstance(given, str) else repr(given) if _is_short(given) else "this"
    text = "".join(one if one.isprintable() else "?" for one in text[:60])
    return text if len(text) < 60 else text + "…"


def _is_short(given: Any) -> bool:
    return given is None or isinstance(given, int | float | bool)


def _invalid(where: str, detail: str) -> Invalid:
    return Invalid(f"{where}: {detail}", errors={where: [detail]})
