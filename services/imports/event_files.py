"""The scalars and hyper-parameters of one TensorBoard run: the event files of one folder."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from google.protobuf.message import DecodeError

from services.datasets.inspection.archive import DamagedMemberError
from services.imports.event_messages import Event, HparamsData
from services.imports.points import MAX_CURVES, ImportedCurve, Points
from services.imports.records import RecordError, Records

SCALARS, HPARAMS = "scalars", "hparams"
_SUCCEEDED, _FAILED = 1, 2  # the hparams plugin's words for how a session ended
_START = 1  # of a SessionLog: a writer begins, or begins again at the event's step
_CARRIERS = ("image", "histo", "audio")  # fields of values that older writers used
MAX_KINDS = 20  # kinds of what is not kept that are named
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
    others: Counter[str] = field(default_factory=Counter)
    plugins: dict[str, str] = field(default_factory=dict)
    crowded: set[str] = field(default_factory=set)

    def curves(self) -> dict[str, ImportedCurve]:
        """Return each scalar in ascending order of its steps."""
        return {tag: points.curve() for tag, points in self.points.items() if len(points)}

    @property
    def failed(self) -> bool:
        """Return whether the session says that it failed."""
        return self.ended == _FAILED


def read_session(files: Iterable[tuple[str, Opened]]) -> Session:
    """Return what the files (name, how to open it) of one folder say, the earliest file first.

    A file that cannot be read costs itself only. Raises RecordError where no file can be read.
    """
    session, faults, good = Session(), list[str](), 0
    for name, opened in files:
        try:
            with opened() as stream:
                _read_file(session, name, Records(stream))
            good += 1
        except (RecordError, DecodeError) as error:
            faults.append(f"{name} is no event file: {error}")
        except DamagedMemberError as error:
            faults.append(f"{name}: {error}")
    if not good:
        raise RecordError("; ".join(faults[:MAX_KINDS]))
    session.notes += faults
    if session.crowded:
        session.notes.append(
            f"only the first {MAX_CURVES:,} curves are kept, {len(session.crowded):,} are left out"
        )
    return session


def _read_file(session: Session, name: str, records: Records) -> None:
    for record in records:
        _read_event(session, record)
    if records.note:
        session.notes.append(f"{name}, {records.note}")
    if records.too_large:
        session.others["records of over 16 MiB"] += records.too_large


def _read_event(session: Session, record: bytes) -> None:
    event = Event.FromString(record)
    if event.session_log.status == _START:
        _rewind(session, event.step)
    if len(event.summary.value) > MAX_CURVES:  # no writer does: they would be tags of one step
        session.others[f"events of over {MAX_CURVES:,} values"] += 1
        return
    for value in event.summary.value:
        plugin = _plugin(session, value)
        if plugin == HPARAMS:
            _read_hparams(session, value.metadata.plugin_data.content)
        elif (number := _scalar(value, plugin)) is not None:
            _add(session, value.tag, event.step, number, _time(event.wall_time))
        elif (kind := _kind(value, plugin)) in session.others or len(session.others) < MAX_KINDS:
            session.others[kind] += 1


def _rewind(session: Session, step: int) -> None:
    """Remove what stands from ``step`` on, as TensorBoard does where a writer begins again.

    Writers say so by ``purge_step``; source: ``_CheckForRestartAndMaybePurge`` in TensorBoard's
    event_accumulator.py.
    """
    removed = sum(points.rewind(step) for points in session.points.values())
    if removed:
        points = "1 point" if removed == 1 else f"{removed:,} points"
        session.notes.append(
            f"the program began again at step {step}: {points} from there on that it had written "
            "before are left out (purge_step)"
        )


def _kind(value: Any, plugin: str) -> str:
    """Return what a value is that is no scalar."""
    return plugin or next((name for name in _CARRIERS if getattr(value, name)), "unknown")


def _plugin(session: Session, value: Any) -> str:
    """Return whose value it is; a tag says so with its first value only."""
    named = str(value.metadata.plugin_data.plugin_name)
    if named and len(session.plugins) < MAX_CURVES:
        session.plugins.setdefault(value.tag, named)
    return session.plugins.get(value.tag, named)


def _add(session: Session, tag: str, step: int, number: float, at: float) -> None:
    if tag not in session.points and len(session.points) >= MAX_CURVES:
        if len(session.crowded) < MAX_CURVES:
            session.crowded.add(tag)
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
    numbers = [*tensor.float_val, *tensor.double_val, *tensor.int_val, *tensor.int64_val]
    return float(numbers[0]) if len(numbers) == 1 else None


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
