"""From the lines of a spool to requests: a part of it at a time, always cut in the same places.

Every request of a part is named after the run and the place where the part begins. The end of a
part is written down before it is sent, so that a part that is sent again is cut the same way,
carries the same names and is kept once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from roundhouse.spool import Record

MAX_POINTS = 10_000
MAX_LINES = 1_000
MAX_BYTES = 500_000
MAX_ROUNDS = 500
MAX_SERIES = 1_000
REWIND = "rewind_to"
FIELDS: tuple[str, ...] = ("name", "kind", "step")  # of a file


@dataclass(frozen=True)
class Request:
    """What to send: JSON to a path below the run's own, or a file."""

    method: str
    path: str
    json: Any = None
    file: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def halves(self) -> "list[Request]":
        """Return the request as two, each with its half of the content; none for one item."""
        content = self.json if isinstance(self.json, dict) else {}
        items = [(name, item) for name in content for item in _items(content[name])]
        middle = len(items) // 2
        if not middle:
            return []
        return [self._of(half, n) for n, half in enumerate((items[:middle], items[middle:]))]

    def _of(self, items: "Sequence[tuple[str, Any]]", number: int) -> "Request":
        body: Record = {}
        for name, item in items:
            if isinstance(self.json[name], dict):
                body.setdefault(name, {}).update([item])
            else:
                body.setdefault(name, []).append(item)
        if "batch_id" in self.json:  # the half is known by a name of its own
            body["batch_id"] = f"{self.json['batch_id']}-{number}"
        if REWIND in self.json and number == 0:
            body[REWIND] = self.json[REWIND]
        return replace(self, json=body)


def _items(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return list(content.items())
    return content if isinstance(content, list) else []


@dataclass
class Part:
    """A piece of the spool from ``begin`` to ``end``, sorted by what is said."""

    begin: int
    end: int
    points: dict[tuple[str, str], dict[int, tuple[float | None, float]]] = field(
        default_factory=dict
    )
    lines: list[Record] = field(default_factory=list)
    changes: Record = field(default_factory=dict)
    definitions: Record = field(default_factory=dict)
    result: Record | None = None
    evaluations: list[Record] = field(default_factory=list)
    rounds: list[Record] = field(default_factory=list)
    files: list[Record] = field(default_factory=list)
    last: Record | None = None
    rewind_to: int | None = None
    count: int = 0

    def take(self, record: Record) -> None:
        """Sort one record in."""
        kind, body = record.get("kind"), record.get("body", {})
        if kind == "points":
            self._take_points(record, body)
        elif kind == "rewind":
            self.rewind_to = int(body["step"])
        elif kind == "line":
            self.lines.append(body)
        elif kind in ("params", "tags"):
            self.changes.setdefault(kind, {}).update(body)
        elif kind == "definitions":
            self.definitions.update(body)
        elif kind == "result":
            self.result = body
        elif kind == "evaluation":
            self.evaluations.append(body)
        elif kind == "round":
            self.rounds.append(body)
        elif kind == "file":
            self.files.append(body)
        elif kind == "end":
            self.last = body

    def _take_points(self, record: Record, body: dict[str, float | None]) -> None:
        for name, value in body.items():
            key = (name, record.get("client") or "")
            self.points.setdefault(key, {})[int(record["step"])] = (value, record["at"])
        self.count += len(body)

    def must_end_before(self, record: Record | None) -> bool:
        """Return whether the record takes points of this part back: it begins a part."""
        return record is not None and record.get("kind") == "rewind" and bool(self.points)

    def is_full(self) -> bool:
        """Return whether the next record belongs to another part."""
        return (
            self.last is not None
            or self.end - self.begin >= MAX_BYTES
            or self.count >= MAX_POINTS
            or len(self.lines) >= MAX_LINES
            or len(self.evaluations) + len(self.rounds) + len(self.definitions) >= MAX_ROUNDS
        )

    def requests(self, key: str) -> Iterator[Request]:
        """Yield what to send, the end of the run last."""
        name = f"{key}-{self.begin}"
        if self.changes:
            yield Request("PATCH", "", self.changes)
        if self.definitions:
            yield Request("PUT", "/metric-definitions", {"definitions": self.definitions})
        yield from self._point_requests(name)
        if self.lines:
            yield Request("POST", "/logs", {"batch_id": name, "lines": self.lines})
        if self.evaluations:
            yield Request("POST", "/server-evaluations", {"evaluations": self.evaluations})
        if self.rounds:
            yield Request("POST", "/client-rounds", {"rounds": self.rounds})
        for file in self.files:
            fields = {name: str(file[name]) for name in FIELDS if name in file}
            yield Request("POST", "/artifacts", file=file["file"], fields=fields)
        if self.result is not None:
            yield Request("PATCH", "", {"result": self.result})
        if self.last is not None:
            yield Request("PATCH", "", self.last)

    def _point_requests(self, name: str) -> Iterator[Request]:
        """Yield the points; the first request takes back what the run goes on before."""
        series = self._series()
        takes_back = self.rewind_to is not None
        for first in range(0, max(len(series), int(takes_back)), MAX_SERIES):
            body: Record = {
                "batch_id": f"{name}-{first}",
                "series": series[first : first + MAX_SERIES],
            }
            if takes_back and first == 0:
                body[REWIND] = self.rewind_to
            yield Request("POST", "/series", body)

    def _series(self) -> list[Record]:
        return [
            {
                "name": name,
                "steps": sorted(points),
                "values": [points[step][0] for step in sorted(points)],
                "times": [points[step][1] for step in sorted(points)],
            }
            | ({"client": client} if client else {})
            for (name, client), points in self.points.items()
        ]


def next_part(
    records: Iterable[tuple[int, Record | None]], begin: int, until: int | None
) -> Part | None:
    """Return the next part: up to ``until`` if its sending has begun, else as much as fits."""
    part = Part(begin, begin)
    for end, record in records:
        if (until is not None and end > until) or part.must_end_before(record):
            break
        part.end = end
        if record is not None:
            part.take(record)
        if until is None and part.is_full():
            break
    return part if part.end > begin else None
