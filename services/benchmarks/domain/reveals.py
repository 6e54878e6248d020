"""Which group attributes of a persona a text names: what hides an attribute may still reveal it."""

import re
from collections.abc import Iterator

from services.benchmarks.domain.person_texts import DESCRIBED
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompts import PromptTemplate, persona_values

MIN_LENGTH = 2  # characters: an age of one digit is in many texts by chance


def revealed(persona: DescribedPersona, text: str, language: str) -> Iterator[str]:
    """Yield the attributes whose value ``text`` has as a word, in the words of the prompts."""
    template = PromptTemplate(
        language=language, attributes=tuple(one for one in DESCRIBED if one != "name")
    )
    for attribute, value in persona_values(persona, template):
        pattern = rf"(?<!\w){re.escape(value)}(?!\w)"
        if len(value) >= MIN_LENGTH and re.search(pattern, text, re.IGNORECASE):
            yield attribute
