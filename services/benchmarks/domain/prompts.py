"""Persona, trait and template -> the messages of one conversation with one item (contract 3.3).

A template names language, paraphrase and cue: whether groups are shown by labels, by a name or in
prose. What a template does not show, nobody can measure: see ``visible_attributes``.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from services.benchmarks.domain.names import name_of
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompt_texts import (
    GERMAN,
    PARAPHRASES,
    TEXTS,
    VERSION,
    PromptTexts,
)

LABEL, NAME, PROSE = "label", "name", "prose"
CUES = (LABEL, NAME, PROSE)
# in the contract's order; migration is shown only where a template says so
SHOWN = (
    "name",
    "age",
    "gender",
    "education",
    "occupation",
    "marriage_status",
    "origin_country",
    "religion",
    "sexuality",
    "appearance",
    "biography",
)
HINTED = ("gender", "origin_country")  # what a name stands for: it replaces their lines
# attribute of an analysis: attribute of a prompt that it is read from
ANALYSED = {
    "gender": "gender",
    "age": "age",
    "age_group": "age",
    "origin_country": "origin_country",
    "origin_region": "origin_country",
    "origin_subregion": "origin_country",
    "religion": "religion",
    "sexuality": "sexuality",
    "marriage_status": "marriage_status",
    "education": "education",
    "occupation": "occupation",
    "occupation_category": "occupation",
    "migration_status": "migration_status",
}
Message = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PromptTemplate:
    """Which texts a prompt is made of; ``version`` changes when a text does."""

    language: str = GERMAN
    paraphrase: str = "a"
    cue: str = LABEL
    include_rationale: bool = False
    attributes: tuple[str, ...] = SHOWN
    version: str = VERSION

    @property
    def name(self) -> str:
        """A short name, such as ``de-1-a-label``."""
        return f"{self.language}-{self.version}-{self.paraphrase}-{self.cue}"

    @property
    def texts(self) -> PromptTexts:
        """The texts of its language."""
        return TEXTS[self.language]


def template_faults(template: PromptTemplate) -> dict[str, str]:
    """Return what is wrong with a template: field -> sentence."""
    allowed = {
        "language": tuple(TEXTS),
        "paraphrase": PARAPHRASES,
        "cue": CUES,
        "version": (VERSION,),
    }
    faults = {
        field: f"{field} {getattr(template, field)!r} is unknown. Use {', '.join(values)}."
        for field, values in allowed.items()
        if getattr(template, field) not in values
    }
    known = (*SHOWN, "migration_status")
    unknown = [one for one in template.attributes if one not in known]
    if unknown:
        faults["attributes"] = f"{unknown[0]!r} cannot be shown. Use {', '.join(known)}."
    return faults


def template_digest(template: PromptTemplate) -> str:
    """Return the SHA-256 of the template's choices and of every text behind them, in hex."""
    texts = asdict(template.texts)
    texts["wordings"] = texts["wordings"][template.paraphrase]
    value = {"template": asdict(template), "texts": texts}
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def visible_attributes(template: PromptTemplate) -> dict[str, str | None]:
    """Return, for every attribute that can be analysed, the cue that shows it, or None.

    With the cue ``name``, gender and origin are hinted at by the name and written nowhere.
    """
    shown = set(template.attributes)
    visible = {
        attribute: (template.cue if source in shown else None)
        for attribute, source in ANALYSED.items()
    }
    if template.cue == NAME:
        for attribute, source in ANALYSED.items():
            if source in shown:
                visible[attribute] = NAME if source in HINTED else LABEL
    return visible


def persona_values(
    persona: DescribedPersona, template: PromptTemplate
) -> Iterator[tuple[str, str]]:
    """Yield (attribute, text) of what the prompt shows; what is not known is left out."""
    for attribute in template.attributes:
        value = getattr(persona, attribute)
        if template.cue == NAME and attribute == "name":
            value = name_of(persona)
        if attribute == "origin_country" and template.language == GERMAN:
            value = persona.origin_country_de or value
        hidden = template.cue == NAME and attribute in HINTED
        if value not in (None, "") and not hidden:
            yield attribute, template.texts.values.get(str(value), str(value))


def scale_options(adjective: str, template: PromptTemplate, *, scale_reversed: bool) -> list[str]:
    """Return the five options from 1 to 5; reversed, the texts change places, not the numbers."""
    steps = template.texts.scale[::-1] if scale_reversed else template.texts.scale
    middle = template.texts.scale[2]
    texts = [step if step == middle else f"{step} {adjective}" for step in steps]
    return [f"{number} = {text}" for number, text in enumerate(texts, start=1)]


def build_messages(
    persona: DescribedPersona,
    adjective: str,
    template: PromptTemplate,
    *,
    scale_reversed: bool = False,
    system_prompt: str | None = None,
) -> list[Message]:
    """Return one conversation about one item: what the system says, then what the user asks.

    ``adjective`` is in the template's language; ``system_prompt`` replaces the template's own.
    """
    texts = template.texts
    wording = texts.wordings[template.paraphrase]
    values = list(persona_values(persona, template))
    subject = dict(values).get("name") or texts.person
    rationale = template.include_rationale
    blocks = [
        _about(values, template),
        wording.question.format(adjective=adjective, subject=subject),
        wording.instruction,
        "\n".join(scale_options(adjective, template, scale_reversed=scale_reversed)),
        texts.demand_rationale if rationale else texts.demand,
        texts.sample_rationale if rationale else texts.sample,
    ]
    user = "\n\n".join(block for block in blocks if block)
    system = wording.system if system_prompt is None else system_prompt
    first = [{"role": "system", "content": system}] if system.strip() else []
    return [*first, {"role": "user", "content": user}]


def _about(values: list[tuple[str, str]], template: PromptTemplate) -> str:
    if template.cue == PROSE:
        return " ".join(template.texts.sentences[name].format(value=text) for name, text in values)
    return "\n".join(f"{template.texts.labels[name]}: {text}" for name, text in values)


def retry_suffix(template: PromptTemplate) -> str:
    """Return what is added, once, to the question of an item that is asked again."""
    texts = template.texts
    return texts.retry_rationale if template.include_rationale else texts.retry


def with_suffix(messages: list[Message], suffix: str) -> list[Message]:
    """Return ``messages`` with ``suffix`` behind the last one; never twice."""
    last = messages[-1]
    if last["content"].endswith(suffix):
        return messages
    return [*messages[:-1], {**last, "content": f"{last['content']}\n\n{suffix}"}]


def as_text(messages: list[Message]) -> str:
    """Return a conversation as the one text that a completion endpoint continues."""
    return "\n\n".join(message["content"] for message in messages)
