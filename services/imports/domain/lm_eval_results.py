"""The results file of lm-evaluation-harness: tasks, groups of tasks, and their metrics.

Since 0.4 a metric is called ``acc,none``: its name and the filter that made the answers; before,
just ``acc``. Each task or group that is part of no other group is one evaluation.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from services.imports.domain.evaluation import (
    EvaluationError,
    EvaluationFigure,
    SampleScores,
    Statistic,
    count_unmapped,
)
from services.imports.domain.inspect_header import finite

NO_FILTER, STDERR = "none", "_stderr"
_FACTS = frozenset(("alias", "name", "sample_len", "samples", "sample_count"))
_MAPPED = frozenset((
    "results", "groups", "group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples",
    "config", "configs", "date", "lm_eval_version", "model_name", "model_source", "task_hashes",
    "model_name_sanitized", "total_evaluation_time_seconds", "start_time", "end_time", "git_hash",
    "eot_token_id", "max_length", "chat_template_sha", "system_instruction_sha",
    "fewshot_as_multiturn",
))  # fmt: skip
MEANS = ("acc", "acc_norm", "acc_mutual_info", "exact_match", "em", "acc_bytes")


@dataclass(frozen=True, kw_only=True)
class LmEvalResults:
    """A results file, checked so far that each part is of its kind."""

    rows: Mapping[str, Mapping[str, Any]]
    subtasks: Mapping[str, list[str]]
    given: Mapping[str, Any]
    left: Counter[str]

    def part(self, name: str) -> dict[str, Any]:
        """Return an object of the file, empty where there is none."""
        value = self.given.get(name)
        return value if isinstance(value, dict) else {}

    def top(self) -> list[str]:
        """Return the tasks and groups that are part of no other one, in the order of the file."""
        parts = {name for children in self.subtasks.values() for name in children}
        return [name for name in self.rows if name not in parts] or list(self.rows)

    def below(self, name: str) -> list[str]:
        """Return all tasks and groups below one, each once."""
        below: dict[str, None] = {}
        waiting = list(self.subtasks.get(name, ()))
        while waiting:
            one = waiting.pop(0)
            if one not in below and one != name and one in self.rows:
                below[one] = None
                waiting += self.subtasks.get(one, ())
        return list(below)

    def num_samples(self, name: str) -> int | None:
        """Return how many samples a task or group was evaluated on, None where it is not said."""
        counts = self.part("n-samples").get(name)
        effective = counts.get("effective") if isinstance(counts, dict) else None
        number = finite(effective if effective is not None else self.rows[name].get("sample_len"))
        return int(number) if number is not None and number >= 0 else None


def read_results(given: Any) -> LmEvalResults:
    """Return what a results file holds; raises EvaluationError for what is none."""
    if not isinstance(given, dict) or not isinstance(given.get("results"), dict):
        raise EvaluationError("This is no results file of lm-eval: it has no object 'results'.")
    groups = given.get("groups")
    rows = {**given["results"], **(groups if isinstance(groups, dict) else {})}
    wrong = next((name for name, row in rows.items() if not isinstance(row, dict)), None)
    if wrong is not None:
        raise EvaluationError(f"The results of {wrong[:60]!r} are no object of metrics.")
    if not any(_metrics_of(row) for row in rows.values()):
        raise EvaluationError("The results file holds no metric.")
    left: Counter[str] = Counter()
    count_unmapped(given, _MAPPED, left)
    return LmEvalResults(rows=rows, subtasks=_subtasks(given), given=given, left=left)


def _subtasks(given: Mapping[str, Any]) -> dict[str, list[str]]:
    groups = given.get("group_subtasks")
    if not isinstance(groups, dict):
        return {}
    return {
        name: [one for one in children if isinstance(one, str)]
        for name, children in groups.items()
        if isinstance(children, list) and children
    }


def _metrics_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _FACTS and name.strip()}


def figures_of_task(results: LmEvalResults, top: str) -> Iterator[EvaluationFigure]:
    """Yield the metrics of a task or group by their names, and of those below as ``task/metric``.

    A filter other than none follows the name: ``exact_match/strict-match``.
    """
    for name in (top, *results.below(top)):
        for key, value in _metrics_of(results.rows[name]).items():
            yield _figure(results, name, key, value, is_own=name == top)


def _figure(
    results: LmEvalResults, task: str, key: str, value: Any, *, is_own: bool
) -> EvaluationFigure:
    metric, _, kind = key.partition(",")
    full = metric if kind in ("", NO_FILTER) else f"{metric}/{kind}"
    base = metric.removesuffix(STDERR)
    statistic = _statistic(results, task, metric, base)
    if results.subtasks.get(task) and statistic != "mean":
        statistic = None  # of a group: pooled from its tasks by a rule of its own
    return EvaluationFigure(
        name=full if is_own else f"{task}/{full}",
        value=finite(value),
        scores=(task, base, kind or NO_FILTER),
        statistic=statistic,
        num_samples=results.num_samples(task),
        goal=_goal(results, task, metric),
        is_own=is_own,
    )


def _statistic(results: LmEvalResults, task: str, metric: str, base: str) -> Statistic | None:
    """Return what a metric is of the samples' scores, as the task's own settings say."""
    config = results.part("configs").get(task)
    listed = config.get("metric_list") if isinstance(config, dict) else None
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("metric") == base:
            aggregation = one.get("aggregation")
            if aggregation is not None:
                return _of_mean(metric, base) if aggregation == "mean" else None
    return _of_mean(metric, base) if base in MEANS else None


def _of_mean(metric: str, base: str) -> Statistic:
    return "mean" if metric == base else "stderr"


def _goal(results: LmEvalResults, task: str, metric: str) -> str | None:
    said = results.part("higher_is_better").get(task)
    is_higher = said.get(metric) if isinstance(said, dict) else None
    return {True: "max", False: "min"}.get(is_higher) if isinstance(is_higher, bool) else None


def pool_groups(results: LmEvalResults, top: str, scores: SampleScores) -> None:
    """Give each group the scores that its mean is of: those of all samples of its tasks.

    A group may instead be the plain mean of its tasks (``weight_by_size: false``), which the file
    does not say: where its figure is that one, the means of the tasks are what it is of.
    """
    for group in (top, *results.below(top)):
        if not results.subtasks.get(group):
            continue
        for key, value in _metrics_of(results.rows[group]).items():
            metric, _, kind = key.partition(",")
            chosen = kind or NO_FILTER
            means = _of_children(results, group, key)
            number = finite(value)
            pooled = _pooled(results, group, metric, chosen, scores)
            is_plain = bool(means) and number is not None and _near(number, fmean(means.values()))
            given = {task: [mean] for task, mean in means.items()} if is_plain else pooled
            if pooled and given:
                scores.values[group, metric, chosen] = given


def _of_children(results: LmEvalResults, group: str, key: str) -> dict[str, float]:
    rows = {task: results.rows[task] for task in results.subtasks[group] if task in results.rows}
    values = {task: finite(row.get(key)) for task, row in rows.items()}
    return {task: value for task, value in values.items() if value is not None}


def _pooled(
    results: LmEvalResults, group: str, metric: str, kind: str, scores: SampleScores
) -> dict[str, list[float]]:
    """Return the scores of all samples below a group, none where a task has no samples."""
    tasks = [task for task in results.below(group) if not results.subtasks.get(task)]
    given = {task: scores.values.get((task, metric, kind)) for task in tasks}
    if not all(given.values()):
        return {}
    return {
        f"{task}\0{sample}": values
        for task, samples in given.items()
        for sample, values in (samples or {}).items()
    }


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
