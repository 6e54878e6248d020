"""The steps of a warm-up: the questions that the pages of a run ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.benchmark import BenchmarkRun
from services.benchmarks.domain.attributes import ATTRIBUTES

GENERAL = (
    "metrics",
    "deltas",
    "order",
    "means",
    "kruskal",
    "kruskal_by_category",
    "intensity",
    "equivalence",
    "refusals",
    "retries",
    "stability",
    "counterfactual",
)
CROSSED: Mapping[str, str] = {"first": "gender", "second": "origin_region"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One question about a run, by a name of its own."""

    name: str
    kind: str
    question: Mapping[str, Any]


def steps_of(run: BenchmarkRun) -> list[Step]:
    """Return the steps in their order: what the first page shows comes first."""
    return [*_general(), *_by_category(run)]


def _general() -> Iterator[Step]:
    for kind in GENERAL:
        yield Step(name=kind, kind=kind, question={})
    yield Step(name="intersections", kind="intersections", question=CROSSED)
    for attribute in ATTRIBUTES:
        yield Step(name=f"forest:{attribute}", kind="forest", question={"attribute": attribute})


def _by_category(run: BenchmarkRun) -> Iterator[Step]:
    named = {trait["category"] for trait in run.manifest["traits"] if trait["category"]}
    for category in sorted(named):
        question = {"trait_category": category}
        yield Step(name=f"deltas:{category}", kind="deltas", question=question)
