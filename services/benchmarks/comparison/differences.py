"""What differs between the manifests of runs, and whether a comparison of models is a fair one."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models.benchmark import BenchmarkRun

MAX_TEXT = 200  # characters of a system prompt that are shown
# What a difference means. A prompt, a setting of the answers or of their reading may itself be
# why ratings differ; of items there are only fewer in common; the analysis is the first run's.
PROMPT, DECODING, ITEMS, ANALYSIS = "prompt", "decoding", "items", "analysis"
UNFAIR = (PROMPT, DECODING)
FIELDS: Mapping[str, tuple[str, str]] = {
    "language": (PROMPT, "prompt"),
    "wordings": (PROMPT, "prompt"),
    "cues": (PROMPT, "prompt"),
    "include_rationale": (PROMPT, "prompt"),
    "system_prompt": (PROMPT, "prompt"),
    "temperature": (DECODING, "decoding"),
    "max_new_tokens": (DECODING, "decoding"),
    "seed": (DECODING, "decoding"),
    "logprobs": (DECODING, "decoding"),
    "lenient": (DECODING, "parsing"),
    "max_attempts": (DECODING, "parsing"),
    "scale_mode": (ITEMS, "scale"),
    "dual_fraction": (ITEMS, "scale"),
    "repeats": (ITEMS, "scale"),
    "equivalence_margin": (ANALYSIS, "analysis"),
    "baselines": (ANALYSIS, "analysis"),
}
OF_PROBE = ("endpoint", "json_mode", "reasoning")  # what the server turned out to do


def manifest_differences(runs: Sequence[BenchmarkRun]) -> list[dict[str, Any]]:
    """Return each setting that is not the same in all runs: field, kind and a value per run."""
    rows = [
        (field, kind, [_short(run.manifest[part][field]) for run in runs])
        for field, (kind, part) in FIELDS.items()
    ]
    rows += [
        ("templates", PROMPT, _template_names(runs)),
        ("traits", ITEMS, [len(run.manifest["traits"]) for run in runs]),
    ]
    probes = [run.probe for run in runs if run.probe]
    if len(probes) == len(runs):
        rows += [(name, DECODING, [probe.get(name) for probe in probes]) for name in OF_PROBE]
    return [
        {"field": field, "kind": kind, "values": values}
        for field, kind, values in rows
        if any(value != values[0] for value in values) or _is_other_list(field, runs)
    ]


def is_fair(differences: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether nothing but the model can be why ratings of shared items differ."""
    return not any(row["kind"] in UNFAIR for row in differences)


def _template_names(runs: Sequence[BenchmarkRun]) -> list[list[str]]:
    """Return the digests of templates that not every run has, their first eight digits."""
    digests = [{one["sha256"] for one in run.manifest["templates"]} for run in runs]
    common = set.intersection(*digests)
    return [sorted(digest[:8] for digest in some - common) for some in digests]


def _is_other_list(field: str, runs: Sequence[BenchmarkRun]) -> bool:
    """Return whether runs asked about other traits, though as many."""
    if field != "traits":
        return False
    lists = [{one["code"] for one in run.manifest["traits"]} for run in runs]
    return any(some != lists[0] for some in lists)


def _short(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > MAX_TEXT
    return f"{value[:MAX_TEXT]}…" if is_long else value
