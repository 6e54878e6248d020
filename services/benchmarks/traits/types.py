"""The words of traits."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class NewTrait:
    """A trait to be made; without a code it gets the next g<N>."""

    adjective: str
    code: str | None = None
    adjective_de: str | None = None
    case_template: str | None = None
    category: str | None = None
    valence: int | None = None
    is_active: bool = True
    visibility: str = "team"


@dataclass(frozen=True, kw_only=True)
class TraitFilter:
    """Which traits a list has; None leaves a rule out."""

    limit: int
    offset: int
    q: str | None = None
    category: str | None = None
    valence: int | None = None
    active: bool | None = None


@dataclass(frozen=True, kw_only=True)
class CategoryCount:
    """A category, and how many traits and active traits it has; None is that of traits without."""

    category: str | None
    count: int
    active: int


@dataclass(frozen=True, kw_only=True)
class TraitImport:
    """A file of traits: ``skip_faults`` takes the good lines of a file that has bad ones."""

    path: Any
    skip_faults: bool = False
    visibility: str = "team"


@dataclass(frozen=True, kw_only=True)
class TraitImportReport:
    """What became of each line: ``skipped`` were as they are already, ``errors`` are by column."""

    inserted: int = 0
    updated: int = 0
    skipped: int = 0
    errors: dict[str, list[str]] = field(default_factory=dict)
    failed: int = 0
