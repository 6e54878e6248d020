"""The scalars and hyper-parameters of one TensorBoard run: the event files of one folder."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from services.runs.domain.columns import Columns
from services.runs.imports.event_messages import Event, HparamsData
from services.runs.imports.points import Points
from services.runs.imports.records import RecordError, Records

SCALARS, HPARAMS = "scalars", "hparams"
_SUCCEEDED, _FAILED = 1, 2  # the hparams plugin's words for how a session ended
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

    def series(self) -> dict[str, Columns]:
        """Return each scalar in ascending order; of a step that is told twice the last counts."""
        return {tag: points.columns() for tag, points in self.points.items()}

    @property
    def failed(self) -> bool:
        """Return whether the session says that it failed."""
        return self.ended == _FAILED


def read_session(files: Iterable[tuple[str, bytes]]) -> Session:
    """Return what the files (name, content) of one folder say, the earliest file first.

    Raises RecordError for a file that is no event file.
    """
    session = Session()
    for name, content in files:
        records = Records(content)
        try:
            for record in records:
                _read_event(session, record)
        except (RecordError, DecodeError) as error:
            raise RecordError(f"{name} is no event file: {error}") from None
        if records.note:
            session.notes.append(f"{name}, {records.note}")
    return session


def _read_event(session: Session, record: bytes) -> None:
    event = Event.FromString(record)
    for value in event.summary.value:
        plugin = value.metadata.plugin_data.plugin_name
        if plugin:
            session.plugins.setdefault(value.tag, plugin)
        known = session.plugins.get(value.tag, "")
        if known == HPARAMS:
            _read_hparams(session, value.metadata.plugin_data.content)
        elif (number := _scalar(value, known)) is not None:
            at = _time(event.wall_time)
            session.points.setdefault(value.tag, Points()).add(event.step, number, at)
            if at:  # 0: nobody noted when
                session.first, session.last = min(session.first, at), max(session.last, at)
        else:
            session.others.add(known or "unknown")


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
