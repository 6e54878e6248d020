"""Foreign samples as items of a benchmark run: each is one, or is named with why it is none."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from services.benchmarks.domain.answers import (
    CUT,
    FILTERED,
    MAX_RATING,
    MIN_RATING,
    OK,
    SERVER_ERROR,
    parse_answer,
)
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.flat_samples import FlatSample
from services.benchmarks.domain.item_mapping import CONSTANT, PROBABILITIES, ItemMapping
from services.benchmarks.domain.persona_rules import LENGTHS, CheckedPersona, check_personas
from services.benchmarks.domain.trait_rules import (
    MAX_CATEGORY_LENGTH,
    adjective_fault,
    on_one_line,
)

ORDERS = ("in", "rev")
ACCEPTED = frozenset(("", "ok", "accepted", "none"))
FILTERS = frozenset(("content_filter",))
CUTS = frozenset((CUT, "max_tokens", "model_length"))  # as Inspect calls them
UNSTATED = "unstated"  # a level of wording or cue that no field says
MAX_RAW, MAX_LEVEL, MAX_REPEAT = 2000, 100, 10_000  # characters of a text and a level; a number
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_OF_TRAIT = ("trait_adjective", "trait_adjective_de", "trait_category", "trait_valence")
_COUNTS = ("attempt", "latency_ms", "prompt_tokens", "completion_tokens")


class Unmapped(Exception):
    """A sample that is no item: at which role, why, and the same without the sample's own words."""

    def __init__(self, role: str, sentence: str, cause: str) -> None:
        self.role, self.sentence, self.cause = role, sentence, cause
        super().__init__(sentence)


class ItemIdentity(NamedTuple):
    """What makes an item one: no two have the same."""

    persona: str
    trait: str
    order: str
    wording: str
    cue: str
    repeat: int


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
class PromptTexts:
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
    prompts: dict[tuple[str, str], "PromptTexts"] = field(default_factory=dict)
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
        values = _Values(self.mapping, sample)
        identity = _identity(values)
        about = self._person(values, identity.persona, number)
        trait = self._trait(values, identity.trait)
        rating, kind, raw = _answer(values, lenient=self.mapping.lenient)
        item = MappedItem(
            sample=number,
            identity=identity,
            rating=rating,
            kind=kind,
            raw=raw,
            numbers={name: _count(values, name) for name in _COUNTS},
            probabilities=_probabilities(values),
        )
        first = self._seen.setdefault(identity, number)
        if first != number:
            raise _repeated(identity, first)
        self.people.setdefault(identity.persona, (number, about))
        self.traits.setdefault(identity.trait, trait)
        model = values.text("model")
        self.models.update([model] if model else [])
        self.items.append(item)
        prompts = self.prompts.setdefault((identity.wording, identity.cue), PromptTexts())
        prompts.note(values.text("prompt"), values.text("template"))

    def _person(self, values: "_Values", persona: str, number: int) -> dict[str, Any]:
        """Return what the sample says of its person; raises Unmapped where another one differs."""
        if self.known_people:
            return {}
        about = {name: values.attribute(name) for name in self.mapping.attributes}
        first, known = self.people.get(persona, (number, about))
        for name, value in about.items():
            if value != known[name]:
                said = f"'{_short(persona)}' has {name} '{_short(value)}' here"
                sentence = f"{said} and '{_short(known[name])}' in sample {first}."
                raise Unmapped(name, sentence, "another sample says something else of the person")
        return about

    def _trait(self, values: "_Values", trait: str) -> dict[str, Any]:
        about = {name: values.text(name) for name in _OF_TRAIT if name in self.mapping.roles}
        if "trait_valence" in about:
            about["trait_valence"] = _valence(about["trait_valence"])
        category = about.get("trait_category", "")
        if len(category) > MAX_CATEGORY_LENGTH or not category.isprintable():
            sentence = f"Give at most {MAX_CATEGORY_LENGTH} printable characters."
            raise Unmapped("trait_category", sentence, "too long, or not printable")
        known = self.traits.get(trait, about)
        for name, value in about.items():
            if value != known[name]:
                said = f"'{_short(trait)}' has {name} '{_short(value)}' here"
                sentence = f"{said} and '{_short(known[name])}' before."
                raise Unmapped(name, sentence, "another sample says something else of the trait")
        return about


class _Values:
    """The values of a sample by role, in the words of this platform."""

    def __init__(self, mapping: ItemMapping, sample: FlatSample) -> None:
        self._mapping, self._sample = mapping, sample

    def has(self, role: str) -> bool:
        """Return whether the mapping gives the role a field or a constant."""
        return role in self._mapping.roles

    def text(self, role: str) -> str:
        """Return the value of a role as text, empty where there is none."""
        path = self._mapping.roles.get(role)
        return "" if path is None else _as_text(self._worded(role, self._read(path)))

    def needed(self, role: str) -> str:
        """Return the value of a role; raises Unmapped where the sample has none."""
        value = self.text(role)
        if not value:
            path = self._mapping.roles[role]
            raise Unmapped(role, f"'{path[:60]}' is missing or empty.", "missing or empty")
        return value

    def value(self, role: str) -> Any:
        """Return the value of a role as the sample has it."""
        path = self._mapping.roles.get(role)
        return None if path is None else self._worded(role, self._read(path))

    def attribute(self, name: str) -> Any:
        """Return an attribute of the person, None where it is not known.

        Raises Unmapped for a sample that does not have the field at all.
        """
        path = self._mapping.attributes[name]
        if not path.startswith(CONSTANT) and path not in self._sample:
            raise Unmapped(name, f"'{path[:60]}' is missing.", "the attribute is missing")
        value = self._worded(name, self._read(path))
        return None if value is None or value == "" else value

    def _read(self, path: str) -> Any:
        return path[1:] if path.startswith(CONSTANT) else self._sample.get(path)

    def _worded(self, role: str, value: Any) -> Any:
        words = self._mapping.values.get(role)
        return words.get(_as_text(value), value) if words else value


