"""The manifest of an imported run: what the file says of how it came about; the rest is None."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models.persona import Persona, PersonaSet
from app.version import VERSION
from services.benchmarks.domain.attributes import ATTRIBUTES
from services.benchmarks.domain.prompts import PromptTemplate, template_faults, visible_attributes
from services.benchmarks.imported.read import ReadRatings
from services.benchmarks.imported.types import RatingsUpload
from services.benchmarks.runs.manifest import (
    ALPHA,
    FORMAT,
    PERMUTATIONS,
    UNIDENTIFIED,
    Manifest,
    digest_of,
    person_values,
)
from services.benchmarks.runs.origin import IMPORTED, STATED

UNKNOWN_MODEL = "unknown"
OF_AGE = "age_group"


def model_of(upload: RatingsUpload, summary: Mapping[str, Any]) -> str:
    """Return the name of the model: as stated, as the file says, as most of its items say."""
    named = next(iter(summary.get("models", {})), None)
    name = upload.model_name or summary["model"] or named or UNKNOWN_MODEL
    shown = " ".join(str(name).split())[:200]
    return shown if shown.isprintable() else UNKNOWN_MODEL


def manifest_of(
    upload: RatingsUpload,
    read: ReadRatings,
    people: PersonaSet,
    personas: Sequence[Persona],
    traits: Sequence[Mapping[str, Any]],
) -> Manifest:
    """Return the manifest; its hash covers the file's."""
    summary = read.summary
    templates = templates_of(read)
    content: dict[str, Any] = {
        "format": FORMAT,
        "platform": VERSION,
        "origin": IMPORTED,
        "model": model_of(upload, summary),
        "model_identity": dict(UNIDENTIFIED),
        "templates": templates,
        "personas": {
            "dataset_id": people.id,
            "n": len(personas),
            "sha256": digest_of([person_values(one) for one in personas]),
        },
        "traits": list(traits),
        "analysis": _analysis(upload),
        "prompt": _prompt(upload, read),
        "scale": {
            "scale_mode": summary["scale_mode"],
            "dual_fraction": summary["dual_fraction"],
            "repeats": len(summary["repeats"]),
        },
        "decoding": _decoding(summary["decoding"]),
        "parsing": {"lenient": summary["mapping"]["lenient"], "max_attempts": None},
        "source": source_of(upload, read),
    }
    return Manifest(content=content, hash=digest_of(content))


def _analysis(upload: RatingsUpload) -> dict[str, Any]:
    return {
        "alpha": ALPHA,
        "permutations": PERMUTATIONS,
        "equivalence_margin": upload.equivalence_margin,
        "attributes": list(ATTRIBUTES),
        "baselines": {},
    }


def _prompt(upload: RatingsUpload, read: ReadRatings) -> dict[str, Any]:
    return {
        "language": upload.language or _language(read),
        "wordings": list(read.summary["wordings"]),
        "cues": list(read.summary["cues"]),
        "include_rationale": None,
        "system_prompt": None,
    }


def source_of(upload: RatingsUpload, read: ReadRatings) -> dict[str, Any]:
    """Return what is kept of the file: its hash, what it says of itself, what was not mapped."""
    summary = read.summary
    kept = ("task", "tool", "created", "mapping", "mapping_from", "num_samples", "num_items")
    return {
        "kind": upload.kind,
        "name": read.name,
        "sha256": read.sha256,
        "bytes": read.size_bytes,
        **{name: summary[name] for name in (*kept, "left", "unused", "left_of_file")},
        "shown_stated": summary["mapping"]["shown"] is not None,
    }


def templates_of(read: ReadRatings) -> list[dict[str, Any]]:
    """Return name, digest and visible attributes of each wording and cue, in their order.

    Where the file names a template of this platform, it is known what that shows; else attributes
    are shown that were stated, or without a word of it all that the file has. The digest is that of
    the prompts, or of the file where it does not have them.
    """
    summary = read.summary
    stated = dict.fromkeys(shown_attributes(summary["mapping"]), STATED)
    levels = [(one, cue) for one in summary["wordings"] for cue in summary["cues"]]
    rows = []
    for (wording, cue), one in zip(levels, summary["templates"], strict=True):
        own = _own_template(one["name"])
        name = own.name if own else f"{IMPORTED}-{wording}-{cue}"
        shown = visible_attributes(own) if own and summary["mapping"]["shown"] is None else stated
        rows.append(
            {
                "name": name,
                "sha256": one["sha256"] or digest_of([read.sha256, name]),
                "visible": {attribute: shown.get(attribute) for attribute in ATTRIBUTES},
            }
        )
    return rows


def shown_attributes(mapping: Mapping[str, Any]) -> list[str]:
    """Return the attributes that can be analysed and that prompts are taken to have shown."""
    if mapping["shown"] is not None:
        return list(mapping["shown"])
    mapped = set(mapping["attributes"])
    mapped |= {OF_AGE} if "age" in mapped else set()
    mapped |= {"origin_region", "origin_subregion"} if "origin" in mapped else set()
    return [name for name in ATTRIBUTES if name in mapped]


def _own_template(name: str | None) -> PromptTemplate | None:
    parts = (name or "").split("-")
    if len(parts) != 4:
        return None
    language, version, paraphrase, cue = parts
    template = PromptTemplate(language=language, version=version, paraphrase=paraphrase, cue=cue)
    return None if template_faults(template) else template


def _language(read: ReadRatings) -> str | None:
    """Return the language of the templates of this platform, None where nothing says it."""
    own = [_own_template(one["name"]) for one in read.summary["templates"]]
    languages = {one.language if one else None for one in own}
    return languages.pop() if len(languages) == 1 else None


def _decoding(said: Mapping[str, Any]) -> dict[str, Any]:
    names = ("temperature", "max_new_tokens", "seed", "logprobs")
    return {name: said.get(name) for name in names}
