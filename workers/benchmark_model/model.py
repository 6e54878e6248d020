"""The answers of the simulated model: pure, and the same for the same prompt and seed.

A rating is 3 plus what the trait, the person, the item and the effects add. It is rounded up with
the probability of its fraction, so means are exact as long as nothing leaves the scale.
"""

import hashlib
import json
import math
from dataclasses import dataclass, field
from statistics import NormalDist

from services.benchmarks.domain.traits import DEFAULT_TRAITS
from workers.benchmark_model.effects import GroupEffect, GroupRefusals
from workers.benchmark_model.reading import ReadPrompt, read_prompt, shows
from workers.benchmark_model.summarising import is_summary_demanded, written_summary
from workers.benchmark_model.writing import (
    is_writing_demanded,
    person_in,
    written_person,
)

_NORMAL = NormalDist()
_TRAITS = {name: one for one in DEFAULT_TRAITS for name in (one.en, one.de)}
_CODE = ("code word is ", "What is the code word")
BROKEN = (
    "I would say {rating} out of 5.",
    '{{"rating": "{rating}"}}',
    '{{"rating": {rating}',
    "**Rating:** {rating}",
    '{{"score": {rating}}}',
)
SORRY = {
    True: "Als KI-Modell möchte ich keine Einschätzung über diese Person abgeben.",
    False: "I'm sorry, but I can't rate a person on this.",
}
REASONS = {True: "Das ist mein Eindruck aus den Angaben.", False: "That is my impression."}
LEAK = 0.002  # probability that is left for what is no option


@dataclass(frozen=True, kw_only=True)
class SimulationSettings:
    """What the model does; standard deviations and shifts are in rating points.

    ``position`` is added to the number that is written, whichever way the scale goes;
    ``broken`` is the share of answers that cannot be read.
    """

    seed: int = 0
    effects: tuple[GroupEffect, ...] = ()
    refusals: tuple[GroupRefusals, ...] = ()
    position: float = 0.0
    broken: float = 0.0
    person_sd: float = 0.3
    item_sd: float = 0.4
    trait_sd: float = 0.2


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """An answer; ``options`` are the probabilities of 1 to 5 where it is a rating."""

    text: str
    rating: int | None = None
    options: dict[int, float] = field(default_factory=dict)


def answer(settings: SimulationSettings, text: str, salt: str = "") -> SimulatedAnswer:
    """Return the answer to the prompt ``text``; ``salt`` stands for what sampling changes."""
    if _CODE[0] in text and _CODE[1] in text:
        words = text.partition(_CODE[0])[2].split(maxsplit=1)
        return SimulatedAnswer(words[0].rstrip(".,"))
    if _CODE[1] in text:
        return SimulatedAnswer("I do not know.")
    if is_summary_demanded(text):
        return SimulatedAnswer(written_summary(text))
    if is_writing_demanded(text):
        return SimulatedAnswer(_text_about(settings, text, salt))
    prompt = read_prompt(text)
    if prompt is None:
        return SimulatedAnswer("OK.")
    refuses, breaks, rounding = _uniforms(settings.seed, "answer", text, salt)
    for one in settings.refusals:
        if refuses < one.share and shows(prompt.person, one.group):
            return SimulatedAnswer(SORRY[prompt.german])
    options = rating_options(settings, prompt)
    rating = _drawn(options, rounding)
    if breaks < settings.broken:
        form = BROKEN[int(breaks / settings.broken * len(BROKEN))]
        return SimulatedAnswer(form.format(rating=rating))
    return SimulatedAnswer(_written(prompt, rating), rating, options)


def _text_about(settings: SimulationSettings, text: str, salt: str) -> str:
    """Return what is written about the person in ``text``, with refusals and broken answers."""
    refuses, breaks, _ = _uniforms(settings.seed, "writing", text, salt)
    person = person_in(text)
    if any(refuses < one.share and shows(person, one.group) for one in settings.refusals):
        return SORRY["JSON-Objekt" in text]
    written = written_person(settings.seed, text, salt)
    return written[: len(written) // 2] if breaks < settings.broken else written


def rating_options(settings: SimulationSettings, prompt: ReadPrompt) -> dict[int, float]:
    """Return the probabilities of the numbers that may be written; their mean is the rating."""
    value = min(5.0, max(1.0, _value(settings, prompt)))
    low = math.floor(value)
    share = value - low
    return {low: 1 - share, low + 1: share} if share else {low: 1.0}


def _value(settings: SimulationSettings, prompt: ReadPrompt) -> float:
    """Return the number that the model would write if it could write fractions."""
    trait = _TRAITS.get(prompt.adjective)
    sign = trait.valence if trait else 1
    adjectives = {prompt.adjective} | ({trait.en, trait.de} if trait else set())
    person = _normal(settings.seed, "person", _description(prompt))
    item = _normal(settings.seed, "item", prompt.person, prompt.adjective)
    favour = settings.person_sd * person + settings.item_sd * item
    amount = settings.trait_sd * _normal(settings.seed, "trait", prompt.adjective)
    for effect in settings.effects:
        if shows(prompt.person, effect.group):
            if effect.trait in adjectives:
                amount += effect.size
            elif effect.trait is None or (trait and effect.trait == trait.category):
                favour += effect.size
    value = 3.0 + amount + sign * favour
    return (6.0 - value if prompt.is_reversed else value) + settings.position


def _description(prompt: ReadPrompt) -> str:
    """Return what is said about the person, without the question: the same for all traits."""
    lines = prompt.person.splitlines()
    return "\n".join(line for line in lines if (prompt.adjective or "?") not in line.lower())


def _drawn(options: dict[int, float], uniform: float) -> int:
    total = 0.0
    for number, share in options.items():
        total += share
        if uniform < total:
            return number
    return max(options)


def _written(prompt: ReadPrompt, rating: int) -> str:
    fields: dict[str, object] = {"rationale": REASONS[prompt.german]} if prompt.rationale else {}
    return json.dumps({**fields, "rating": rating}, ensure_ascii=False)


def _uniforms(seed: int, *parts: str) -> tuple[float, float, float]:
    """Return three numbers from 0 to below 1 that depend on nothing but the arguments."""
    digest = hashlib.blake2b("\x00".join((str(seed), *parts)).encode(), digest_size=24).digest()
    one, two, three = (int.from_bytes(digest[i : i + 8], "big") / 2**64 for i in (0, 8, 16))
    return one, two, three


def _normal(seed: int, *parts: str) -> float:
    uniform = _uniforms(seed, *parts)[0]
    return _NORMAL.inv_cdf(min(1 - 1e-12, max(1e-12, uniform)))
