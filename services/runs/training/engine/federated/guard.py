"""Checking a client's update before any strategy sees it: one bad update spoils every mean."""

from collections.abc import Mapping

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord
from numpy.typing import NDArray

ROWS, METRICS = "num-examples", "metrics"
MAX_METRICS, MAX_NAME_LENGTH = 64, 100


class UpdateGuard:
    """Knows what an update must look like and how many rows each client registered."""

    def __init__(
        self,
        expected: Mapping[str, Mapping[str, NDArray]],
        registered: Mapping[int, int],
    ) -> None:
        self._expected = expected
        self._registered = registered

    def fault(self, reply: Message) -> str | None:
        """Return why an update is refused, in a sentence; None for a good one."""
        if reply.has_error():
            return f"It failed: {reply.error.reason}"
        records = reply.content.array_records
        if set(records) != set(self._expected):
            return f"It sent {_names(records)} instead of {_names(self._expected)}."
        for key, arrays in self._expected.items():
            fault = _arrays_fault(arrays, records[key])
            if fault:
                return fault
        return self._count_fault(reply)

    def _count_fault(self, reply: Message) -> str | None:
        registered = self._registered[reply.metadata.src_node_id]
        records = reply.content.metric_records
        if set(records) != {METRICS} or ROWS not in records[METRICS]:
            return f"It does not say how many rows it trained on ({ROWS})."
        record = records[METRICS]
        count = record[ROWS]
        if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= registered:
            return f"It says that it trained on {count} rows; it registered {registered}."
        if count != registered:
            return f"It trained on {count} of its {registered} registered rows only."
        return _metrics_fault(record)


def _metrics_fault(record: MetricRecord) -> str | None:
    lists = sorted(name for name, value in record.items() if isinstance(value, list))
    if lists:
        return f"Its metric {lists[0]} is a list; it must be one number."
    if len(record) > MAX_METRICS:
        return f"It sent {len(record)} metrics; at most {MAX_METRICS} are taken."
    odd = [name for name in record if not _is_name(name)]
    if odd:
        return f"Its metric {odd[0][:40]!r} has a name that is too long or cannot be shown."
    return None


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() and not name.isspace()


def _arrays_fault(expected: Mapping[str, NDArray], record: ArrayRecord) -> str | None:
    if set(record) != set(expected):
        odd = sorted(set(record) ^ set(expected))
        return f"Its tensors are not the network's: {', '.join(odd[:3])}."
    for name, reference in expected.items():
        sent = record[name]
        if tuple(sent.shape) != reference.shape:
            return f"{name} has shape {list(sent.shape)}; it must be {list(reference.shape)}."
        if sent.dtype != str(reference.dtype):
            return f"{name} is {sent.dtype}; it must be {reference.dtype}."
        try:
            values = sent.numpy()
        except (ValueError, TypeError, OSError, EOFError):
            return f"{name} cannot be read."
        if values.shape != reference.shape or values.dtype != reference.dtype:
            return f"{name} does not hold the numbers that it announces."
        if not np.isfinite(values).all():
            return f"{name} holds values that are not finite."
    return None


def _names(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "nothing"
