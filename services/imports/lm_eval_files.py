"""The files that lm-evaluation-harness writes, alone, in a folder or in a zip of one.

``results_<time>.json`` has, for each task, ``samples_<task>_<time>.jsonl`` beside it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from services.datasets.inspection.archive import DamagedMemberError
from services.datasets.limits import DEFLATED, MIB, STORED, ZSTD, InspectionLimits
from services.imports.archives import archive_at
from services.imports.domain.evaluation import EvaluationError
from services.imports.domain.json_text import parsed

LIMITS = InspectionLimits(member_bytes=4096 * MIB, zip_methods=(STORED, DEFLATED, ZSTD))
MAX_RESULTS, MAX_LINE = 64 * MIB, 16 * MIB  # bytes: each is held in memory
_TIME = r"\d{4}-\d\d-\d\dT[0-9.:-]+\d"
_SAMPLES = re.compile(rf"samples_(?P<task>.+?)(?:_(?P<time>{_TIME}))?\.jsonl")


class Opened(Protocol):
    """How a file is opened, as often as needed."""

    def __call__(self) -> AbstractContextManager[IO[bytes]]: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class ResultsFile:
    """A results file by its name, and the samples files of its tasks, by task."""

    name: str
    opened: Opened
    samples: Mapping[str, Opened]

    def read(self) -> Any:
        """Return what it holds; raises EvaluationError."""
        try:
            with self.opened() as stream:
                content = stream.read(MAX_RESULTS + 1)
        except DamagedMemberError:
            raise _damaged(self.name) from None
        if len(content) > MAX_RESULTS:
            raise EvaluationError(f"{self.name} has over {MAX_RESULTS // MIB} MiB.")
        return parsed(content, self.name)

    def lines(self, task: str) -> Iterator[tuple[int, Any]]:
        """Yield number and value of each line of a task's samples; raises EvaluationError."""
        try:
            with self.samples[task]() as stream:
                yield from _values(stream, f"the samples of {task[:60]}")
        except DamagedMemberError:
            raise _damaged(f"the samples of {task}") from None


def _values(stream: IO[bytes], name: str) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise EvaluationError(f"Line {number:,} of {name} has over {MAX_LINE // MIB} MiB.")
        if line.strip():
            yield number, parsed(line, f"Line {number:,} of {name}")


def _damaged(name: str) -> EvaluationError:
    return EvaluationError(f"The archive is damaged at {name[:120]}.")


def results_files(path: Path, name: str) -> tuple[list[ResultsFile], list[str]]:
    """Return the results files at ``path``, and the samples files that belong to none.

    A single file goes by ``name``. Raises EvaluationError where there is no results file.
    """
    files = _files(path, name)
    samples = {one: match for one in files if (match := _SAMPLES.fullmatch(_base(one)))}
    jsons = [one for one in sorted(files) if one.endswith(".json") and one not in samples]
    results = [one for one in jsons if _base(one).startswith("results")]
    results = results or (jsons if len(jsons) == 1 else [])
    if not results:
        raise EvaluationError(_none(files, samples))
    made = [_with_samples(one, results, files, samples) for one in results]
    used = {id(opened) for one in made for opened in one.samples.values()}
    return made, [one for one in sorted(samples) if id(files[one]) not in used]


def _none(files: Mapping[str, Opened], samples: Mapping[str, Any]) -> str:
    if samples:
        return (
            "There are samples here, but not the results_….json that goes with them: "
            "send both as a zip."
        )
    return f"There is no results_….json of lm-eval among the {len(files):,} files."


def _files(path: Path, name: str) -> dict[str, Opened]:
    if path.is_dir():
        names = [one for one in path.rglob("*.json*") if one.is_file() and not one.is_symlink()]
        return {one.relative_to(path).as_posix(): partial(one.open, "rb") for one in names}
    archive = archive_at(path, LIMITS)
    if archive is not None:
        return {one: partial(archive.opened, one) for one in archive.members}
    return {_called(path, name): partial(path.open, "rb")}


def _called(path: Path, name: str) -> str:
    """Return what a single file is called, with an ending by what its first line is."""
    with path.open("rb") as file:
        is_samples = re.match(rb'\s*\{"doc_id"', file.read(100)) is not None
    return f"samples_{name}.jsonl" if is_samples else f"{name}.json"


def _with_samples(
    name: str, results: list[str], files: Mapping[str, Opened], samples: Mapping[str, Any]
) -> ResultsFile:
    """Return a results file with the samples of its folder and time.

    Where it is the only one of its folder, samples of any time are its own.
    """
    folder, time = _folder(name), re.search(_TIME, _base(name))
    is_only = sum(_folder(one) == folder for one in results) == 1
    mine = {}
    for one, match in samples.items():
        same_time = time is not None and match["time"] == time[0]
        is_mine = same_time or (is_only and match["task"] not in mine)
        if _folder(one) == folder and is_mine:
            mine[match["task"]] = files[one]
    return ResultsFile(name=_base(name), opened=files[name], samples=mine)


def _base(name: str) -> str:
    return PurePosixPath(name).name


def _folder(name: str) -> str:
    return PurePosixPath(name).parent.as_posix()
