"""Building sets: a pool of tables, or a smaller, balanced or paired set of another one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.persona import Persona, PersonaSet
from services.benchmarks.domain.builders.counterfactual import build_counterfactual
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.pool import build_pool
from services.benchmarks.domain.builders.sample import build_balanced, build_reality
from services.benchmarks.domain.persona_rules import ATTRIBUTES, CheckedPersona
from services.benchmarks.personas.create import new_row, store_set
from services.benchmarks.personas.errors import CannotBuild
from services.benchmarks.personas.repository import personas_of
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.personas.store import paired, refuse_name
from services.benchmarks.personas.types import MAX_PERSONAS, BuildRequest
from services.datasets.names import checked_name

Builder = Callable[[Sequence[PersonaDraft], int, int], list[PersonaDraft]]
SAMPLERS: dict[str, Builder] = {"balanced": build_balanced, "reality": build_reality}
KINDS = ("pool", *SAMPLERS, "counterfactual")


def build_set(database: Database, actor: Actor, request: BuildRequest) -> PersonaSet:
    """Build a set; the same settings and source give the same personas.

    Raises PersonaSetNotFound for the source, CannotBuild, Invalid and PersonaSetExists.
    """
    row, personas = built_set(database, actor, request)
    return store_set(database, actor, row, personas)


def check_build(session: Session, actor: Actor, request: BuildRequest) -> None:
    """Refuse, before anything is built, what ``build_set`` would refuse."""
    require_member(actor)
    refuse_name(session, actor.user_id, checked_name(request.name))
    if request.kind == "pool":
        _check_pool(request)
        return
    source = _visible_source(session, actor, request)
    _check_size(request, source.name, source.num_personas)


def check_name_and_size(
    session: Session, actor: Actor, request: BuildRequest, source: Mapping[str, Any]
) -> None:
    """Refuse what can be refused before the source is there: ``name`` and ``n`` of it are known."""
    require_member(actor)
    refuse_name(session, actor.user_id, checked_name(request.name))
    if source["n"] is not None:
        _check_size(request, source["name"], source["n"])


def _check_size(request: BuildRequest, source: str, size: int) -> None:
    if request.n is not None and request.n > size:
        raise _cannot("n", f"n is {request.n}, but '{source}' has {size} personas.")


def built_set(
    database: Database, actor: Actor, request: BuildRequest
) -> tuple[PersonaSet, list[CheckedPersona]]:
    """Return a set that is not stored yet with its personas; raises as ``build_set``."""
    require_member(actor)
    if request.kind == "pool":
        personas = _pool(request)
    else:
        personas = _built(request, _source(database, actor, request))
    row = new_row(
        actor,
        request.name,
        request.kind,
        request.visibility,
        seed=request.seed,
        source_id=request.source_id,
        config={"n": request.n, "temperature": request.temperature},
    )
    return row, personas


def _check_pool(request: BuildRequest) -> int:
    """Return how many personas the pool is to have."""
    if request.source_id is not None:
        raise _cannot("source_id", "A pool is drawn from tables: leave source_id out.")
    if request.n is None:
        raise _cannot("n", f"Give how many personas the pool has, from 1 to {MAX_PERSONAS}.")
    return request.n


def _pool(request: BuildRequest) -> list[CheckedPersona]:
    people = build_pool(_check_pool(request), request.seed, request.temperature)
    return [CheckedPersona(draft=one) for one in people]


def _source(database: Database, actor: Actor, request: BuildRequest) -> list[PersonaDraft]:
    """Return the personas of the source in their order, without twins."""
    with database.read() as session:
        source = _visible_source(session, actor, request)
        query = personas_of(source.id).where(Persona.role.is_distinct_from("counterfactual"))
        rows = session.scalars(query.order_by(Persona.id)).all()
    if not rows:
        raise _cannot("source_id", f"Data set '{source.name}' has no personas.")
    return [_draft(row) for row in rows]


def _visible_source(session: Session, actor: Actor, request: BuildRequest) -> PersonaSet:
    if request.source_id is None:
        raise _cannot("source_id", f"A set of the kind {request.kind} is built from another one.")
    return visible_set(session, actor, request.source_id)


def _draft(row: Persona) -> PersonaDraft:
    return PersonaDraft(uuid=row.uuid, **{name: getattr(row, name) for name in ATTRIBUTES})


def _built(request: BuildRequest, people: list[PersonaDraft]) -> list[CheckedPersona]:
    n = len(people) if request.n is None else request.n
    try:
        if request.kind == "counterfactual":
            return _pairs(request, people, n)
        chosen = SAMPLERS[request.kind](people, n, request.seed)
    except ValueError as error:
        raise _cannot("n" if n > len(people) else "source_id", str(error)) from None
    return [CheckedPersona(draft=one) for one in chosen]


def _pairs(request: BuildRequest, people: list[PersonaDraft], n: int) -> list[CheckedPersona]:
    if 2 * n > MAX_PERSONAS:
        raise _cannot("n", f"n is {n}: give at most {MAX_PERSONAS // 2}, as each has a twin.")
    if n != len(people):
        people = build_reality(people, n, request.seed)
    sources = [CheckedPersona(draft=one, role="source") for one in people]
    return paired(build_counterfactual(people, request.seed), sources)


def _cannot(field: str, detail: str) -> CannotBuild:
    return CannotBuild(detail, errors={field: [detail]})
