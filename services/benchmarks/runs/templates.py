"""The templates of a run: its wordings and cues, and which attributes they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

from app.models.persona import Persona
from services.benchmarks.domain.countries import BY_NAME
from services.benchmarks.domain.personas import DescribedPersona
from services.benchmarks.domain.prompt_texts import GERMAN
from services.benchmarks.domain.prompts import (
    Message,
    PromptTemplate,
    build_messages,
    retry_suffix,
    template_digest,
    visible_attributes,
)
from services.benchmarks.runs.origin import is_imported
from services.benchmarks.runs.ports import Item
from services.benchmarks.runs.types import BenchmarkRequest


def describe_templates(request: BenchmarkRequest) -> list[dict[str, Any]]:
    """Return name, digest and visible attributes of each template that the run uses."""
    return [
        {
            "name": template.name,
            "sha256": template_digest(template),
            "visible": visible_attributes(template),
        }
        for template in (
            _template(request.language, wording, cue, request.include_rationale)
            for wording, cue in product(request.wordings, request.cues)
        )
    ]


def template_of(manifest: Mapping[str, Any], wording: int, cue: int) -> PromptTemplate:
    """Return the template of an item: ``wording`` and ``cue`` are places in the lists."""
    prompt = manifest["prompt"]
    return _template(
        prompt["language"],
        prompt["wordings"][wording],
        prompt["cues"][cue],
        prompt["include_rationale"],
    )


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One conversation about an item, and what is added once when it is asked again."""

    messages: list[Message]
    retry_suffix: str


def prompt_of(manifest: Mapping[str, Any], item: Item) -> Prompt:
    """Return the prompt of an item, in the words that the manifest fixes.

    Of an imported run the prompts are not known: there is no message.
    """
    if is_imported(manifest):
        return Prompt(messages=[], retry_suffix="")
    template = template_of(manifest, item.key.wording, item.key.cue)
    messages = build_messages(
        described(item.persona, item.texts),
        adjective_of(item.trait, template.language),
        template,
        scale_reversed=item.key.scale_order == "rev",
        system_prompt=manifest["prompt"]["system_prompt"],
    )
    return Prompt(messages=messages, retry_suffix=retry_suffix(template))


def described(row: Persona, texts: Mapping[str, str] = MappingProxyType({})) -> DescribedPersona:
    """Return a persona as prompts know it; a name of its own stays, whatever ``texts`` have."""
    country = BY_NAME.get(row.origin or "")
    return DescribedPersona(
        uuid=row.uuid,
        name=row.name or texts.get("name"),
        appearance=texts.get("appearance"),
        biography=texts.get("biography"),
        age=row.age,
        gender=row.gender,
        education=row.education,
        occupation=row.occupation,
        marriage_status=row.marriage_status,
        migration_status=row.migration_status,
        religion=row.religion,
        sexuality=row.sexuality,
        origin_country=row.origin,
        origin_country_de=country.name_de if country else None,
        origin_region=row.origin_region,
        origin_subregion=row.origin_subregion,
    )


def adjective_of(trait: Mapping[str, Any], language: str | None) -> str:
    """Return the adjective in the language of the prompts, else in English."""
    return str((trait["adjective_de"] if language == GERMAN else None) or trait["adjective"])


def shown_attributes(manifest: Mapping[str, Any]) -> dict[str, bool]:
    """Return of each attribute whether any template of the run shows it."""
    return shown_by(manifest["templates"])


def shown_by(templates: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    """Return of each attribute whether any of these described templates shows it."""
    shown: dict[str, bool] = {}
    for template in templates:
        for attribute, cue in template["visible"].items():
            shown[attribute] = shown.get(attribute, False) or cue is not None
    return shown


def _template(language: str, wording: str, cue: str, rationale: bool) -> PromptTemplate:  # noqa: FBT001
    return PromptTemplate(
        language=language, paraphrase=wording, cue=cue, include_rationale=rationale
    )