def _identity(values: _Values) -> ItemIdentity:
    order = values.needed("order").casefold()
    if order not in ORDERS:
        said = f"'{_short(order)}' is no order of the scale"
        raise Unmapped(
            "order", f"{said}: give in (1 is the least) or rev.", "no order of the scale"
        )
    return ItemIdentity(
        persona=values.needed("persona"),
        trait=values.needed("trait"),
        order=order,
        wording=_level(values, "wording"),
        cue=_level(values, "cue"),
        repeat=_repeat(values),
    )


def _level(values: _Values, role: str) -> str:
    """Return the level of a factor; UNSTATED where the file has none."""
    return values.text(role)[:MAX_LEVEL] or UNSTATED


def _repeat(values: _Values) -> int:
    number = _count(values, "repeat")
    if number is not None and number > MAX_REPEAT:
        raise Unmapped("repeat", f"'{number}' is above {MAX_REPEAT}.", "no repeat")
    return number or 0


def _answer(values: _Values, *, lenient: bool) -> tuple[int | None, str | None, str]:
    """Return rating, kind of failure and text of an answer; raises Unmapped where it has none."""
    outcome = values.text("outcome").casefold()
    raw = values.text("text")
    if values.text("finish") in FILTERS:
        return None, FILTERED, _stored(raw)
    if outcome not in ACCEPTED:
        if not _KIND.fullmatch(outcome):
            sentence = f"'{_short(outcome)}' is no kind of failure: give a word such as refusal."
            raise Unmapped("outcome", sentence, "no kind of failure")
        return None, outcome, _stored(raw)
    if values.has("rating") and values.text("rating"):
        return _rating(values.value("rating")), None, _stored(raw)
    if not values.has("text"):
        raise Unmapped("rating", "There is no rating.", "no rating")
    if not raw:
        raise Unmapped("text", "There is neither a rating nor a text.", "neither rating nor text")
    finish = CUT if values.text("finish") in CUTS else "stop"
    parsed = parse_answer(raw, finish_reason=finish, lenient=lenient)
    if parsed.kind == SERVER_ERROR:
        raise Unmapped("text", "The text is a server's error page.", "a server's error page")
    return parsed.rating, None if parsed.kind == OK else parsed.kind, _stored(raw)


def _rating(given: Any) -> int:
    number = _number(given)
    if number is None or number != int(number) or not MIN_RATING <= number <= MAX_RATING:
        sentence = f"'{_short(given)}' is no whole number from {MIN_RATING} to {MAX_RATING}."
        raise Unmapped("rating", sentence, f"no whole number from {MIN_RATING} to {MAX_RATING}")
    return int(number)


def _count(values: _Values, role: str) -> int | None:
    text = values.text(role)
    if not text:
        return None
    number = _number(text)
    if number is None or number != int(number) or not 0 <= number < 2**31:
        sentence = f"'{_short(text)}' is no whole number of 0 or more."
        raise Unmapped(role, sentence, "no whole number of 0 or more")
    return int(number)


def _probabilities(values: _Values) -> dict[str, float] | None:
    options: dict[str, float] = {}
    for name in PROBABILITIES:
        text = values.text(name)
        number = _number(text) if text else None
        if text and (number is None or not 0 <= number <= 1):
            raise Unmapped(name, f"'{_short(text)}' is no share from 0 to 1.", "no share")
        if number is not None:
            options[name[-1]] = number
    return options or None


def _valence(text: str) -> int | None:
    if not text:
        return None
    number = _number(text)
    if number not in (-1, 0, 1):
        sentence = f"'{_short(text)}' is no valence: give -1, 0 or 1."
        raise Unmapped("trait_valence", sentence, "no valence")
    return int(number)


def _number(given: Any) -> float | None:
    """Return a finite number; a text is read as one, true and false are none."""
    if isinstance(given, bool):
        return None
    try:
        number = float(given)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 2**53 else None  # neither NaN nor infinity


def _repeated(identity: ItemIdentity, first: int) -> Unmapped:
    said = f"persona '{_short(identity.persona)}', trait '{_short(identity.trait)}'"
    sentence = (
        f"It repeats sample {first}: {said}, order {identity.order}, repeat {identity.repeat}."
    )
    return Unmapped("repeat", sentence, "the item is there already: no repeat tells them apart")


def _stored(raw: str) -> str:
    return raw.replace("\0", "")[:MAX_RAW]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == value and value == int(value):
        return str(int(value))
    return str(value).strip()


def _short(value: Any) -> str:
    return _as_text(value)[:40]


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
            *(one.numbers[name] for name in _COUNTS),
            one.probabilities,
        ]
