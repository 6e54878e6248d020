"""What was fixed before a run about its analysis."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.benchmarks.domain.resampling import Resampling
from services.benchmarks.runs.templates import shown_attributes

Question = Mapping[str, Any]  # what was requested beside the run: an attribute, a category
Answer = dict[str, Any]  # in the words of the wire, at full precision


@dataclass(frozen=True, kw_only=True)
class AnalysisPlan:
    """Attributes in their order, those that prompts show, baselines that were chosen before.

    ``equivalence_margin`` is in rating points.
    """

    attributes: tuple[str, ...]
    shown: frozenset[str]
    baselines: Mapping[str, str]
    alpha: float
    equivalence_margin: float
    resampling: Resampling


def plan_of(manifest: Mapping[str, Any]) -> AnalysisPlan:
    """Return the plan in a run's manifest."""
    said = manifest["analysis"]
    shown = shown_attributes(manifest)
    return AnalysisPlan(
        attributes=tuple(said["attributes"]),
        shown=frozenset(name for name in said["attributes"] if shown.get(name)),
        baselines=said["baselines"],
        alpha=said["alpha"],
        equivalence_margin=said["equivalence_margin"],
        resampling=Resampling(permutations=said["permutations"]),
    )
