"""Foreign samples as items of a benchmark run: each is one, or is named with why it is none."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from services.benchmarks.domain.answers import (
    CUT,
    FILTERED,
    MAX_RATING,
    MIN_RATING,
    OK,
    SERVER_ERROR,
    parse_answer,
)
from services.benchmarks.domain.faults import RowFaults
from services.benchmarks.domain.flat_samples import FlatSample
from services.benchmarks.domain.item_mapping import CONSTANT, PROBABILITIES, ItemMapping
from services.benchmarks.domain.levels import UNSTATED
from services.benchmarks.domain.trait_rules import MAX_CATEGORY_LENGTH

ORDERS = ("in", "rev")
ACCEPTED = frozenset(("", "ok", "accepted", "none"))
FILTERS = frozenset(("content_filter",))
CUTS = frozenset((CUT, "max_tokens", "model_length"))  # as Inspect calls them
MAX_RAW, MAX_LEVEL, MAX_REPEAT = 2000, 100, 10_000  # characters of a text and a level; a number
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_OF_TRAIT = ("trait_adjective", "trait_adjective_de", "trait_category", "trait_valence")
COUNTED = ("attempt", "latency_ms", "prompt_tokens", "completion_tokens")


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
            numbers={name: _count(values, name) for name in COUNTED},
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
        prompts = self.prompts.setdefault((identity.wording, identity.cue), MappedPrompts())
        prompts.note(values.text("prompt"), values.text("template"))

    def _person(self, values: "_Values", persona: str, number: int) -> dict[str, Any]:
        """Return what the sample says of its person; raises Unmapped where another one differs."""
        if self.known_people:
            return {}
        about = {name: values.attribute(name) for name in self.mapping.attributes}
        first, known = self.people.get(persona, (number, about))
        for name, value in about.items():
            if value != known[name]:
                sentence = (
                    f"'{_short(persona)}' has {name} '{_short(value)}' here "
                    f"and '{_short(known[name])}' in sample {first}."
                )
                raise Unmapped(name, sentence, "another sample says something else of the person")
        return about

    def _trait(self, values: "_Values", trait: str) -> dict[str, Any]:
        said = {name: values.text(name) for name in _OF_TRAIT if name in self.mapping.roles}
        about: dict[str, Any] = dict(said)
        if "trait_valence" in said:
            about["trait_valence"] = _valence(said["trait_valence"])
        category = said.get("trait_category", "")
        if len(category) > MAX_CATEGORY_LENGTH or not category.isprintable():
            sentence = f"Give at most {MAX_CATEGORY_LENGTH} printable characters."
            raise Unmapped("trait_category", sentence, "too long, or not printable")
        known = self.traits.get(trait, about)
        for name, value in about.items():
            if value != known[name]:
                sentence = (
                    f"'{_short(trait)}' has {name} '{_short(value)}' here "
                    f"and '{_short(known[name])}' before."
                )
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
        sentence = f"'{_short(order)}' is no order of the scale: give in (1 is the least) or rev."
        raise Unmapped("order", sentence, "no order of the scale")
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
        raise Unmapped("rating", sentence, "no whole number from 1 to 5")
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
    sentence = (
        f"It repeats sample {first}: persona '{_short(identity.persona)}', "
        f"trait '{_short(identity.trait)}', order {identity.order}, repeat {identity.repeat}."
    )
    return Unmapped("repeat", sentence, "the item is there already, with the same repeat")


def _stored(raw: str) -> str:
    return raw.replace("\0", "")[:MAX_RAW]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():  # not infinity, which JSON may hold
        return str(int(value))
    return str(value).strip()


def _short(value: Any) -> str:
    return _as_text(value)[:40]
