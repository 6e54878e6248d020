"""The manifest of a run: all that decides its answers and its conclusions, and its hash.

It is fixed before the first item. Two runs with the same hash requested the same things of the
same people in the same words.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app import strict_json
from app.models.attribute_generation import AttributeGeneration
from app.models.persona import Persona, PersonaSet, Trait
from app.version import VERSION
from services.benchmarks.domain.attributes import ATTRIBUTES
from services.benchmarks.runs.templates import describe_templates
from services.benchmarks.runs.types import BenchmarkRequest

FORMAT = 1
ALPHA = 0.05
PERMUTATIONS = 4_000  # so that the least p stays below 0.05 in a family of two hundred tests
OF_PERSONA = (
    "uuid",
    "name",
    "age",
    "gender",
    "origin",
    "origin_region",
    "origin_subregion",
    "education",
    "occupation",
    "occupation_category",
    "marriage_status",
    "migration_status",
    "religion",
    "sexuality",
)
OF_REQUEST = {
    "prompt": ("language", "wordings", "cues", "include_rationale", "system_prompt"),
    "scale": ("scale_mode", "dual_fraction", "repeats"),
    "decoding": ("temperature", "max_new_tokens", "seed", "logprobs"),
    "parsing": ("lenient", "max_attempts"),
}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The manifest and the SHA-256 of its canonical JSON, in hexadecimal digits."""

    content: Mapping[str, Any]
    hash: str


def make_manifest(
    request: BenchmarkRequest,
    personas_of: PersonaSet,
    personas: Sequence[Persona],
    traits: Sequence[Trait],
    generation: AttributeGeneration | None = None,
) -> Manifest:
    """Return the manifest of a run; ``generation`` is whose texts its prompts show."""
    requested = asdict(request)
    content: dict[str, Any] = {
        "format": FORMAT,
        "platform": VERSION,
        "model": request.model_name,
        "templates": describe_templates(request),
        "personas": {
            "dataset_id": personas_of.id,
            "n": len(personas),
            "sha256": digest_of([person_values(one) for one in personas]),
        },
        "traits": [_trait(one) for one in traits],
        "analysis": {
            "alpha": ALPHA,
            "permutations": PERMUTATIONS,
            "equivalence_margin": request.equivalence_margin,
            "attributes": list(ATTRIBUTES),
            "baselines": dict(request.baselines),
        },
    }
    for part, names in OF_REQUEST.items():
        content[part] = {name: requested[name] for name in names}
    if generation is not None:
        content["attrgen"] = _used(generation)
    return Manifest(content=content, hash=digest_of(content))


def _used(generation: AttributeGeneration) -> dict[str, Any]:
    return {
        "run_id": generation.id,
        "model": generation.model_name,
        "language": generation.manifest["prompt"]["language"],
        "keys": generation.manifest["keys"],
        "manifest_sha256": generation.manifest_hash,
        "texts_sha256": generation.texts_hash,
    }


def digest_of(content: object) -> str:
    """Return the SHA-256 of the canonical JSON of ``content``, in hexadecimal digits."""
    return hashlib.sha256(strict_json.dump_bytes(content)).hexdigest()


def person_values(one: Persona) -> list[Any]:
    """Return what of a persona decides its prompts, for hashing."""
    return [getattr(one, name) for name in OF_PERSONA]


def _trait(one: Trait) -> dict[str, Any]:
    return {
        "id": one.id,
        "code": one.code,
        "adjective": one.adjective,
        "adjective_de": one.adjective_de,
        "category": one.category,
        "valence": one.valence,
    }
