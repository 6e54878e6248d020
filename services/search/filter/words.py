"""The names that a filter, a sort or a column may use, and what they hold."""

import difflib
import re
from collections.abc import Iterable
from typing import get_args

from services.search.filter.errors import FilterError
from services.search.filter.synonyms import TAGS
from services.search.filter.tree import PARTS, Identifier, Kind
from services.tracking.catalogue import canonical_name, direction_of, split_name

NUMBER, TEXT, TIME, CHOICE = "number", "text", "time", "choice"
ATTRIBUTES = {
    "id": NUMBER,
    "name": TEXT,
    "status": CHOICE,
    "task": CHOICE,
    "training_mode": CHOICE,
    "start_time": TIME,
    "end_time": TIME,
    "duration": NUMBER,
    "owner": TEXT,
    "owner_id": NUMBER,
    "origin": CHOICE,
    "visibility": CHOICE,
    "best_val_recall": NUMBER,
    "best_val_accuracy": NUMBER,
    "dataset": TEXT,
    "run_description": TEXT,
    "notes": TEXT,
    "seed": NUMBER,
    "archived_at": TIME,
}
# as MLflow's users also write them
_ATTRIBUTE_ALIASES = {
    "run_id": "id",
    "run_name": "name",
    "description": "run_description",
    "created": "start_time",
    "user_id": "owner",
}
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)} | {
    "metric": "metrics",
    "result": "results",
    "param": "params",
    "parameter": "params",
    "parameters": "params",
    "tag": "tags",
    "attribute": "attributes",
    "attr": "attributes",
    "run": "attributes",
}
_DATASETS = ("dataset", "datasets")
_PLAIN = re.compile(r"[\w\-/:@.]+")
MAX_FILTER_LENGTH = 4_000  # characters of a filter
MAX_NAME_LENGTH = 250


def identifier(parts: list[str], column: int) -> Identifier:
    """Return what the dotted ``parts`` of a name mean.

    Raises FilterError, with the nearest name that there is.
    """
    if len(parts) == 1:
        return _attribute(parts[0], column)
    kind, name = _KINDS.get(parts[0].lower()), ".".join(parts[1:])
    if kind == "tags" and name in TAGS:
        stored, known = TAGS[name]
        return Identifier(kind=stored, name=known)
    if kind is None and parts[0].lower() in _DATASETS and name == "name":
        return Identifier(kind="attributes", name="dataset")
    if kind is None:
        near = nearest(parts[0], _KINDS)
        raise FilterError(
            column,
            f"{_shown(parts[0])} is none of metrics, results, params, tags, attributes{near}",
        )
    if kind == "attributes":
        return _attribute(name, column)
    part = "last"
    if kind == "metrics" and len(parts) > 2 and parts[-1] in PARTS:
        part, name = parts[-1], ".".join(parts[1:-1])
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise FilterError(column, f"a name has 1 to {MAX_NAME_LENGTH} characters")
    if kind == "results":
        return Identifier(kind=kind, name=canonical_name(name), part="value")
    return Identifier(kind=kind, name=name, part=part)


def _attribute(name: str, column: int) -> Identifier:
    known = _ATTRIBUTE_ALIASES.get(name, name)
    if known not in ATTRIBUTES:
        near = _result(name) or nearest(name, ATTRIBUTES) or ":"
        short = name if _PLAIN.fullmatch(name) else f'"{name}"'
        raise FilterError(
            column,
            f"there is no attribute {_shown(name)}{near} A parameter is written "
            f"params.{short[:60]}, a metric metrics.{short[:60]}, a tag tags.{short[:60]}",
        )
    return Identifier(kind="attributes", name=known)


def _result(name: str) -> str:
    """Return a question that names the result of a metric, empty for what is none of its own."""
    rows, _ = split_name(name)
    is_metric = not rows and direction_of(name) is not None
    return f": did you mean results.{canonical_name(name)}?" if is_metric else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known name, empty where none is near."""
    matches = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.5)
    return f": did you mean {matches[0]}?" if matches else ""


def _shown(name: str) -> str:
    return repr(name if len(name) <= 40 else name[:40] + "…")
