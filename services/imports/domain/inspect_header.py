"""The header of a log of Inspect: what was evaluated, how it ended and what it scored.

Versions 1 and 2 are read. Version 1 had a single scorer, ``results.scorer`` with
``results.metrics``; Inspect itself brings both into ``results.scores`` (``log/_log.py``).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.imports.domain.evaluation import (
    EvaluationError,
    EvaluationFigure,
    Statistic,
    count_unmapped,
)

VERSIONS = (1, 2)
STATUSES = ("success", "started", "cancelled", "error")
STATISTICS: Mapping[str, Statistic] = {
    "accuracy": "mean", "mean": "mean", "stderr": "stderr", "std": "std", "var": "var",
}  # fmt: skip
_LOG = frozenset(
    ("version", "status", "eval", "results", "stats", "error", "tags", "samples", "reductions")
)
_EVAL = frozenset((
    "eval_id", "run_id", "created", "task", "task_id", "task_version", "task_display_name",
    "task_registry_name", "task_args", "task_args_passed", "dataset", "model", "config",
    "model_generate_config", "packages", "scorers", "tags", "solver",
))  # fmt: skip
_SCORE = frozenset(
    ("name", "scorer", "reducer", "scored_samples", "unscored_samples", "metrics", "params")
)
_RESULTS = frozenset(
    ("total_samples", "completed_samples", "scores", "scorer", "metrics", "headline")
)
_STATS = frozenset(("started_at", "completed_at", "model_usage"))


@dataclass(frozen=True, kw_only=True)
class InspectHeader:
    """The header, checked so far that each part is of its kind."""

    status: str
    version: int
    spec: Mapping[str, Any]
    results: Mapping[str, Any]
    stats: Mapping[str, Any]
    error: str | None
    tags: list[str]
    left: Counter[str]

    @property
    def task(self) -> str:
        """The name of the task."""
        return str(self.spec["task"])

    @property
    def model(self) -> str:
        """The name of the model."""
        return str(self.spec["model"])


def read_header(log: Any) -> InspectHeader:
    """Return the header of a log; raises EvaluationError for what is none."""
    if not isinstance(log, dict) or not isinstance(log.get("eval"), dict):
        raise EvaluationError("This is no log of Inspect: its header has no 'eval'.")
    version, status = log.get("version", 1), log.get("status", "started")
    if isinstance(version, bool) or version not in VERSIONS:
        raise EvaluationError(f"This log has version {version!r:.40}; 1 and 2 are read.")
    if status not in STATUSES:
        raise EvaluationError(
            f"This log has the status {status!r:.40}; known are {', '.join(STATUSES)}."
        )
    spec = log["eval"]
    for name in ("task", "model"):
        if not isinstance(spec.get(name), str) or not spec[name].strip():
            raise EvaluationError(f"This log does not say which {name} it is of: 'eval.{name}'.")
    return InspectHeader(
        status=status,
        version=version,
        spec=spec,
        results=_object(log, "results"),
        stats=_object(log, "stats"),
        error=_message(log.get("error")),
        tags=_tags(log, spec),
        left=_left(log, spec),
    )


def figures_of(header: InspectHeader) -> Iterator[EvaluationFigure]:
    """Yield every metric of every score; raises EvaluationError for scores that are none.

    Metrics of the main score go by their own names, those of others by ``score/metric``, where
    several reducers were used by ``score/reducer/metric``.
    """
    scores = _scores(header)
    main = _main_score(header, scores)
    named = Counter(str(one.get("name")) for one in scores)
    for number, one in enumerate(scores):
        reducer, name = _reducer(header, one), str(one.get("name"))
        prefix = f"{name}/{reducer}/" if named[name] > 1 else f"{name}/"
        for metric, given in _metrics(one).items():
            full = metric if number == main else f"{prefix}{metric}"
            yield _figure(full, metric, given, one, reducer)


def _main_score(header: InspectHeader, scores: list[dict[str, Any]]) -> int | None:
    """Return which score the log leads with, else the first; a part of a scorer is none."""
    headline = header.results.get("headline")
    leading = headline.get("score") if isinstance(headline, dict) else None
    names = [one.get("name") for one in scores]
    number = names.index(leading) if leading in names else 0
    is_part = len(scores) > 1 and scores[number].get("scorer") not in (None, names[number])
    return None if is_part else number


def _figure(
    name: str, metric: str, given: Any, score: Mapping[str, Any], reducer: str
) -> EvaluationFigure:
    params = given.get("params") if isinstance(given, dict) else None
    is_plain = not params and not (isinstance(given, dict) and given.get("group"))
    number = given.get("value") if isinstance(given, dict) else given
    return EvaluationFigure(
        name=name,
        value=finite(number),
        scores=(str(score.get("scorer") or score.get("name")), str(score.get("name"))),
        statistic=STATISTICS.get(metric) if is_plain else None,
        reducer=reducer,
        num_samples=_whole(score.get("scored_samples")),
    )


def finite(value: Any) -> float | None:
    """Return a finite number as such, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _scores(header: InspectHeader) -> list[dict[str, Any]]:
    results = header.results
    if "scorer" in results:  # version 1
        scorer = results["scorer"]
        name = scorer.get("name") if isinstance(scorer, dict) else scorer
        one = {"name": name, "scorer": name, "metrics": results.get("metrics")}
        return [one] if name is not None else []
    scores = results.get("scores") or []
    if not isinstance(scores, list) or not all(isinstance(one, dict) for one in scores):
        raise EvaluationError("'results.scores' of this log is no list of scores.")
    return scores


def _metrics(score: Mapping[str, Any]) -> dict[str, Any]:
    metrics = score.get("metrics") or {}
    if not isinstance(metrics, dict):
        raise EvaluationError("'metrics' of a score of this log is no object.")
    return metrics


def _reducer(header: InspectHeader, score: Mapping[str, Any]) -> str:
    """Return how the epochs of a sample are brought together: by their mean unless said."""
    config = header.spec.get("config")
    chosen = config.get("epochs_reducer") if isinstance(config, dict) else None
    only = chosen[0] if isinstance(chosen, list) and len(chosen) == 1 else None
    return str(score.get("reducer") or only or "mean")


def _object(log: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = log.get(name)
    if value is not None and not isinstance(value, dict):
        raise EvaluationError(f"'{name}' of this log is no object.")
    return value or {}


def _message(error: Any) -> str | None:
    if error is None:
        return None
    return str(error.get("message") if isinstance(error, dict) else error)


def _tags(log: Mapping[str, Any], spec: Mapping[str, Any]) -> list[str]:
    tags = log.get("tags") or spec.get("tags") or []
    return [str(one) for one in tags] if isinstance(tags, list) else []


def _left(log: Mapping[str, Any], spec: Mapping[str, Any]) -> Counter[str]:
    left: Counter[str] = Counter()
    count_unmapped(log, _LOG, left)
    count_unmapped(spec, _EVAL, left)
    count_unmapped(_object(log, "results"), _RESULTS, left)
    count_unmapped(_object(log, "stats"), _STATS, left)
    scores = _object(log, "results").get("scores")
    for one in scores if isinstance(scores, list) else []:
        count_unmapped(one if isinstance(one, dict) else {}, _SCORE, left)
    return left


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
