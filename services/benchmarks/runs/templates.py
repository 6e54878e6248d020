"""The templates of a run: its wordings and cues, and which attributes they show."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from services.benchmarks.domain.prompts import (
    PromptTemplate,
    template_digest,
    visible_attributes,
)
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


def shown_attributes(manifest: Mapping[str, Any]) -> dict[str, bool]:
    """Return of each attribute whether any template of the run shows it."""
    shown: dict[str, bool] = {}
    for template in manifest["templates"]:
        for attribute, cue in template["visible"].items():
            shown[attribute] = shown.get(attribute, False) or cue is not None
    return shown


def _template(language: str, wording: str, cue: str, rationale: bool) -> PromptTemplate:  # noqa: FBT001
    return PromptTemplate(
        language=language, paraphrase=wording, cue=cue, include_rationale=rationale
    )
