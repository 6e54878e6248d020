"""Foreign samples as items of a benchmark run: each is one, or is named with why it is none."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.flat_samples import FlatSample
from services.benchmarks.domain.item_mapping import ItemMapping
from services.benchmarks.domain.sample_values import (
    ItemIdentity,
    SampleValues,
    Unmapped,
    answer_of,
    count_of,
    identity_of,
    probabilities_of,
    short,
    valence_of,
)
from services.benchmarks.domain.trait_rules import MAX_CATEGORY_LENGTH

_OF_TRAIT = ("trait_adjective", "trait_adjective_de", "trait_category", "trait_valence")
COUNTED = ("attempt", "latency_ms", "prompt_tokens", "completion_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedItem:
    """An item. ``rating`` is the number as it was written, None where ``kind`` says why not."""

    sample: int
    identity: ItemIdentity
    rating: int | None
    kind: str | None
    raw: str
    numbers: Mapping[str, int | None]
    probabilities: Mapping[str, float] | None


@dataclass(kw_only=True)
class MappedPrompts:
    """The prompts of one wording and cue: their digests, and the templates that the file names."""

    digests: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    is_whole: bool = True  # every item came with its prompt

    def note(self, prompt: str, template: str) -> None:
        """Take note of an item's prompt and template; each may be empty."""
        self.is_whole = self.is_whole and bool(prompt)
        if prompt:
            self.digests.add(sha256(prompt.encode("utf-8", "replace")).hexdigest())
        self.templates.add(template)

    def digest(self) -> str | None:
        """Return the SHA-256 of all prompts, whatever their order; None where one is unknown."""
        joined = "".join(sorted(self.digests)).encode()
        return sha256(joined).hexdigest() if self.is_whole and self.digests else None


@dataclass(kw_only=True)
class MappedSamples:
    """What the samples came to. ``left`` counts what is no item, by role and cause.

    ``faults`` names it sample by sample; ``people`` and ``traits`` are what was said of each.
    """

    mapping: ItemMapping
    known_people: bool = False
    num_samples: int = 0
    items: list[MappedItem] = field(default_factory=list)
    faults: RowFaults = field(default_factory=lambda: RowFaults("sample"))
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    traits: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: Counter[str] = field(default_factory=Counter)
    prompts: dict[tuple[str, str], "MappedPrompts"] = field(default_factory=dict)
    _seen: dict[ItemIdentity, int] = field(default_factory=dict)

    def add(self, number: int, sample: FlatSample) -> None:
        """Take a sample in: as an item, or as a fault that names it."""
        self.num_samples += 1
        try:
            self._add(number, sample)
        except Unmapped as fault:
            self.refuse(number, fault)

    def refuse(self, number: int, fault: Unmapped) -> None:
        """Note a sample that is no item."""
        self.faults.add(fault.role, number, fault.sentence)
        self.left[fault.role, fault.cause] += 1

    def _add(self, number: int, sample: FlatSample) -> None:
        values = SampleValues(self.mapping, sample)
        identity = identity_of(values)
        about = self._person(values, identity.persona, number)
        trait = self._trait(values, identity.trait)
        rating, kind, raw = answer_of(values, lenient=self.mapping.lenient)
        item = MappedItem(
            sample=number,
            identity=identity,
            rating=rating,
            kind=kind,
            raw=raw,
            numbers={name: count_of(values, name) for name in COUNTED},
            probabilities=probabilities_of(values),
        )
        first = self._seen.setdefault(identity, number)
        if first != number:
            raise _repeated(identity, first)
        self.people.setdefault(identity.persona, (number, about))
        self.traits.setdefault(identity.trait, trait)
        model = values.text("model")
        self.models.update([model] if model else [])
        self.items.append(item)
        prompts = self.prompts.setdefault((identity.wording, identity.cue), MappedPrompts())
        prompts.note(values.text("prompt"), values.text("template"))

    def _person(self, values: SampleValues, persona: str, number: int) -> dict[str, Any]:
        """Return what the sample says of its person; raises Unmapped where another one differs."""
        if self.known_people:
            return {}
        about = {name: values.attribute(name) for name in self.mapping.attributes}
        first, known = self.people.get(persona, (number, about))
        for name, value in about.items():
            if value != known[name]:
                sentence = (
                    f"'{short(persona)}' has {name} '{short(value)}' here "
                    f"and '{short(known[name])}' in sample {first}."
                )
                raise Unmapped(name, sentence, "another sample says something else of the person")
        return about

    def _trait(self, values: SampleValues, trait: str) -> dict[str, Any]:
        said = {name: values.text(name) for name in _OF_TRAIT if name in self.mapping.roles}
        about: dict[str, Any] = dict(said)
        if "trait_valence" in said:
            about["trait_valence"] = valence_of(said["trait_valence"])
        category = said.get("trait_category", "")
        if len(category) > MAX_CATEGORY_LENGTH or not category.isprintable():
            sentence = f"Give at most {MAX_CATEGORY_LENGTH} printable characters."
            raise Unmapped("trait_category", sentence, "too long, or not printable")
        known = self.traits.get(trait, about)
        for name, value in about.items():
            if value != known[name]:
                sentence = (
                    f"'{short(trait)}' has {name} '{short(value)}' here "
                    f"and '{short(known[name])}' before."
                )
                raise Unmapped(name, sentence, "another sample says something else of the trait")
        return about


def _repeated(identity: ItemIdentity, first: int) -> Unmapped:
    sentence = (
        f"It repeats sample {first}: persona '{short(identity.persona)}', "
        f"trait '{short(identity.trait)}', order {identity.order}, repeat {identity.repeat}."
    )
    return Unmapped("repeat", sentence, "the item is there already, with the same repeat")
