"""The statements of traits."""

from collections.abc import Sequence

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.ids import MAX_ID
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure
from app.models.persona import Trait
from services.benchmarks.traits.errors import TraitNotFound
from services.benchmarks.traits.types import CategoryCount, TraitFilter


def page_of(session: Session, actor: Actor, chosen: TraitFilter) -> Page[Trait]:
    """Return the traits that the actor may see, in the order in which they came."""
    query = _chosen(select(Trait).where(visible(Trait, actor)), chosen)
    return read_page(session, query, Trait.id, limit=chosen.limit, offset=chosen.offset)


def _chosen(query: Select[Trait], chosen: TraitFilter) -> Select[Trait]:
    if chosen.q is not None:
        query = query.where(Trait.adjective.icontains(chosen.q, autoescape=True))
    if chosen.category is not None:
        query = query.where(Trait.category == chosen.category)
    if chosen.valence is not None:
        query = query.where(Trait.valence == chosen.valence)
    if chosen.active is not None:
        query = query.where(Trait.is_active == chosen.active)
    return query


def visible_trait(session: Session, actor: Actor, reference: str) -> Trait:
    """Return the trait of a number (7) or a code (g7); raises TraitNotFound."""
    query = select(Trait).where(visible(Trait, actor))
    if reference.isascii() and reference.isdigit():
        number = int(reference) if len(reference) < 20 else 0
        query = query.where(Trait.id == min(number, MAX_ID))
    else:
        query = query.where(Trait.code == reference[:200])
    row = note_view(actor, session.scalar(query))
    if row is None:
        raise TraitNotFound(f"There is no trait {reference[:100]}.")
    return row


def categories(session: Session, actor: Actor) -> Sequence[CategoryCount]:
    """Return the categories of the traits that the actor may see, in alphabetical order."""
    active = func.count().filter(Trait.is_active)
    query = (
        select(Trait.category, func.count(), active)
        .where(visible(Trait, actor))
        .group_by(Trait.category)
        .order_by(Trait.category.is_(None), Trait.category)
    )
    return [
        CategoryCount(category=category, count=count, active=on)
        for category, count, on in session.execute(query)
    ]


def by_key(session: Session, key: str) -> Trait | None:
    """Return the trait with this key of its adjective, whosever it is."""
    return session.scalar(select(Trait).where(Trait.adjective_key == key))


def by_code(session: Session, code: str) -> Trait | None:
    """Return the trait with this code, whosever it is."""
    return session.scalar(select(Trait).where(Trait.code == code))


def codes(session: Session) -> Sequence[str]:
    """Return the codes that begin like g7, whosever the traits are."""
    return session.scalars(select(Trait.code).where(Trait.code.like("g%"))).all()


def is_used(session: Session, trait_id: int) -> bool:
    """Return whether an answer or a failure of a run is about the trait."""
    uses = (
        exists().where(table.trait_id == trait_id) for table in (BenchmarkAnswer, BenchmarkFailure)
    )
    return any(bool(session.scalar(select(one))) for one in uses)
