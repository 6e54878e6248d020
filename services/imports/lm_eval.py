"""Results of lm-evaluation-harness as runs: one for each task or group that stands by itself."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from services.datasets.inspection.archive import DamagedMemberError
from services.imports.domain.evaluation import EvaluationError, SampleRow, SampleScores, counted
from services.imports.domain.lm_eval_results import (
    LmEvalResults,
    figures_of_task,
    pool_groups,
    read_results,
)
from services.imports.domain.lm_eval_sample import identity_of_line, rows_of_line
from services.imports.errors import ImportRefused
from services.imports.evaluation_run import EvaluationRun
from services.imports.lm_eval_files import ResultsFile, results_files
from services.imports.sample_table import SampleTable
from services.imports.text import moment_of, one_line
from services.imports.types import Candidate, ForeignRun, SkippedRecord

CHUNK = 1 << 20
_OF_TASK = (
    "dataset_path", "dataset_name", "test_split", "output_type", "num_fewshot", "repeats",
    "generation_kwargs",
)  # fmt: skip
_OF_FILE = (
    "model_source", "chat_template_sha", "system_instruction_sha", "fewshot_as_multiturn",
    "max_length",
)  # fmt: skip
_SECRET = re.compile(r"(key|token|password|secret)\w*['\"]?\s*[=:]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A task or group of a results file that becomes a run."""

    file: ResultsFile
    results: LmEvalResults
    task: str


def read_lm_eval(path: Path, name: str) -> Iterator[Candidate | SkippedRecord]:
    """Yield the evaluations at ``path``; a single one is called ``name`` if that is a name.

    Raises ImportRefused for what holds no results.
    """
    entries = _entries(path, name)
    only = len(entries) == 1
    for one in entries:
        yield _candidate(one, name, only=only) if isinstance(one, _Entry) else one


def count_lm_eval(path: Path) -> int:
    """Return how many evaluations there are, with the files that cannot be read."""
    return len(_entries(path, "results"))


def _entries(path: Path, name: str) -> list[_Entry | SkippedRecord]:
    try:
        files, unused = results_files(path, name)
        entries: list[_Entry | SkippedRecord] = []
        for file in files:
            entries += _entries_of(file, only=len(files) == 1)
    except EvaluationError as error:
        raise ImportRefused(str(error)) from None
    reason = "these samples belong to no results file here"
    return entries + [SkippedRecord(name=one_line(one, "?"), reason=reason) for one in unused]


def _entries_of(file: ResultsFile, *, only: bool) -> list[_Entry | SkippedRecord]:
    """Return what a results file holds; of several, one that is broken costs only itself."""
    try:
        results = read_results(file.read())
    except EvaluationError as error:
        if only:
            raise
        return [SkippedRecord(name=one_line(file.name, "?"), reason=str(error))]
    entries: list[_Entry | SkippedRecord] = [
        _Entry(file=file, results=results, task=task) for task in results.top()
    ]
    tasks = set(results.rows)
    return entries + [
        SkippedRecord(
            name=one_line(f"samples of {task}", "?"), reason="the results have no such task"
        )
        for task in file.samples
        if task not in tasks
    ]


def _candidate(entry: _Entry, name: str, *, only: bool) -> Candidate | SkippedRecord:
    model = _model(entry.results)
    named = one_line(f"{entry.task}, {model}" if model else entry.task, name)
    shown = name if only and not name.startswith("results") else named
    try:
        source = f"lm-eval:{_digest(entry)}"
    except DamagedMemberError as error:
        return SkippedRecord(name=shown, reason=str(error))
    return Candidate(source=source, name=shown, read=partial(_run, entry, shown, only=only))


def _digest(entry: _Entry) -> str:
    """Return a key of the evaluation: its task, its results file and the samples of it."""
    digest = hashlib.sha256(entry.task.encode("utf-8", "replace"))
    with entry.file.opened() as stream:
        digest.update(stream.read())
    for task in _tasks(entry):
        with entry.file.samples[task]() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _tasks(entry: _Entry) -> list[str]:
    """Return the tasks of an evaluation that have samples."""
    names = [entry.task, *entry.results.below(entry.task)]
    return [name for name in names if name in entry.file.samples]


def _leaves(entry: _Entry) -> list[str]:
    """Return the tasks of an evaluation that are no groups."""
    names = [entry.task, *entry.results.below(entry.task)]
    return [name for name in names if not entry.results.subtasks.get(name)]


def _run(entry: _Entry, name: str, *, only: bool) -> ForeignRun | SkippedRecord:
    try:
        return _evaluation(entry, name).as_foreign()
    except EvaluationError as error:
        if only:
            raise ImportRefused(str(error)) from None
        return SkippedRecord(name=name, reason=str(error))


