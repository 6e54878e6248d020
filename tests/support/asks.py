"""A request for one row of the table of permissions."""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from app.auth.policy import Who
from app.resources import Resources

# writes something of that owner and visibility; returns what fills the braces of the request
Make = Callable[[Resources, int, str], dict[str, Any]]


@dataclass(frozen=True)
class Ask:
    """A request that is right in every way but perhaps permission, and its answer if so.

    ``code`` is that answer's, where a refusal may have the same status. ``names`` is who may,
    where the body names the resource and the row cannot say it. ``hidden`` is the status of a
    resource that the caller may not see.
    """

    status: int = 200
    json: Any = None
    query: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    names: Who | None = None
    hidden: int = 404
    about: Make | None = None


@dataclass(frozen=True)
class DomainAsks:
    """The requests of a domain by row, and what they are about, by how their address begins."""

    asks: Mapping[str, Ask]
    made: Mapping[str, Make]


def asks_of_domains() -> Iterator[DomainAsks]:
    """Yield ``DOMAIN_ASKS`` of every ``asks_<domain>.py`` beside this file."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("asks_"):
            yield import_module(f"tests.support.{module.name}").DOMAIN_ASKS


def filled(template: Any, names: dict[str, Any]) -> Any:
    """Return a body with its braces, such as ``{id}``, filled."""
    if isinstance(template, dict):
        return {name: filled(value, names) for name, value in template.items()}
    if isinstance(template, str) and template.startswith("{"):
        return template.format(**names)
    return template
