"""A log of Inspect as a run: its figures as they stand in it, and a table of its samples."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.storage.files import sha256_of
from services.imports.domain.evaluation import (
    EvaluationError,
    SampleRow,
    SampleScores,
    counted,
)
from services.imports.domain.inspect_header import InspectHeader, figures_of, finite, read_header
from services.imports.domain.inspect_sample import identity_of, sample_rows, total_tokens
from services.imports.errors import ImportRefused
from services.imports.evaluation_run import EvaluationRun
from services.imports.inspect_file import JsonLog, ZipLog, open_log
from services.imports.sample_table import SampleTable
from services.imports.text import moment_of, one_line
from services.imports.types import Candidate, ForeignRun

STATUS = {"success": "completed", "error": "failed", "cancelled": "cancelled"}
UNFINISHED = "cancelled"  # nobody will ever end it
_GIVEN_BY_INSPECT = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d")  # how it names its files


def read_inspect(path: Path, name: str) -> Iterator[Candidate]:
    """Yield the one run of the log, named after task and model where its file is not.

    Raises ImportRefused for what is no log; reading it, for one that is damaged.
    """
    try:
        log = open_log(path)
        header = read_header(log.header)
    except EvaluationError as error:
        raise ImportRefused(str(error)) from None
    named = one_line(f"{header.task}, {header.model}", name)
    shown = named if _GIVEN_BY_INSPECT.match(name) else name
    source = f"inspect:{sha256_of(path)}"
    yield Candidate(source=source, name=shown, read=partial(_run, log, header, shown))


def _run(log: JsonLog | ZipLog, header: InspectHeader, name: str) -> ForeignRun:
    try:
        return _evaluation(log, header, name).as_foreign()
    except EvaluationError as error:
        raise ImportRefused(str(error)) from None


@dataclass(kw_only=True)
class _SamplesRead:
    """The samples so far: each by id and epoch, their scores, and how many came again."""

    scores: SampleScores = field(default_factory=SampleScores)
    seen: set[tuple[str, int]] = field(default_factory=set)
    num_repeated: int = 0


def _evaluation(log: JsonLog | ZipLog, header: InspectHeader, name: str) -> EvaluationRun:
    figures = list(figures_of(header))
    read, table = _SamplesRead(), SampleTable()
    table.write(_rows(log, header, read))
    scores = read.scores
    if not figures and not scores.samples:
        raise EvaluationError(
            f"This log holds neither figures nor samples; its status is '{header.status}'."
        )
    start, end = (_moment(header.stats.get(one)) for one in ("started_at", "completed_at"))
    start = start or _moment(header.spec.get("created"))
    return EvaluationRun(
        name=name,
        status=STATUS.get(header.status, UNFINISHED),
        tags=dict(_tags(header)),
        params=_params(header),
        figures=figures,
        scores=scores,
        table=table,
        extra=dict(_extra(header, scores, start, end)),
        notes=f"The evaluation ended with an error: {header.error}" if header.error else None,
        start=start,
        end=end,
        reasons=list(_reasons(log, header, read)),
    )


def _rows(log: JsonLog | ZipLog, header: InspectHeader, read: _SamplesRead) -> Iterator[SampleRow]:
    scorer = header.results.get("scorer")
    only = scorer.get("name") if isinstance(scorer, dict) else scorer
    for sample in log.samples():
        identity = identity_of(sample)
        if identity in read.seen:
            read.num_repeated += 1
            continue
        read.seen.add(identity)
        yield from sample_rows(header.task, sample, read.scores, str(only) if only else "score")


def _params(header: InspectHeader) -> dict[str, Any]:
    spec = header.spec
    given = spec.get("dataset")
    dataset = given if isinstance(given, dict) else {}
    scorers = spec.get("scorers")
    listed = scorers if isinstance(scorers, list) else []
    named = [one.get("name") for one in listed if isinstance(one, dict)]
    return {
        "model": header.model,
        "task": header.task,
        "task_version": spec.get("task_version"),
        "dataset": dataset.get("name") or dataset.get("location"),
        "dataset_samples": dataset.get("samples"),
        "shuffled": dataset.get("shuffled"),
        "solver": spec.get("solver"),
        "scorers": ", ".join(map(str, named)) or None,
        "task_args": spec.get("task_args"),
        "config": spec.get("config"),
        "generate": spec.get("model_generate_config"),
    }


def _tags(header: InspectHeader) -> Iterator[tuple[str, str]]:
    packages = header.spec.get("packages")
    yield "import.format", "inspect"
    yield "import.status", header.status
    yield "import.log_version", str(header.version)
    if isinstance(packages, dict) and packages.get("inspect_ai"):
        yield "import.inspect_ai", str(packages["inspect_ai"])
    for name in ("eval_id", "run_id"):
        if header.spec.get(name):
            yield f"import.{name}", str(header.spec[name])
    if header.tags:
        yield "import.tags", ", ".join(header.tags)


def _extra(
    header: InspectHeader, scores: SampleScores, start: datetime | None, end: datetime | None
) -> Iterator[tuple[str, float]]:
    """Yield what was used: samples that are here, tokens of all models, seconds."""
    yield "samples", float(len(scores.samples))
    usage = header.stats.get("model_usage")
    if isinstance(usage, dict):
        yield from ((name, float(value)) for name, value in total_tokens(usage).items())
    if start and end and end > start:
        yield "seconds", (end - start).total_seconds()


def _reasons(
    log: JsonLog | ZipLog, header: InspectHeader, read: _SamplesRead
) -> Iterator[tuple[str, str]]:
    if header.status != "success":
        yield "", f"the evaluation did not end well ({header.status}): what is there is kept"
    yield from _reasons_of_samples(header, read)
    if log.num_replaced:
        yield (
            "",
            f"members of the archive that a later one of their name replaced: {log.num_replaced:,}",
        )
    if log.copies():
        yield "", f"parts that repeat the samples are not read: {len(log.copies()):,}"
    if header.left:
        yield "", f"not kept of the log: {counted(header.left)}"


def _reasons_of_samples(header: InspectHeader, read: _SamplesRead) -> Iterator[tuple[str, str]]:
    total = finite(header.results.get("total_samples"))
    if not read.seen:
        yield "", "the file holds no samples: its figures could not be recomputed"
    elif total is not None and total != len(read.seen):
        yield (
            "",
            f"the file says {total:,.0f} samples with all epochs, it holds {len(read.seen):,}",
        )
    if read.num_repeated:
        yield "", f"samples that are there twice, the first is kept: {read.num_repeated:,}"


def _moment(text: Any) -> datetime | None:
    try:
        return moment_of(datetime.fromisoformat(text).timestamp())
    except (TypeError, ValueError, OverflowError):
        return None
