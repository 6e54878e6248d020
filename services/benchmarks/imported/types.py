"""What an import of ratings is made from, and what it comes to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.benchmarks.domain.flat_samples import FlatSample
from services.benchmarks.runs.types import DEFAULT_MARGIN

KINDS = ("inspect", "lm-eval", "items")
MAX_BYTES = 64 << 20
MAX_ITEMS = 200_000


class SourceError(ValueError):
    """The file is not of its kind, or it is damaged; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of samples. ``decoding`` has what the file says of it; ``mapping`` is the file's own.

    ``left`` counts what of the file is no sample, by name. ``samples`` yields (number, sample).
    """

    samples: Callable[[], Iterator[tuple[int, FlatSample]]]
    task: str | None = None
    model: str | None = None
    tool: str | None = None
    created: str | None = None
    decoding: Mapping[str, Any] = field(default_factory=dict)
    mapping: Any = None
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RatingsUpload:
    """A file of ratings and what its owner says of it.

    ``mapping`` is JSON text, None where the file's own or the suggested one counts. ``dataset_id``
    is the data set whose persons these are; without it they come from the file. With
    ``skip_faults`` samples that are no items are left out; with ``again`` a file may come twice.
    """

    kind: str
    path: Path
    filename: str | None = None
    mapping: str | None = None
    name: str | None = None
    model_name: str | None = None
    visibility: str = "private"
    language: str | None = None
    dataset_id: int | None = None
    equivalence_margin: float = DEFAULT_MARGIN
    skip_faults: bool = False
    again: bool = False
