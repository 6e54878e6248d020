"""The values of a foreign sample by their role, read as this platform's: or why they cannot be."""

import re
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
from services.benchmarks.domain.flat_samples import FlatSample
from services.benchmarks.domain.item_mapping import CONSTANT, PROBABILITIES, ItemMapping
from services.benchmarks.domain.levels import UNSTATED

ORDERS = ("in", "rev")
ACCEPTED = frozenset(("", "ok", "accepted", "none"))
FILTERS = frozenset(("content_filter",))
CUTS = frozenset((CUT, "max_tokens", "model_length"))  # as Inspect calls them
MAX_RAW, MAX_LEVEL, MAX_REPEAT = 2000, 100, 10_000  # characters of a text and a level; a number
_KIND = re.compile(r"[a-z][a-z_]{0,39}")


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


class SampleValues:
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


def identity_of(values: SampleValues) -> ItemIdentity:
    """Return what makes the sample an item; raises Unmapped where a part is missing."""
    order = values.needed("order").casefold()
    if order not in ORDERS:
        sentence = f"'{short(order)}' is no order of the scale: give in (1 is the least) or rev."
        raise Unmapped("order", sentence, "no order of the scale")
    return ItemIdentity(
        persona=values.needed("persona"),
        trait=values.needed("trait"),
        order=order,
        wording=_level(values, "wording"),
        cue=_level(values, "cue"),
        repeat=_repeat(values),
    )


def _level(values: SampleValues, role: str) -> str:
    """Return the level of a factor; UNSTATED where the file has none."""
    return values.text(role)[:MAX_LEVEL] or UNSTATED


def _repeat(values: SampleValues) -> int:
    number = count_of(values, "repeat")
    if number is not None and number > MAX_REPEAT:
        raise Unmapped("repeat", f"'{number}' is above {MAX_REPEAT}.", "no repeat")
    return number or 0


def answer_of(values: SampleValues, *, lenient: bool) -> tuple[int | None, str | None, str]:
    """Return rating, kind of failure and text of an answer; raises Unmapped where it has none."""
    outcome = values.text("outcome").casefold()
    raw = values.text("text")
    if values.text("finish") in FILTERS:
        return None, FILTERED, _stored(raw)
    if outcome not in ACCEPTED:
        if not _KIND.fullmatch(outcome):
            sentence = f"'{short(outcome)}' is no kind of failure: give a word such as refusal."
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
        sentence = f"'{short(given)}' is no whole number from {MIN_RATING} to {MAX_RATING}."
        raise Unmapped("rating", sentence, "no whole number from 1 to 5")
    return int(number)


def count_of(values: SampleValues, role: str) -> int | None:
    """Return a whole number of 0 or more, None where there is none; raises Unmapped for another."""
    text = values.text(role)
    if not text:
        return None
    number = _number(text)
    if number is None or number != int(number) or not 0 <= number < 2**31:
        sentence = f"'{short(text)}' is no whole number of 0 or more."
        raise Unmapped(role, sentence, "no whole number of 0 or more")
    return int(number)


def probabilities_of(values: SampleValues) -> dict[str, float] | None:
    """Return the shares of the options that have one, None where none has; raises Unmapped."""
    options: dict[str, float] = {}
    for name in PROBABILITIES:
        text = values.text(name)
        number = _number(text) if text else None
        if text and (number is None or not 0 <= number <= 1):
            raise Unmapped(name, f"'{short(text)}' is no share from 0 to 1.", "no share")
        if number is not None:
            options[name[-1]] = number
    return options or None


def valence_of(text: str) -> int | None:
    """Return -1, 0 or 1, None for an empty text; raises Unmapped for another."""
    if not text:
        return None
    number = _number(text)
    if number not in (-1, 0, 1):
        sentence = f"'{short(text)}' is no valence: give -1, 0 or 1."
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


def short(value: Any) -> str:
    """Return the beginning of a value, for a sentence."""
    return _as_text(value)[:40]
