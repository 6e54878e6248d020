"""What a client of benchmarks has to know before it starts one: names, templates, the plan."""

from typing import Any

from app.models.benchmark_queue import ENTRY_TYPES
from app.models.persona import PERSONA_SET_KINDS
from services.benchmarks.domain.attributes import ATTRIBUTES
from services.benchmarks.domain.intensity import MIN_PERSONAS
from services.benchmarks.domain.prompt_texts import PARAPHRASES, TEXTS, VERSION
from services.benchmarks.domain.prompts import CUES
from services.benchmarks.exports.forms import FORMS
from services.benchmarks.personas.types import MAX_PERSONAS
from services.benchmarks.runs.manifest import ALPHA, PERMUTATIONS
from services.benchmarks.runs.templates import describe_templates
from services.benchmarks.runs.types import DEFAULT_MARGIN, BenchmarkRequest
from services.benchmarks.runs.words import STATUSES


def describe_benchmarks() -> dict[str, Any]:
    """Return languages, templates, the analysis that every plan has, and the words of lists."""
    return {
        "languages": list(TEXTS),
        "template_version": VERSION,
        "templates": [one for language in TEXTS for one in _templates(language)],
        "analysis": {
            "alpha": ALPHA,
            "permutations": PERMUTATIONS,
            "equivalence_margin": DEFAULT_MARGIN,
            "min_personas": MIN_PERSONAS,
            "attributes": list(ATTRIBUTES),
        },
        "statuses": list(STATUSES),
        "dataset_kinds": list(PERSONA_SET_KINDS),
        "queue_types": list(ENTRY_TYPES),
        "export_formats": list(FORMS),
        "max_personas": MAX_PERSONAS,
    }


def _templates(language: str) -> list[dict[str, Any]]:
    every = BenchmarkRequest(
        dataset_id=0, model_name="", language=language, wordings=PARAPHRASES, cues=CUES
    )
    return [{"language": language, **one} for one in describe_templates(every)]
