"""Making traits."""

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.persona import Trait
from services.benchmarks.domain.trait_rules import next_code
from services.benchmarks.traits import checks
from services.benchmarks.traits.repository import codes
from services.benchmarks.traits.types import NewTrait


def create_trait(database: Database, actor: Actor, new: NewTrait) -> Trait:
    """Make a trait. Raises Invalid, and TraitExists for an adjective or a code that is taken."""
    require_member(actor)
    with database.write() as unit:
        trait = add_trait(unit.session, actor, new)
        checks.flush(unit.session)
        detail = {"code": trait.code, "adjective": trait.adjective}
        record(unit, actor, "trait_created", f"trait:{trait.id}", detail)
    return trait


def add_trait(session: Session, actor: Actor, new: NewTrait) -> Trait:
    """Add a checked trait to the session and return it; raises as ``create_trait``."""
    adjective = checks.checked_adjective(new.adjective)
    key = checks.require_free_adjective(session, actor, adjective)
    code = (
        checks.require_free_code(session, actor, new.code)
        if new.code
        else next_code(codes(session))
    )
    trait = Trait(
        code=code,
        adjective=adjective,
        adjective_key=key,
        adjective_de=checks.optional_adjective(new.adjective_de, "adjective_de"),
        case_template=new.case_template or None,
        category=checks.optional_line(new.category),
        valence=new.valence,
        is_active=new.is_active,
        owner_id=actor.user_id,
        visibility=new.visibility,
        created_at=now(),
        updated_at=now(),
    )
    session.add(trait)
    return trait
