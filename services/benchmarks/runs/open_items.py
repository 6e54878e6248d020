"""The items of a run that have no answer yet, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from app.models.persona import Persona
from services.benchmarks.domain.items import ScaleMode, dual_threshold, items_of_persona
from services.benchmarks.runs.ports import Item, ItemKey

ORDERS = ("in", "rev")


@dataclass(frozen=True, kw_only=True)
class ItemPlan:
    """What a run asks: its people, its traits as the manifest has them, and its factors.

    ``texts`` are those of its attribute generation, by persona: only prompts need them.
    """

    run_id: int
    personas: Sequence[Persona]
    traits: Sequence[Mapping[str, Any]]
    scale_mode: ScaleMode
    dual_fraction: float
    wordings: int
    cues: int
    repeats: int
    texts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def plan_of(session: Session, run: BenchmarkRun) -> ItemPlan:
    """Return what the manifest of ``run`` says that it asks."""
    query = select(Persona).where(Persona.set_id == run.set_id).order_by(Persona.id)
    personas = session.scalars(query).all()
    manifest = run.manifest
    return ItemPlan(
        run_id=run.id,
        personas=personas,
        traits=manifest["traits"],
        scale_mode=manifest["scale"]["scale_mode"],
        dual_fraction=manifest["scale"]["dual_fraction"],
        wordings=len(manifest["prompt"]["wordings"]),
        cues=len(manifest["prompt"]["cues"]),
        repeats=manifest["scale"]["repeats"],
    )


def all_items(plan: ItemPlan) -> Iterator[Item]:
    """Yield every item, person by person, so that stopping early leaves whole persons."""
    by_code = {trait["code"]: trait for trait in plan.traits}
    people = [one.uuid for one in plan.personas]
    threshold = dual_threshold(plan.run_id, people, list(by_code), plan.dual_fraction)
    variants = list(product(range(plan.repeats), range(plan.wordings), range(plan.cues)))
    for persona in plan.personas:
        texts = plan.texts.get(persona.id, {})
        rated = list(
            items_of_persona(plan.run_id, persona.uuid, by_code, plan.scale_mode, threshold)
        )
        for (repeat, wording, cue), one in product(variants, rated):
            trait = by_code[one.trait]
            key = ItemKey(
                persona_id=persona.id,
                trait_id=trait["id"],
                scale_order=one.scale_order,
                wording=wording,
                cue=cue,
                repeat=repeat,
            )
            yield Item(key=key, persona=persona, trait=trait, texts=texts)


def open_items(plan: ItemPlan, settled: set[int]) -> Iterator[Item]:
    """Yield the items whose number ``settled`` does not have."""
    numbers = Numbering(plan)
    return (one for one in all_items(plan) if numbers.number(one.key) not in settled)


class Numbering:
    """A whole number per item: a million of them fit into a hundred megabytes."""

    def __init__(self, plan: ItemPlan) -> None:
        self._persons = {one.id: place for place, one in enumerate(plan.personas)}
        self._traits = {trait["id"]: place for place, trait in enumerate(plan.traits)}
        self._sizes = (len(self._traits), plan.repeats, plan.wordings, plan.cues, len(ORDERS))

    def number(self, key: ItemKey) -> int:
        """Return the number of an item of the plan."""
        place = self._persons[key.persona_id]
        parts = (
            self._traits[key.trait_id], key.repeat, key.wording, key.cue,
            ORDERS.index(key.scale_order),
        )  # fmt: skip
        for size, part in zip(self._sizes, parts, strict=True):
            place = place * size + part
        return place


def settled_items(session: Session, plan: ItemPlan) -> set[int]:
    """Return the numbers of the items that have an answer or failed since the last resume."""
    numbers = Numbering(plan)
    return {
        numbers.number(key)
        for table in (BenchmarkAnswer, BenchmarkFailure)
        for key in keys_of(session, table, plan.run_id)
    }


def keys_of(session: Session, table: Any, run_id: int) -> Iterator[ItemKey]:
    """Yield the keys of the rows of a run in ``table``."""
    columns = [getattr(table, one.name) for one in fields(ItemKey)]
    query = select(*columns).where(table.run_id == run_id)
    return (ItemKey(**row) for row in session.execute(query).mappings())