@dataclass(kw_only=True)
class _LinesRead:
    """The samples so far: each by task, document and filter, and how many came again."""

    scores: SampleScores = field(default_factory=SampleScores)
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    num_repeated: int = 0

    def count(self, task: str) -> int:
        """Return how many samples of a task there are."""
        return len({sample for of, sample, _ in self.seen if of == task})


def _evaluation(entry: _Entry, name: str) -> EvaluationRun:
    given = entry.results.given
    read, table = _LinesRead(), SampleTable()
    table.write(_rows(entry, read))
    pool_groups(entry.results, entry.task, read.scores)
    start = moment_of(given.get("date"))
    seconds = _seconds(given.get("total_evaluation_time_seconds"))
    end = start + timedelta(seconds=seconds) if start and seconds is not None else None
    return EvaluationRun(
        name=name,
        status="completed",
        tags=dict(_tags(entry)),
        params=_params(entry),
        figures=list(figures_of_task(entry.results, entry.task)),
        scores=read.scores,
        table=table,
        extra=dict(_extra(entry, seconds)),
        start=start,
        end=end,
        reasons=list(_reasons(entry, read)),
    )


def _rows(entry: _Entry, read: _LinesRead) -> Iterator[SampleRow]:
    for task in _tasks(entry):
        for number, line in entry.file.lines(task):
            try:
                identity = (task, *identity_of_line(line))
            except EvaluationError as error:
                place = f"Line {number:,} of the samples of {task[:60]}"
                raise EvaluationError(f"{place}: {error}.") from None
            if identity in read.seen:
                read.num_repeated += 1
                continue
            read.seen.add(identity)
            yield from rows_of_line(task, line, read.scores)


def _model(results: LmEvalResults) -> str:
    name = results.given.get("model_name") or results.part("config").get("model")
    return name if isinstance(name, str) else ""


def _params(entry: _Entry) -> dict[str, Any]:
    results = entry.results
    config, task = results.part("config"), results.part("configs").get(entry.task)
    own = task if isinstance(task, dict) else {}
    return {
        "model": _model(results) or None,
        "task": entry.task,
        "task_version": results.part("versions").get(entry.task),
        "n_shot": results.part("n-shot").get(entry.task),
        "subtasks": ", ".join(results.below(entry.task)) or None,
        **{name: own.get(name) for name in _OF_TASK},
        **{name: results.given.get(name) for name in _OF_FILE},
        "config": {name: value for name, value in config.items() if not _is_secret(name, value)},
    }


def _is_secret(name: str, value: Any) -> bool:
    """Return whether a setting might hold a key: arguments of a model may."""
    return name == "model_args" and _SECRET.search(str(value)) is not None


def _tags(entry: _Entry) -> Iterator[tuple[str, str]]:
    given = entry.results.given
    yield "import.format", "lm-eval"
    if given.get("lm_eval_version"):
        yield "import.lm_eval", str(given["lm_eval_version"])
    if given.get("git_hash"):
        yield "import.git_hash", str(given["git_hash"])
    if entry.results.part("task_hashes").get(entry.task):
        yield "import.task_hash", str(entry.results.part("task_hashes")[entry.task])


def _extra(entry: _Entry, seconds: float | None) -> Iterator[tuple[str, float]]:
    """Yield how many samples each task has, and the seconds of the whole file."""
    for task in (entry.task, *entry.results.below(entry.task)):
        count = entry.results.num_samples(task)
        if count is not None:
            yield ("samples" if task == entry.task else f"{task}/samples"), float(count)
    if seconds is not None:
        yield "seconds", seconds


def _seconds(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds < 10**9 else None


def _reasons(entry: _Entry, read: _LinesRead) -> Iterator[tuple[str, str]]:
    results, tasks = entry.results, _tasks(entry)
    if not tasks:
        yield "", "the file holds no samples: its figures could not be recomputed"
    bare = [one for one in _leaves(entry) if one not in tasks]
    if tasks and bare:
        yield "", f"tasks without samples in the file: {', '.join(bare)[:200]}"
    for task in tasks:
        stated, count = results.num_samples(task), read.count(task)
        if stated is not None and stated != count:
            yield task, f"the file says {stated:,} samples, it holds {count:,}"
    if read.num_repeated:
        yield "", f"samples that are there twice, the first is kept: {read.num_repeated:,}"
    if _is_secret("model_args", results.part("config").get("model_args")):
        yield "config.model_args", "it may hold a key and is not kept"
    if results.left:
        yield "", f"not kept of the log: {counted(results.left)}"
    settings = _num_settings(entry)
    if settings:
        yield "", f"settings of tasks that are not kept: {settings:,}"


def _num_settings(entry: _Entry) -> int:
    configs = entry.results.part("configs")
    given = [configs.get(task) for task in (entry.task, *entry.results.below(entry.task))]
    return sum(len(set(one) - {*_OF_TASK, "task"}) for one in given if isinstance(one, dict))
