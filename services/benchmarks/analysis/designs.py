"""What the design of a run allows beside groups: twins, repeats and wordings, intersections."""

from typing import Any

from services.benchmarks.analysis.load import RunData
from services.benchmarks.analysis.plain import plain
from services.benchmarks.analysis.plan import AnalysisPlan, Answer, Question
from services.benchmarks.domain.counterfactual import (
    CounterfactualEffects,
    compute_counterfactual,
)
from services.benchmarks.domain.detectable import measured_spread
from services.benchmarks.domain.intersections import compute_intersections
from services.benchmarks.domain.mixed import compute_mixed
from services.benchmarks.domain.repeats import compute_repeat_agreement
from services.benchmarks.domain.resampling import Family
from services.benchmarks.domain.stability import compute_variance_shares
from services.benchmarks.domain.twins import widest_pairs

GROUPED = {"age": "age_group", "origin": "origin_region"}  # what prompts show of an axis
WIDEST = 20  # pairs of an attribute that are listed one by one

NOT_SHOWN = "No prompt shows this attribute: its groups are compared nowhere."


def counterfactual(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return twin minus source for each attribute that a twin differs in; the pair is the unit."""
    attributes = sorted({link.attribute for link in data.twins})
    effects = {
        name: compute_counterfactual(
            data.ratings,
            data.twins,
            name,
            alpha=plan.alpha,
            margin=plan.equivalence_margin,
            resampling=plan.resampling,
        )
        for name in attributes
    }
    return {
        "n_pairs": len(data.twins),
        "margin": plan.equivalence_margin,
        "data": {
            name: _with_pairs(data, plan, one) for name, one in effects.items() if one is not None
        },
    }


def _with_pairs(data: RunData, plan: AnalysisPlan, effects: CounterfactualEffects) -> Answer:
    """Return the effects of an attribute with the pairs that lie furthest apart."""
    ids = data.persona_ids
    rows: list[dict[str, Any]] = [
        plain(row) | {"source_id": ids[row.source], "twin_id": ids[row.twin]}
        for row in widest_pairs(data.ratings, data.twins, effects.attribute, WIDEST)
    ]
    is_shown = GROUPED.get(effects.attribute, effects.attribute) in plan.shown
    return plain(effects) | {"shown": is_shown, "widest": rows}


def stability(data: RunData, plan: AnalysisPlan, _: Question) -> Answer:
    """Return the shares of variance of order, wording, cue and repeat, and how repeats agree."""
    repeats = compute_repeat_agreement(data.ratings, plan.resampling)
    return {
        "variance": plain(compute_variance_shares(data.ratings, plan.resampling)),
        "repeats": None if repeats is None else plain(repeats),
    }


def intersections(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return the groups of two attributes at once, shrunk towards what each says alone."""
    attributes = question.get("first", "gender"), question.get("second", "origin_region")
    if not plan.shown.issuperset(attributes):  # compared nowhere (decision 20)
        family = plain(Family(name=" × ".join(attributes), size=0))
        return {"attributes": attributes, "cells": [], "tau2": None, "family": family}
    made = compute_intersections(
        data.ratings,
        *attributes,
        trait_category=question.get("trait_category"),
        alpha=plan.alpha,
        resampling=plan.resampling,
    )
    return plain(made)


def spread(data: RunData, _: AnalysisPlan, __: Question) -> Answer:
    """Return the SD of persons and of ratings within a person, for what a next run can show."""
    return plain(measured_spread(data.ratings))


def mixed(data: RunData, plan: AnalysisPlan, question: Question) -> Answer:
    """Return the model of one attribute; what no prompt shows has none (decision 20)."""
    name = question["attribute"]
    fit = compute_mixed(
        data.ratings,
        name,
        baseline=plan.baselines.get(name),
        trait_category=question.get("trait_category"),
    )
    if name in plan.shown:
        return plain(fit)
    return plain(fit) | {"rows": [], "problem": NOT_SHOWN, "converged": False}
