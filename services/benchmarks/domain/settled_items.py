"""Mapped samples as what a run stores: its persons, traits, levels of factors, and its items."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.mapped_items import COUNTED, MappedItem, MappedSamples
from services.benchmarks.domain.persona_rules import LENGTHS, CheckedPersona, check_personas
from services.benchmarks.domain.sample_values import ORDERS
from services.benchmarks.domain.trait_rules import adjective_fault, on_one_line


def uuid_of(persona: str) -> str:
    """Return the id of a person here: the file's, or a UUID of it where that is too long."""
    is_fit = len(persona) <= LENGTHS["uuid"] and persona.isprintable()
    return persona if is_fit else str(uuid5(NAMESPACE_URL, persona))


@dataclass(frozen=True, kw_only=True)
class ItemsOfRun:
    """Items that can be stored: persons, traits and levels of factors in the order of the file.

    ``traits`` are pairs of the file's word and what it says of the trait.
    """

    people: Sequence[CheckedPersona]
    traits: Sequence[tuple[str, Mapping[str, Any]]]
    wordings: Sequence[str]
    cues: Sequence[str]
    repeats: Sequence[int]
    items: Sequence[MappedItem]


def settled(samples: MappedSamples) -> ItemsOfRun:
    """Return what can be stored; items about persons or traits with faults are left out."""
    bad_people, people = _checked_people(samples)
    bad_traits = _refused_traits(samples)
    kept = [one for one in samples.items if _is_kept(samples, one, bad_people, bad_traits)]
    persons = {one.identity.persona for one in kept}
    traits = {one.identity.trait for one in kept}
    return ItemsOfRun(
        people=[people[name] for name in samples.people if name in persons],
        traits=[(name, about) for name, about in samples.traits.items() if name in traits],
        wordings=sorted({one.identity.wording for one in kept}),
        cues=sorted({one.identity.cue for one in kept}),
        repeats=sorted({one.identity.repeat for one in kept}),
        items=kept,
    )


def _is_kept(
    samples: MappedSamples, item: MappedItem, people: Mapping[str, Any], traits: set[str]
) -> bool:
    if item.identity.persona in people:
        samples.left["persona", "its person has a fault"] += 1
        return False
    if item.identity.trait in traits:
        samples.left["trait", "its trait has a fault"] += 1
        return False
    return True


def _checked_people(
    samples: MappedSamples,
) -> tuple[dict[str, RowFaults], dict[str, CheckedPersona]]:
    """Return the persons with faults, and all others as they are stored, by the file's word."""
    rows = {
        name: (first, {"uuid": uuid_of(name), **about})
        for name, (first, about) in samples.people.items()
    }
    if samples.known_people:
        return {}, {name: _unknown(name) for name in rows}
    bad: dict[str, RowFaults] = {}
    for name, row in rows.items():
        if row[1].get("role") is None:  # pairs are checked with their sources below
            faults = RowFaults("sample")
            check_personas([row], faults)
            if faults:
                check_personas([row], samples.faults)
                bad[name] = faults
    good = [row for name, row in rows.items() if name not in bad]
    faults = RowFaults("sample")
    checked = check_personas(good, faults)
    if faults:
        check_personas(good, samples.faults)
        return dict.fromkeys(rows, faults), {}
    return bad, dict(zip((name for name in rows if name not in bad), checked, strict=True))


def _unknown(name: str) -> CheckedPersona:
    return CheckedPersona(draft=PersonaDraft(uuid=uuid_of(name)))


def _refused_traits(samples: MappedSamples) -> set[str]:
    """Return the traits whose adjective is none, each named at its first item."""
    refused: set[str] = set()
    firsts: dict[str, int] = {}
    for one in samples.items:
        firsts.setdefault(one.identity.trait, one.sample)
    for name, about in samples.traits.items():
        adjective = about.get("trait_adjective") or name
        if fault := adjective_fault(on_one_line(str(adjective))):
            samples.faults.add("trait", firsts[name], fault)
            refused.add(name)
    return refused


def shares_of(items: Iterable[MappedItem]) -> tuple[str, float]:
    """Return the orders that occur (in, rev or mixed) and the share of pairs that were in both.

    A pair is a trait of a person with its wording, cue and repeat.
    """
    orders: dict[tuple[Any, ...], set[str]] = {}
    for one in items:
        pair = one.identity._replace(order="")
        orders.setdefault(pair, set()).add(one.identity.order)
    used = set().union(*orders.values()) if orders else set()
    both = sum(len(one) == len(ORDERS) for one in orders.values())
    mode = used.pop() if len(used) == 1 else "mixed"
    return mode, round(both / len(orders), 4) if orders else 0.0


def rows_of(made: ItemsOfRun) -> Iterator[list[Any]]:
    """Yield each item as a row of JSON: the places of its person, trait and factors, its answer."""
    people = {one.draft.uuid: place for place, one in enumerate(made.people)}
    traits = {name: place for place, (name, _) in enumerate(made.traits)}
    for one in made.items:
        key = one.identity
        yield [
            people[uuid_of(key.persona)],
            traits[key.trait],
            key.order,
            made.wordings.index(key.wording),
            made.cues.index(key.cue),
            made.repeats.index(key.repeat),
            one.rating,
            one.kind,
            one.raw,
            *(one.numbers[name] for name in COUNTED),
            one.probabilities,
        ]
