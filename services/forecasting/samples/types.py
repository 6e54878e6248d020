"""What a sample session is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One file of a sample, with its fields in the words of the wire."""

    direction: str
    label: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SampleSession:
    """A session that works at once: its files, its settings and the models worth a try."""

    name: str
    files: Sequence[SampleFile]
    time_steps: Mapping[str, Any]
    time_info: Mapping[str, Any]
    models: Sequence[Mapping[str, Any]]
    split: Mapping[str, Any]
