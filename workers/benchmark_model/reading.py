"""What the simulated model reads in a prompt, as text: the person, the trait, the scale.

It knows nothing else: an attribute that the prompt does not show cannot have an effect.
"""

import re
from dataclasses import dataclass
from functools import cache

from services.benchmarks.domain.names import NAMES
from services.benchmarks.domain.prompt_texts import TEXTS
from workers.benchmark_model.countries import COUNTRIES
from workers.benchmark_model.effects import PersonGroup

_OPTION = re.compile(r"^\W*([1-5])\s*[=:.)\-–]\s*(.+?)\s*$", re.MULTILINE)
_LOW = re.compile(r"^(?:not at all|gar nicht|überhaupt nicht|not)\b\s*(.*)$", re.IGNORECASE)
_HIGH = re.compile(r"^(?:very|extremely|sehr|äußerst)\b\s*(.*)$", re.IGNORECASE)
_AGE = re.compile(
    r"(?:\bage|\balter)\W{1,4}(\d{1,3})\b|\b(\d{1,3})[- ](?:years?[- ]old|jahre alt|-jährige)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d+)\s*(?:[-–]\s*(\d+)|\+)")
_WORDS = {  # besides what the prompts of this platform write
    "female": ("woman", "frau"),
    "male": ("mann",),
    "diverse": ("non-binary", "nonbinary", "nichtbinär"),
    "Muslims": ("islam", "muslima"),
    "Jews": ("jewish", "jude", "jüdin"),
    "Christians": ("christin", "christ"),
}
_WOMEN, _MEN = 0, 1


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """A prompt: what is said about the person, the adjective, whether the scale is reversed.

    ``rationale`` is whether one is asked for; ``german`` the language of the answer.
    """

    person: str
    adjective: str
    is_reversed: bool
    rationale: bool
    german: bool


def read_prompt(text: str) -> ReadPrompt | None:
    """Return what ``text`` asks; None where it holds no scale from 1 to 5."""
    options = list(_OPTION.finditer(text))
    texts = {int(one[1]): one[2] for one in options}
    if len(texts) < 5:
        return None
    first, last = texts[1], texts[5]
    is_reversed = bool(_HIGH.match(first) or _LOW.match(last))
    high = _HIGH.match(first if is_reversed else last)
    adjective = high[1] if high else ""
    return ReadPrompt(
        person=text[: options[0].start()],
        adjective=adjective.strip(" .,;").lower(),
        is_reversed=is_reversed,
        rationale='"rationale"' in text,
        german=bool(re.search(r"\b(?:sehr|gar nicht|überhaupt nicht)\b", f"{first} {last}")),
    )


def shows(person: str, group: PersonGroup) -> bool:
    """Return whether the text about a person shows that it is one of ``group``."""
    if group.attribute in ("age", "age_group"):
        return any(_in_span(person, value) for value in group.values)
    return any(_pattern(group.attribute, value).search(person) for value in group.values)


def _in_span(person: str, value: str) -> bool:
    match = _AGE.search(person)
    if not match:
        return False
    age = int(match[1] or match[2])
    span = _SPAN.fullmatch(value.strip())
    if not span:
        return str(age) == value.strip()
    return int(span[1]) <= age <= int(span[2] or 1000)


@cache
def _pattern(attribute: str, value: str) -> re.Pattern[str]:
    """Return a pattern of all words that show ``value``: labels, prose, countries and names."""
    words = {value, value.replace("_", " "), *_WORDS.get(value, ())}
    words |= {texts.values[value] for texts in TEXTS.values() if value in texts.values}
    if attribute == "gender":
        place = {"female": _WOMEN, "male": _MEN}.get(value)
        words |= {name for pair in NAMES.values() if place is not None for name in pair[place]}
    if attribute.startswith("origin"):
        words |= set(COUNTRIES.get(value, ()))
        words |= {name for names in NAMES.get(value, ()) for name in names}
    joined = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)
