"""Several runs as columns with the same numbers, so that their items can be paired."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Conflict
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.load import RunData
from services.benchmarks.domain.outcomes import Outcomes
from services.benchmarks.domain.ratings import Ratings
from services.benchmarks.domain.shared_items import Recoding
from services.benchmarks.resolve import visible_benchmarks

SAME_TRAIT = ("adjective", "adjective_de", "valence")  # what decides prompt and aligned rating


@dataclass(frozen=True)
class SharedRuns:
    """Runs about one data set by their labels: the model's name, with the number where needed."""

    database: Database
    runs: Mapping[str, BenchmarkRun]

    @property
    def first(self) -> BenchmarkRun:
        """Return the run whose analysis plan counts."""
        return next(iter(self.runs.values()))

    @cached_property
    def traits(self) -> list[str]:
        """Return the codes of the traits that every run asked about in the same words."""
        return shared_traits([run.manifest for run in self.runs.values()])

    @cached_property
    def data(self) -> dict[str, RunData]:
        """Return what every run measured."""
        return {label: RunData(self.database, run) for label, run in self.runs.items()}

    @cached_property
    def ratings(self) -> dict[str, Ratings]:
        """Return the ratings of the shared traits, the same numbers in every run."""
        return {
            label: self._recoding(run).ratings(self.data[label].ratings)
            for label, run in self.runs.items()
        }

    @cached_property
    def outcomes(self) -> dict[str, Outcomes]:
        """Return what became of the items of the shared traits, likewise."""
        return {
            label: self._recoding(run).outcomes(
                self.data[label].outcomes, self.data[label].ratings.traits
            )
            for label, run in self.runs.items()
        }

    def _recoding(self, run: BenchmarkRun) -> Recoding:
        factors = {
            "wording": factor_numbers(self.runs.values(), run, "wordings"),
            "cue": factor_numbers(self.runs.values(), run, "cues"),
        }
        return Recoding(traits=self.traits, factors=factors)


def shared_runs(database: Database, actor: Actor, run_ids: Sequence[int]) -> SharedRuns:
    """Return the runs, which must be about one data set and share a trait.

    Raises Invalid for a number that is there twice, BenchmarkNotFound, and Conflict where nothing
    is shared.
    """
    rows = visible_benchmarks(database, actor, run_ids)
    names = [run.model_name for run in rows]
    labels = [
        name if names.count(name) == 1 else f"{name} ({run.id})"
        for name, run in zip(names, rows, strict=True)
    ]
    shared = SharedRuns(database, dict(zip(labels, rows, strict=True)))
    _require_shared(shared)
    return shared


def _require_shared(shared: SharedRuns) -> None:
    if len({run.set_id for run in shared.runs.values()}) > 1:
        raise Conflict(
            "These runs are about different personas, so they share no item: compare models on "
            "runs of one data set."
        )
    texts = {
        (run.manifest.get("attrgen") or {}).get("texts_sha256") for run in shared.runs.values()
    }
    if len(texts) > 1:
        raise Conflict(
            "These runs did not show the same generated texts: compare models on runs of one "
            "attribute generation, or on runs without any."
        )
    if not shared.traits:
        raise Conflict(
            "These runs have no trait in common, so they share no item: compare models on runs "
            "with the same traits."
        )


def shared_traits(manifests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the codes of traits that all manifests have alike, in the order of the first."""
    by_code = [{one["code"]: one for one in manifest["traits"]} for manifest in manifests]
    return [
        code
        for code, trait in by_code[0].items()
        if all(_is_same(trait, other.get(code)) for other in by_code[1:])
    ]


def _is_same(trait: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    return other is not None and all(trait[name] == other[name] for name in SAME_TRAIT)


def factor_numbers(runs: Iterable[BenchmarkRun], run: BenchmarkRun, factor: str) -> list[int]:
    """Return the number of each of a run's wordings or cues among those of all runs."""
    names = dict.fromkeys(name for one in runs for name in one.manifest["prompt"][factor])
    places = {name: number for number, name in enumerate(names)}
    return [places[name] for name in run.manifest["prompt"][factor]]
