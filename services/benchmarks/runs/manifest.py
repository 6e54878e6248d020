"""The manifest of a run: all that decides its answers and its conclusions, and its hash.

It is fixed before the first item: when the run is started, and with what the server says of its
model when it was probed. Two runs with the same hash requested the same things of the
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
from services.benchmarks.errors import CannotScore
from services.benchmarks.runs.templates import describe_templates
from services.benchmarks.runs.types import BenchmarkRequest

FORMAT = 1
ALPHA = 0.05
PERMUTATIONS = 4_000  # so that the least p stays below 0.05 in a family of two hundred tests
UNIDENTIFIED: Mapping[str, Any] = {"digest": None, "source": None, "details": {}}
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
        "model_identity": None,
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


def identified(manifest: Mapping[str, Any], identity: Mapping[str, Any]) -> Manifest:
    """Return the manifest with what the server said of its model before the first item.

    ``identity`` has ``digest`` (None where the server says none), ``source`` and ``details``.
    Raises CannotScore where a run that goes on would meet other weights than it began with.
    """
    known = manifest.get("model_identity")
    if known is not None:
        _require_same_model(known, identity)
        return Manifest(content=manifest, hash=digest_of(manifest))
    content = {**manifest, "model_identity": dict(identity)}
    return Manifest(content=content, hash=digest_of(content))


def _require_same_model(known: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    before, after = known["digest"], identity["digest"]
    if before is not None and after is not None and before != after:
        raise CannotScore(
            "The server serves other weights than this run began with: their digest is "
            f"{after}, and was {before}. Start another run."
        )


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
