"""Sentences that pages translate by their templates: none has drifted from its source, none lacks."""

import ast
import inspect
import json
import re
from functools import cache

from marshmallow import Schema, fields, validate

from tests.architecture.sources import ROOT, named, python_files, tree

TABLE = ROOT / "static" / "src" / "texts" / "sentences.de.json"
SOURCES = ("app", "blueprints", "services", "workers")
# what pages show of these in full: reasons, warnings, notes, faults of fields
COVERED = (
    "app/http/faults.py",
    "app/jobs/",
    "blueprints/scheduler/files/lines.py",
    "blueprints/scheduler/params.py",
    "blueprints/scheduler/schemas_",
    "services/alerts/",
    "services/attention/",
    "services/benchmarks/",
    "services/channels/",
    "services/connections/",
    "services/datasets/",
    "services/federations/clocks.py",
    "services/federations/domain/",
    "services/federations/participants.py",
    "services/federations/ports.py",
    "services/federations/releases.py",
    "services/federations/update.py",
    "services/federations/engine/preparing.py",
    "services/federations/engine/train.py",
    "services/forecasting/",
    "services/incidents/",
    "services/runs/training/config/rules.py",
    "services/runs/training/data/",
    "services/runs/training/engine/federated/counts.py",
    "services/runs/training/engine/federated/guard.py",
    "services/scheduler/",
    "services/sites/",
    "services/studies/create.py",
    "services/studies/domain/failures.py",
    "services/studies/domain/sentence.py",
    "services/studies/read.py",
    "services/tabular/",
    "workers/runtime.py",
)
# what has a code (server.de.json, messages of jobs), is logged, or is a fault of a file of a model
CODED = (
    "services/benchmarks/domain/detectable.py",  # a fault of the caller
    "services/benchmarks/domain/metrics.py",
    "services/benchmarks/domain/person_texts.py",  # to a model
    "services/benchmarks/domain/prompt_texts.py",
    "services/benchmarks/engine/probe_texts.py",
    "services/channels/sending/words.py",  # in the language of a channel
    "services/connections/measures.py",  # to Prometheus
    "services/forecasting/engine/",
    "services/forecasting/evaluation/",
    "services/forecasting/models/",
    "services/forecasting/prediction/bundle.py",
    "services/scheduler/measures.py",
    "services/scheduler/overview/",  # to programs of older addresses: no page shows it
    "services/sites/summaries/prompt.py",  # to a model
    "services/tabular/column_findings.py",
    "services/tabular/findings.py",
    "services/tabular/long_reading.py",
    "services/tabular/series_findings.py",
    "services/tabular/time_findings.py",
)
ENDS = re.compile(r"(?<=[.!?])\s+(?=\S)")
PATTERN = re.compile(r"\(\?:|\\[dsW]|^\w+\.$|^\w+_\w+\.$")  # of a regular expression, or of a name
PLACE = re.compile(r"\{\w*(?:![rs])?(?::[^{}]*)?\}")


def template(node: ast.AST) -> str | None:
    """Return a text with {} for what is filled in, None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(template(part) or "{}" for part in node.values)
    return None


def templates(module: ast.Module):
    """Yield every text of a module that is no docstring, and no part of another one."""
    skipped = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if id(node) in skipped:
            continue
        text = template(node)
        if text is not None:
            skipped |= {id(part) for part in ast.walk(node)}
            yield text


def plain(text: str) -> str:
    return PLACE.sub("{}", text).strip()


@cache
def of_the_sources() -> frozenset[str]:
    """Return all texts and, of those of several sentences, each run of them."""
    texts = {plain(text) for path in python_files(*SOURCES) for text in templates(tree(path))}
    texts |= {plain(text) for text in of_marshmallow()}
    for text in list(texts):
        parts = ENDS.split(text)
        places = range(len(parts) + 1)
        texts |= {" ".join(parts[start:end]) for start in places for end in places[start + 1 :]}
    return frozenset(texts | {text.rstrip(".") for text in texts})


def of_marshmallow():
    yield from Schema._default_error_messages.values()
    for bounds in ({"min": 0}, {"max": 1}, {"min": 0, "max": 1}):
        for inclusive in (True, False):
            of_range = validate.Range(**bounds, min_inclusive=inclusive)
            yield from (of_range.message_min, of_range.message_max, of_range.message_all)
    yield validate.Range(max=1, max_inclusive=False).message_max
    for module in (fields, validate):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            of_what = getattr(kind, "OBJ_TYPE", "{obj_type}")
            for message in getattr(kind, "default_error_messages", {}).values():
                yield message.replace("{obj_type}", of_what)
            yield from (
                value
                for name, value in vars(kind).items()
                if (name.startswith("message_") or name == "default_message")
                and isinstance(value, str)
            )


def table() -> set[str]:
    return {plain(key) for key in json.loads(TABLE.read_text(encoding="utf-8"))}


def test_every_translated_sentence_is_one_of_the_sources():
    assert sorted(table() - of_the_sources()) == []


def test_every_sentence_that_pages_show_is_translated():
    known = table()
    known |= {text.rstrip(".") for text in known}
    missing = [
        f"{named(path)}: {text}"
        for path in python_files(*SOURCES)
        if named(path).startswith(COVERED)
        and not named(path).startswith(CODED)
        and not named(path).endswith(("/__main__.py", "/progress.py"))
        for text in map(plain, templates(tree(path)))
        if is_sentence(text) and not is_known(text, known)
    ]
    assert missing == []


def of_findings():
    """Yield the kind and the message of everything that is found in a file."""
    paths = [one for one in python_files("services") if named(one).startswith("services/tabular/")]
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Finding", "listed"}:
                given = dict(zip(("kind", "message"), node.args, strict=False))
                given |= {one.arg: one.value for one in node.keywords}
                kind, message = given["kind"], template(given["message"])
                if isinstance(kind, ast.Constant):
                    yield kind.value, message
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
                for case in node.iter.elts:
                    if isinstance(case, ast.Tuple) and ast.unparse(node.target).startswith(
                        "(kind,"
                    ):
                        yield case.elts[0].value, template(case.elts[-1])


def test_every_finding_in_a_file_is_translated_by_its_kind_or_by_its_sentence():
    codes = json.loads(TABLE.with_name("server.de.json").read_text(encoding="utf-8"))
    findings = dict(of_findings())
    assert {"conflicting_duplicate", "dst_fold", "gap", "step_change"} <= set(findings)
    missing = [
        f"{kind}: {message}"
        for kind, message in findings.items()
        if f"finding.{kind}" not in codes and plain(message or "") not in table()
    ]
    assert missing == []


def is_sentence(text: str) -> bool:
    ends = text.endswith((".", "?")) and not PATTERN.search(text)
    return ends and len(re.findall(r"[a-z]{2,}", text)) > 1


def is_known(text: str, known: set[str]) -> bool:
    return text in known or all(part.removeprefix("{} ") in known for part in ENDS.split(text))
