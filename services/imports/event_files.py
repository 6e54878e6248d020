"""The scalars and hyper-parameters of one TensorBoard run: the event files of one folder."""

import math
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from google.protobuf.message import DecodeError

from services.imports.event_messages import Event, HparamsData
from services.imports.points import MOST_CURVES, Points
from services.imports.records import RecordError, Records
from services.tracking.domain.columns import Columns

SCALARS, HPARAMS = "scalars", "hparams"
_SUCCEEDED, _FAILED = 1, 2  # the hparams plugin's words for how a session ended
MOST_OTHERS = 20  # kinds of what is not kept that are named
Opened = Callable[[], AbstractContextManager[IO[bytes]]]
# tensor types: number in the message -> little-endian numpy type
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}


@dataclass
class Session:
    """What the event files of one folder say."""

    points: dict[str, Points] = field(default_factory=dict)
    hparams: dict[str, str] = field(default_factory=dict)
    first: float = math.inf
    last: float = -math.inf
    ended: int = 0
    notes: list[str] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    plugins: dict[str, str] = field(default_factory=dict)
    is_crowded: bool = False

    def series(self) -> dict[str, Columns]:
        """Return each scalar in ascending order; of a step that is told twice the last counts."""
        return {tag: points.columns() for tag, points in self.points.items()}

    @property
    def failed(self) -> bool:
        """Return whether the session says that it failed."""
        return self.ended == _FAILED


def read_session(files: Iterable[tuple[str, Opened]]) -> Session:
    """Return what the files (name, how to open it) of one folder say, the earliest file first.

    Raises RecordError for a file that is no event file.
    """
    session = Session()
    for name, opened in files:
        with opened() as stream:
            _read_file(session, name, Records(stream))
    if session.is_crowded:
        session.notes.append(f"only the first {MOST_CURVES:,} curves are kept")
    return session


def _read_file(session: Session, name: str, records: Records) -> None:
    try:
        for record in records:
            _read_event(session, record)
    except (RecordError, DecodeError) as error:
        raise RecordError(f"{name} is no event file: {error}") from None
    if records.note:
        session.notes.append(f"{name}, {records.note}")
    if records.too_large:
        session.others.add("what is larger than 16 MiB")


def _read_event(session: Session, record: bytes) -> None:
    event = Event.FromString(record)
    if len(event.summary.value) > MOST_CURVES:  # no writer does: they would be tags of one step
        session.others.add(f"events of more than {MOST_CURVES:,} values")
        return
    for value in event.summary.value:
        plugin = _plugin(session, value)
        if plugin == HPARAMS:
            _read_hparams(session, value.metadata.plugin_data.content)
        elif (number := _scalar(value, plugin)) is not None:
            _add(session, value.tag, event.step, number, _time(event.wall_time))
        elif len(session.others) < MOST_OTHERS:
            session.others.add(plugin or "unknown")


def _plugin(session: Session, value: Any) -> str:
    """Return whose value it is; a tag says so with its first value only."""
    told = str(value.metadata.plugin_data.plugin_name)
    if told and len(session.plugins) < MOST_CURVES:
        session.plugins.setdefault(value.tag, told)
    return session.plugins.get(value.tag, told)


def _add(session: Session, tag: str, step: int, number: float, at: float) -> None:
    if tag not in session.points and len(session.points) >= MOST_CURVES:
        session.is_crowded = True
        return
    session.points.setdefault(tag, Points()).add(step, number, at)
    if at:  # 0: nobody noted when
        session.first, session.last = min(session.first, at), max(session.last, at)


def _time(seconds: float) -> float:
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _scalar(value: Any, plugin: str) -> float | None:
    """Return the number that a value is, None for a picture, a histogram, a text."""
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if value.HasField("tensor") and plugin in ("", SCALARS):
        return _number(value.tensor)
    return None


def _number(tensor: Any) -> float | None:
    if tensor.dtype not in _TYPES or math.prod(dim.size for dim in tensor.tensor_shape.dim) != 1:
        return None
    if tensor.tensor_content:
        kind = np.dtype(_TYPES[tensor.dtype])
        if len(tensor.tensor_content) != kind.itemsize:
            return None
        return float(np.frombuffer(tensor.tensor_content, kind)[0])
    told = [*tensor.float_val, *tensor.double_val, *tensor.int_val, *tensor.int64_val]
    return float(told[0]) if len(told) == 1 else None


def _read_hparams(session: Session, content: bytes) -> None:
    data = HparamsData.FromString(content)
    for entry in data.session_start_info.hparams:
        session.hparams[entry.key] = _hparam(entry.value)
    session.ended = data.session_end_info.status or session.ended


def _hparam(value: Any) -> str:
    kind = value.WhichOneof("kind")
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    if kind == "number_value":
        number = value.number_value
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    return str(value.string_value) if kind == "string_value" else "null"
