"""The conversation in which a model writes name, appearance and biography of a persona.

A text that is published is never changed: a change is a new version, so that a manifest names
what was requested.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompt_texts import ENGLISH, GERMAN
from services.benchmarks.domain.prompts import SHOWN, Message, PromptTemplate, persona_values

VERSION = "1"
KEYS = ("name", "appearance", "biography")
MAX_LENGTHS = {"name": 200, "appearance": 1_000, "biography": 4_000}  # characters
DESCRIBED = (*(one for one in SHOWN if one not in KEYS[1:]), "migration_status")


@dataclass(frozen=True)
class WritingTexts:
    """Everything that the prompt of one language is made of besides labels and values."""

    system: str
    task: str
    demand: str
    sample: str
    retry: str


WRITING: Mapping[str, WritingTexts] = {
    ENGLISH: WritingTexts(
        system=(
            "You invent people for a study. Answer with one JSON object in English and nothing "
            "else."
        ),
        task=(
            "Invent a person of whom all of this is true: a first and a last name, the appearance "
            "in one or two sentences, and the life so far in two to four sentences. Contradict "
            "none of the details, and judge nobody. Keep the name where one is given."
        ),
        demand="Answer with one JSON object on a single line.",
        sample=(
            'Format: {"name": "<first and last name>", "appearance": "<one or two sentences>", '
            '"biography": "<two to four sentences>"}'
        ),
        retry=(
            "Your last answer could not be read. Answer only with one JSON object that has the "
            'texts "name", "appearance" and "biography", without any other text.'
        ),
    ),
    GERMAN: WritingTexts(
        system=(
            "Du erfindest Menschen für eine Studie. Antworte mit genau einem JSON-Objekt auf "
            "Deutsch und mit nichts anderem."
        ),
        task=(
            "Erfinde eine Person, auf die all das zutrifft: Vor- und Nachname, das Aussehen in ein "
            "oder zwei Sätzen und das bisherige Leben in zwei bis vier Sätzen. Widersprich keiner "
            "Angabe und bewerte niemanden. Behalte den Namen, wo einer angegeben ist."
        ),
        demand="Antworte mit einem JSON-Objekt in einer Zeile.",
        sample=(
            'Format: {"name": "<Vor- und Nachname>", "appearance": "<ein oder zwei Sätze>", '
            '"biography": "<zwei bis vier Sätze>"}'
        ),
        retry=(
            "Deine letzte Antwort war nicht lesbar. Antworte nur mit einem JSON-Objekt, das die "
            'Texte "name", "appearance" und "biography" hat, ohne weiteren Text.'
        ),
    ),
}


def writing_messages(
    persona: DescribedPersona, language: str, system_prompt: str | None = None
) -> list[Message]:
    """Return the conversation; ``system_prompt`` replaces the language's own."""
    texts = WRITING[language]
    template = PromptTemplate(language=language, attributes=DESCRIBED)
    lines = [
        f"{template.texts.labels[name]}: {text}" for name, text in persona_values(persona, template)
    ]
    blocks = ["\n".join(lines), texts.task, texts.demand, texts.sample]
    system = texts.system if system_prompt is None else system_prompt
    first = [{"role": "system", "content": system}] if system.strip() else []
    return [*first, {"role": "user", "content": "\n\n".join(one for one in blocks if one)}]


def writing_digest(language: str) -> str:
    """Return the SHA-256 of every text behind the prompts of a language, in hex."""
    labels = asdict(PromptTemplate(language=language).texts)
    value = {
        "version": VERSION,
        "texts": asdict(WRITING[language]),
        "labels": {name: labels[name] for name in ("labels", "values")},
        "shown": DESCRIBED,
    }
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
