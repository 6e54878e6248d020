"""Looks up kinds of schedules by name."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from app.errors import Invalid
from services.scheduler.breaker.policy import KindRules
from services.scheduler.kinds.types import ScheduleKind

MAX_SHOWN = 60


class UnknownKind(Invalid):
    """No domain declares this kind of schedule."""

    code = "unknown_kind"


@cache
def all_kinds() -> Mapping[str, ScheduleKind]:
    """Return every kind that a domain declares, by name."""
    from services.domains import DOMAINS  # the manifests import this package

    declared = [kind for domain in DOMAINS for kind in domain.schedule_kinds]
    return {kind.name: kind for kind in sorted(declared, key=lambda kind: kind.name)}


def find_kind(name: str) -> ScheduleKind:
    """Return the kind of this name. Raises UnknownKind, which has the nearest names."""
    kinds = all_kinds()
    if name in kinds:
        return kinds[name]
    near = get_close_matches(name, kinds, n=1, cutoff=0.5)
    valid = f"Did you mean {near[0]}?" if near else f"There are {', '.join(kinds)}."
    detail = f"There is no kind '{name[:MAX_SHOWN]}'. {valid}"
    raise UnknownKind(detail, errors={"kind": [detail]})


def rules_of(name: str) -> KindRules:
    """Return by which rules schedules of a kind run; one that is gone has the usual ones."""
    kind = all_kinds().get(name)
    return KindRules() if kind is None else kind.rules
