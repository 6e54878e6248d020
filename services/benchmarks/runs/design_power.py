"""The smallest differences that a design shows, of each group against its baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.benchmarks.domain.attributes import ATTRIBUTES
from services.benchmarks.domain.detectable import (
    DetectableEffect,
    RatingSpread,
    baseline_of,
    detectable_effects,
)
from services.benchmarks.runs.design import RunDesign, group_sizes
from services.benchmarks.runs.manifest import ALPHA
from services.benchmarks.runs.templates import describe_templates, shown_by

POWER = 0.8


@dataclass(frozen=True, kw_only=True)
class DetectableGroup:
    """A group, its persons, and the smallest difference from the baseline that is detected.

    ``mde`` is in rating points; None for the baseline, for what prompts do not show, and for a
    group too small to be tested.
    """

    category: str
    n_personas: int
    mde: float | None


@dataclass(frozen=True, kw_only=True)
class DetectableAttribute:
    """The groups of an attribute, the largest first; ``best`` is the smallest of their effects."""

    attribute: str
    shown: bool
    baseline: str
    best: float | None
    groups: tuple[DetectableGroup, ...]


@dataclass(frozen=True, kw_only=True)
class Detectable:
    """What a design detects with ``power``, at ``alpha`` divided by the size of the family.

    ``best`` is the smallest of all differences, of ``attribute`` and ``category``; None where no
    two groups can be compared. ``ratings_per_persona`` counts each trait once: asked in several
    ways it is surer, and how much only an earlier run could say.
    """

    alpha: float
    power: float
    family: int
    ratings_per_persona: int
    margin: float
    best: float | None
    attribute: str | None
    category: str | None
    attributes: tuple[DetectableAttribute, ...]


def detectable_of(design: RunDesign, spread: RatingSpread) -> Detectable:
    """Return what the design detects, where ratings spread so, tested as the run would be."""
    request = design.request
    shown = shown_by(describe_templates(request))
    sizes = {name: group_sizes(design.personas, name) for name in ATTRIBUTES}
    effects = detectable_effects(
        {name: groups for name, groups in sizes.items() if shown.get(name)},
        len(design.traits),
        spread,
        baselines=request.baselines,
        alpha=ALPHA,
        power=POWER,
    )
    tested = [
        (effect.mde, name, group)
        for name, groups in effects.items()
        for group, effect in groups.items()
    ]
    best = min(tested, default=(None, None, None))
    return Detectable(
        alpha=ALPHA,
        power=POWER,
        family=len(tested),
        ratings_per_persona=len(design.traits),
        margin=request.equivalence_margin,
        best=best[0],
        attribute=best[1],
        category=best[2],
        attributes=_attributes(sizes, effects, request.baselines),
    )


def _attributes(
    sizes: Mapping[str, Mapping[str, int]],
    effects: Mapping[str, Mapping[str, DetectableEffect]],
    baselines: Mapping[str, str],
) -> tuple[DetectableAttribute, ...]:
    return tuple(
        DetectableAttribute(
            attribute=name,
            shown=name in effects,
            baseline=baseline_of(name, groups, baselines),
            best=_smallest([one.mde for one in effects.get(name, {}).values()]),
            groups=tuple(
                DetectableGroup(category=group, n_personas=n, mde=_mde(effects, name, group))
                for group, n in groups.items()
            ),
        )
        for name, groups in sizes.items()
    )


def _mde(
    effects: Mapping[str, Mapping[str, DetectableEffect]], attribute: str, group: str
) -> float | None:
    effect = effects.get(attribute, {}).get(group)
    return effect.mde if effect else None


def _smallest(values: Sequence[float]) -> float | None:
    return min(values, default=None)
