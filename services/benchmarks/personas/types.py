"""The words of persona sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.models.persona import PersonaSet

MAX_PERSONAS = 50_000


@dataclass(frozen=True, kw_only=True)
class NewPersonaSet:
    """A set to be made of a list; each persona is what was given of it, by attribute."""

    name: str
    personas: Sequence[Mapping[str, Any]]
    kind: str = "uploaded"
    visibility: str = "private"


@dataclass(frozen=True, kw_only=True)
class PersonaUpload:
    """A set to be made of a CSV file; without a name it is called like the file."""

    path: Path
    filename: str | None = None
    name: str | None = None
    kind: str = "uploaded"
    visibility: str = "private"


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """A set to be built; ``source_id`` is the set that it is built from, None for a pool.

    ``n`` is how many personas, or sources of pairs; None means all of the source.
    ``temperature`` is that of a pool.
    """

    name: str
    kind: str
    source_id: int | None = None
    n: int | None = None
    seed: int = 42
    temperature: float = 0.0
    visibility: str = "private"


@dataclass(frozen=True, kw_only=True)
class PersonaSetFilter:
    """Which sets a list has; None leaves a rule out."""

    limit: int
    offset: int
    q: str | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonaSetDetail:
    """A set, how many personas each group of each attribute has, and how many runs use it."""

    row: PersonaSet
    num_runs: int = 0
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
