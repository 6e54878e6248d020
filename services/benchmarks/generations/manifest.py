"""The manifest of an attribute generation: all that decides its texts, and its hash."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models.persona import Persona, PersonaSet
from app.version import VERSION
from services.benchmarks.domain import person_texts
from services.benchmarks.domain.person_texts import KEYS, writing_digest
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.runs.manifest import Manifest, digest_of, person_values

FORMAT = 1


def make_generation_manifest(
    request: GenerationRequest, personas_of: PersonaSet, personas: Sequence[Persona]
) -> Manifest:
    """Return the manifest of an attribute generation."""
    content: Mapping[str, Any] = {
        "format": FORMAT,
        "platform": VERSION,
        "model": request.model_name,
        "keys": list(KEYS),
        "personas": {
            "dataset_id": personas_of.id,
            "n": len(personas),
            "sha256": digest_of([person_values(one) for one in personas]),
        },
        "prompt": {
            "language": request.language,
            "version": person_texts.VERSION,
            "sha256": writing_digest(request.language),
            "system_prompt": request.system_prompt,
        },
        "decoding": {
            "temperature": request.temperature,
            "max_new_tokens": request.max_new_tokens,
            "seed": request.seed,
        },
        "parsing": {"max_attempts": request.max_attempts},
    }
    return Manifest(content=content, hash=digest_of(content))
