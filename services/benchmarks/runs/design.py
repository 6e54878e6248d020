"""What a request for a run comes to: the people, the traits and the model that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkModel
from app.models.persona import Persona, PersonaSet, Trait
from services.benchmarks.domain.attributes import ATTRIBUTES, UNKNOWN, age_group, nearest
from services.benchmarks.domain.items import count_items
from services.benchmarks.errors import NothingToAsk, UnknownName
from services.benchmarks.generations.resolve import usable_generation
from services.benchmarks.models.stand_in import IMPORTED_URL
from services.benchmarks.personas.errors import PersonaSetNotFound
from services.benchmarks.personas.resolve import visible_set
from services.benchmarks.runs.manifest import Manifest, make_manifest
from services.benchmarks.runs.types import BenchmarkRequest


@dataclass(frozen=True, kw_only=True)
class RunDesign:
    """Everything that a request names, read once; ``generation`` is whose texts prompts show."""

    request: BenchmarkRequest
    personas_of: PersonaSet
    personas: Sequence[Persona]
    traits: Sequence[Trait]
    generation: AttributeGeneration | None = None

    @property
    def manifest(self) -> Manifest:
        """Return the manifest of a run of this design."""
        return make_manifest(
            self.request, self.personas_of, self.personas, self.traits, self.generation
        )

    @property
    def pairs(self) -> int:
        """Return how many traits of persons are asked."""
        return len(self.personas) * len(self.traits)

    @property
    def variants(self) -> int:
        """Return in how many ways each of them is worded, shown and repeated."""
        request = self.request
        return len(request.wordings) * len(request.cues) * request.repeats

    @property
    def total(self) -> int:
        """Return the number of items."""
        share = self.request.dual_fraction
        return count_items(len(self.personas), len(self.traits), share).total * self.variants


def read_design(session: Session, actor: Actor, request: BenchmarkRequest) -> RunDesign:
    """Return what the request names.

    Raises PersonaSetNotFound, UnknownName for a trait or a baseline that is not there,
    NothingToAsk where no item would be asked, and what ``usable_generation`` raises.
    """
    personas_of = set_of_run(session, actor, request.dataset_id)
    personas = personas_in(session, personas_of)
    traits = traits_named(session, actor, request.trait_ids)
    check_baselines(request.baselines, personas)
    number = request.attrgen_run_id
    return RunDesign(
        request=request,
        personas_of=personas_of,
        personas=personas,
        traits=traits,
        generation=None
        if number is None
        else usable_generation(session, actor, number, personas_of.id),
    )


def set_of_run(session: Session, actor: Actor, number: int) -> PersonaSet:
    """Return the set. Raises PersonaSetNotFound at the field dataset_id."""
    try:
        return visible_set(session, actor, number)
    except PersonaSetNotFound as unknown:
        unknown.errors = {"dataset_id": [unknown.detail]}
        raise


def personas_in(session: Session, personas_of: PersonaSet) -> Sequence[Persona]:
    """Return the personas of a set in their order. Raises NothingToAsk where there is none."""
    query = select(Persona).where(Persona.set_id == personas_of.id).order_by(Persona.id)
    rows = session.scalars(query).all()
    if not rows:
        detail = f"Data set '{personas_of.name}' has no persona: add some first."
        raise NothingToAsk(detail, errors={"dataset_id": [detail]})
    return rows


def model_named(session: Session, actor: Actor, name: str) -> BenchmarkModel:
    """Return the actor's model of this name, else one that is shared. Raises UnknownName."""
    mine = visible(BenchmarkModel, actor) & (BenchmarkModel.base_url != IMPORTED_URL)
    rows = session.scalars(select(BenchmarkModel).where(BenchmarkModel.name == name, mine)).all()
    own = [row for row in rows if row.owner_id == actor.user_id]
    if not rows:
        names = session.scalars(select(BenchmarkModel.name).where(mine)).all()
        _refuse("model_name", f"There is no model '{name}'.", name, names)
    return (own or list(rows))[0]


def group_sizes(personas: Sequence[Persona], attribute: str) -> dict[str, int]:
    """Return how many persons each group of an attribute has, the largest first."""
    sizes: dict[str, int] = {}
    for one in personas:
        value = age_group(one.age) if attribute == "age_group" else getattr(one, attribute)
        name = str(value) if value else UNKNOWN
        sizes[name] = sizes.get(name, 0) + 1
    return dict(sorted(sizes.items(), key=lambda size: (-size[1], size[0])))


def check_baselines(baselines: Mapping[str, str], personas: Sequence[Persona]) -> None:
    """Refuse a baseline of an attribute, or a group, that the personas do not have.

    Raises UnknownName with the nearest name that is right.
    """
    for attribute, group in baselines.items():
        if attribute not in ATTRIBUTES:
            _refuse("baselines", f"There is no attribute '{attribute}'.", attribute, ATTRIBUTES)
        sizes = group_sizes(personas, attribute)
        if group not in sizes:
            _refuse("baselines", f"No persona has {attribute} '{group}'.", group, tuple(sizes))


def _refuse(field: str, detail: str, value: str, choices: Sequence[str]) -> NoReturn:
    """Raise UnknownName of a field, with the nearest of the choices where one is close."""
    close = nearest(value, choices)
    hint = f" Did you mean '{close}'?" if close else ""
    raise UnknownName(detail + hint, errors={field: [detail + hint]})


def traits_named(session: Session, actor: Actor, chosen: Sequence[int] | None) -> Sequence[Trait]:
    """Return the active traits, or those of them that are chosen.

    Raises UnknownName for one that is not active, and NothingToAsk where there is none.
    """
    query = select(Trait).where(Trait.is_active, visible(Trait, actor)).order_by(Trait.id)
    rows = session.scalars(query).all()
    if chosen is not None:
        known = {row.id for row in rows}
        for number in chosen:
            if number not in known:
                detail = f"trait_ids has {number}, which is no active trait."
                raise UnknownName(detail, errors={"trait_ids": [detail]})
        rows = [row for row in rows if row.id in set(chosen)]
    if not rows:
        detail = "No trait is active: switch one on, or add one."
        raise NothingToAsk(detail, errors={"trait_ids": [detail]})
    return rows
