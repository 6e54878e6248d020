"""Checks that need the other traits: no two have the same adjective or code."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.auth.access import can_see
from app.auth.actor import Actor
from app.errors import Invalid
from app.models.persona import Trait
from services.benchmarks.domain.trait_rules import (
    adjective_fault,
    adjective_key,
    code_fault,
    on_one_line,
)
from services.benchmarks.traits import repository
from services.benchmarks.traits.errors import TraitExists

MEANWHILE = "Another trait was made in this moment. Send it again."


def checked_adjective(text: str, field: str = "adjective") -> str:
    """Return the adjective on one line; raises Invalid."""
    adjective = on_one_line(text)
    if fault := adjective_fault(adjective):
        raise Invalid(fault, errors={field: [fault]})
    return adjective


def optional_adjective(text: str | None, field: str) -> str | None:
    """Return the adjective on one line, None for none; raises Invalid."""
    return checked_adjective(text, field) if text is not None and text.strip() else None


def optional_line(text: str | None) -> str | None:
    """Return a text on one line, None for an empty one."""
    return (on_one_line(text) or None) if text is not None else None


def require_free_adjective(
    session: Session, actor: Actor, adjective: str, but: int | None = None
) -> str:
    """Return the key of an adjective that no trait has, but that of the id ``but``.

    Raises TraitExists.
    """
    key = adjective_key(adjective)
    other = repository.by_key(session, key)
    if other is not None and other.id != but:
        detail = f"There is a trait '{adjective}' already{_which(actor, other)}."
        raise TraitExists(detail, errors={"adjective": [detail]})
    return key


def require_free_code(session: Session, actor: Actor, code: str) -> str:
    """Return a code that no trait has. Raises Invalid and TraitExists."""
    if fault := code_fault(code):
        raise Invalid(fault, errors={"code": [fault]})
    other = repository.by_code(session, code)
    if other is not None:
        detail = f"There is a trait with the code '{code}' already{_which(actor, other)}."
        raise TraitExists(detail, errors={"code": [detail]})
    return code


def _which(actor: Actor, other: Trait) -> str:
    if can_see(actor, other):
        return f": {other.code}, '{other.adjective}'"
    return ", which is not shared with you"


def flush(session: Session) -> None:
    """Write the traits; raises TraitExists where somebody else was faster."""
    try:
        session.flush()
    except IntegrityError:
        raise TraitExists(MEANWHILE) from None
