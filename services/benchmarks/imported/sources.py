"""Foreign files as samples of one level: logs of Inspect, results of lm-eval, tables of items."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from services.benchmarks.domain.flat_samples import FlatSample, flattened
from services.benchmarks.imported.tables import open_table
from services.benchmarks.imported.types import Source, SourceError
from services.imports.domain.evaluation import EvaluationError
from services.imports.domain.inspect_header import InspectHeader, read_header
from services.imports.domain.inspect_sample import as_text, completion_of, identity_of
from services.imports.domain.lm_eval_results import LmEvalResults, read_results
from services.imports.domain.lm_eval_sample import identity_of_line, prompt_of_line
from services.imports.inspect_file import JsonLog, ZipLog, open_log
from services.imports.lm_eval_files import ResultsFile, results_files

MAPPING = "benchmark_mapping"  # what metadata may call the mapping of its own samples
_OF_SAMPLE = ("id", "epoch", "target", "metadata", "scores", "error")


def open_source(kind: str, path: Path, name: str) -> Source:
    """Return the samples of a file. Raises SourceError for what is not of its kind."""
    try:
        return OPENERS[kind](path, name)
    except EvaluationError as error:
        raise SourceError(str(error)) from None


def _inspect(path: Path, _: str) -> Source:
    log = open_log(path)
    header = read_header(log.header)
    generate = header.spec.get("model_generate_config")
    config = generate if isinstance(generate, dict) else {}
    packages = header.spec.get("packages")
    version = packages.get("inspect_ai") if isinstance(packages, dict) else None
    return Source(
        samples=partial(_samples_of_log, log),
        task=header.task,
        model=header.model,
        tool=f"inspect_ai {version}" if version else "inspect_ai",
        created=_text(header.spec.get("created")),
        decoding=_decoding(config, tokens="max_tokens"),
        mapping=_mapping_of_log(header),
        left=Counter(header.left),
    )


def _mapping_of_log(header: InspectHeader) -> Any:
    """Return the mapping in the metadata of the task, else in its arguments."""
    for name in ("metadata", "task_args"):
        given = header.spec.get(name)
        if isinstance(given, dict) and MAPPING in given:
            return given[MAPPING]
    return None


def _samples_of_log(log: JsonLog | ZipLog) -> Iterator[tuple[int, FlatSample]]:
    for number, sample in enumerate(log.samples(), 1):
        identity_of(sample)
        yield number, dict(_flat_sample(sample))


def _flat_sample(sample: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kept = {name: sample.get(name) for name in _OF_SAMPLE if name in sample}
    yield from flattened({"epoch": 1, **kept})
    yield "completion", completion_of(sample.get("output"))
    yield "stop_reason", _stop_reason(sample.get("output"))
    yield "input", as_text(sample.get("input"))
    usage = sample.get("model_usage")
    total = sample.get("total_time")
    if isinstance(total, int | float):
        yield "latency_ms", round(1000 * total)
    yield from _tokens(usage if isinstance(usage, dict) else {})


def _stop_reason(output: Any) -> str | None:
    choices = output.get("choices") if isinstance(output, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return _text(first.get("stop_reason")) if isinstance(first, dict) else None


def _tokens(usage: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, own in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        counts = [one.get(own) for one in usage.values() if isinstance(one, dict)]
        numbers = [one for one in counts if isinstance(one, int)]
        if numbers:
            yield name, sum(numbers)


def _lm_eval(path: Path, name: str) -> Source:
    files, unused = results_files(path, name)
    if len(files) > 1:
        names = ", ".join(one.name for one in files[:5])
        raise SourceError(f"There are {len(files)} results files ({names}): send them one by one.")
    results = read_results(files[0].read())
    if not files[0].samples:
        raise SourceError("The file holds no samples: run lm-eval with --log_samples.")
    given, config = results.given, results.part("config")
    model = given.get("model_name") or config.get("model")
    version = given.get("lm_eval_version")
    return Source(
        samples=partial(_samples_of_results, files[0]),
        task=", ".join(files[0].samples),
        model=model if isinstance(model, str) else None,
        tool=f"lm_eval {version}" if version else "lm_eval",
        created=_text(given.get("date")),
        decoding=_decoding(_generation(results, files[0]), tokens="max_gen_toks"),
        mapping=_mapping_of_results(results, files[0]),
        left=results.left + Counter({f"samples of no results: {one}": 1 for one in unused}),
    )


def _configs(results: LmEvalResults, file: ResultsFile) -> Iterator[Mapping[str, Any]]:
    for task in file.samples:
        config = results.part("configs").get(task)
        if isinstance(config, dict):
            yield config


def _generation(results: LmEvalResults, file: ResultsFile) -> Mapping[str, Any]:
    for config in _configs(results, file):
        kwargs = config.get("generation_kwargs")
        if isinstance(kwargs, dict):
            return kwargs
    return {}


def _mapping_of_results(results: LmEvalResults, file: ResultsFile) -> Any:
    for config in _configs(results, file):
        metadata = config.get("metadata")
        if isinstance(metadata, dict) and MAPPING in metadata:
            return metadata[MAPPING]
    return None


def _samples_of_results(file: ResultsFile) -> Iterator[tuple[int, FlatSample]]:
    number = 0
    for task in file.samples:
        for line_number, line in file.lines(task):
            number += 1
            try:
                identity_of_line(line)
            except EvaluationError as error:
                place = f"Line {line_number:,} of the samples of {task[:60]}"
                raise EvaluationError(f"{place}: {error}.") from None
            yield number, {"task": task, **dict(_flat_line(line))}


def _flat_line(line: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from flattened({name: one for name, one in line.items() if name != "arguments"})
    yield "prompt", prompt_of_line(line)
    answers = line.get("filtered_resps")
    only = answers[0] if isinstance(answers, list) and len(answers) == 1 else answers
    yield "answer", only if isinstance(only, str) else None


def _decoding(config: Mapping[str, Any], tokens: str) -> dict[str, Any]:
    """Return what is known of how answers were drawn; what the file does not say is None."""
    return {
        "temperature": _number(config.get("temperature")),
        "max_new_tokens": _number(config.get(tokens)),
        "seed": _number(config.get("seed")),
        "logprobs": config.get("logprobs") if isinstance(config.get("logprobs"), bool) else None,
    }


def _number(value: Any) -> float | int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < 2**53 else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:100]


OPENERS = {"inspect": _inspect, "lm-eval": _lm_eval, "items": open_table}
