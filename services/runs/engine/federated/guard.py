"""Checking a client's update before any strategy sees it: one bad update spoils every mean."""

from collections.abc import Mapping

import numpy as np
from flwr.app import ArrayRecord, Message
from numpy.typing import NDArray

ROWS = "num-examples"


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
        records = list(reply.content.metric_records.values())
        if len(records) != 1 or ROWS not in records[0]:
            return f"It does not say how many rows it trained on ({ROWS})."
        count = records[0][ROWS]
        if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= registered:
            return f"It says that it trained on {count} rows; it registered {registered}."
        if count != registered:
            return f"It trained on {count} of its {registered} registered rows only."
        lists = sorted(name for name, value in records[0].items() if isinstance(value, list))
        return f"Its metric {lists[0]} is a list; it must be one number." if lists else None


def _arrays_fault(expected: Mapping[str, NDArray], record: ArrayRecord) -> str | None:
    if set(record) != set(expected):
        odd = sorted(set(record) ^ set(expected))
        return f"Its tensors are not the network's: {', '.join(odd[:3])}."
    for name, wanted in expected.items():
        sent = record[name]
        if tuple(sent.shape) != wanted.shape:
            return f"{name} has shape {list(sent.shape)}; it must be {list(wanted.shape)}."
        if sent.dtype != str(wanted.dtype):
            return f"{name} is {sent.dtype}; it must be {wanted.dtype}."
        if not np.isfinite(sent.numpy()).all():
            return f"{name} holds values that are not finite."
    return None


def _names(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "nothing"
