"""Counterfactual twins: who would be rated differently if one attribute alone were another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from services.benchmarks.domain.builders.drafts import PersonaDraft, Twin
from services.benchmarks.domain.builders.fit import age_bin, fits
from services.benchmarks.domain.builders.tables import (
    GENDER,
    NAMES_OF_RELIGIONS,
    REPRESENTATIVE_AGES,
    SEXUALITY,
)
from services.benchmarks.domain.countries import COUNTRIES
from services.seeding import generator

AXES = ("gender", "age", "origin", "religion", "sexuality")
MAX_TRIES = 10
MIN_JUMP = 2  # age groups

Changes = dict[str, Any]  # new values by attribute


def build_counterfactual(people: Sequence[PersonaDraft], seed: int = 42) -> list[Twin]:
    """Return one twin of each person, in their order.

    Which attribute is changed goes round the axes; where it cannot be changed, because it is not
    known or no other age fits, the next one is. Everything else stays as it is, also
    ``migration_status``. Raises ValueError for a person without any attribute of the axes.
    """
    draws = generator(seed, "personas", "counterfactual")
    return [_twin(person, turn, draws) for turn, person in enumerate(people)]


def _twin(person: PersonaDraft, turn: int, draws: np.random.Generator) -> Twin:
    tries = 0
    for step in range(len(AXES)):
        axis = AXES[(turn + step) % len(AXES)]
        for changes in _other_values(person, axis, draws):
            tries += 1
            if _is_possible(person, changes):
                return _changed(person, axis, changes)
            if tries == MAX_TRIES:
                break
        if tries == MAX_TRIES:
            break
    raise ValueError(
        f"Persona {person.uuid} has no attribute that could be changed: give it a gender, an age, "
        "an origin, a religion or a sexuality."
    )


def _is_possible(person: PersonaDraft, changes: Changes) -> bool:
    return "age" not in changes or fits(person, changes["age"])


def _other_values(person: PersonaDraft, axis: str, draws: np.random.Generator) -> Iterator[Changes]:
    """Yield what the axis could be changed to, in random order; nothing where it is not known."""
    if getattr(person, axis) is None:
        return
    options = _OPTIONS[axis](person)
    for place in draws.permutation(len(options)):
        yield options[place]


def _ages(person: PersonaDraft) -> list[Changes]:
    own = age_bin(person.age or 0)
    return [{"age": age} for age in REPRESENTATIVE_AGES if abs(age_bin(age) - own) >= MIN_JUMP]


def _origins(person: PersonaDraft) -> list[Changes]:
    return [
        {
            "origin": one.name,
            "origin_region": one.region,
            "origin_subregion": one.subregion,
        }
        for one in COUNTRIES
        if one.subregion != person.origin_subregion and one.name != person.origin
    ]


def _others(axis: str, values: Sequence[str]) -> Callable[[PersonaDraft], list[Changes]]:
    return lambda person: [{axis: one} for one in values if one != getattr(person, axis)]


_OPTIONS: dict[str, Callable[[PersonaDraft], list[Changes]]] = {
    "gender": _others("gender", tuple(GENDER)),
    "age": _ages,
    "origin": _origins,
    "religion": _others("religion", NAMES_OF_RELIGIONS),
    "sexuality": _others("sexuality", tuple(SEXUALITY)),
}


def _changed(person: PersonaDraft, axis: str, changes: Changes) -> Twin:
    before, after = str(getattr(person, axis)), str(changes[axis])
    name = str(uuid5(NAMESPACE_OID, f"{person.uuid}/{axis}/{after}"))
    return Twin(
        persona=replace(person, uuid=name, **changes),
        source_uuid=person.uuid,
        changed_attribute=axis,
        from_value=before,
        to_value=after,
    )
