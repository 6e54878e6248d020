"""Runs to be searched, and what a filter says of them in plain Python."""

import operator
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from services.runs.points import append_points
from services.runs.training.ports import Point
from services.search.filter import tree
from services.tracking.catalogue import direction_of
from services.tracking.labels import write_params, write_tags
from tests.factories.people import make_user
from tests.factories.runs import make_run

METRICS = ("x", "loss", "lr-a/b")
PARAMS = ("lr", "kind")
TAGS = ("site", "née")
WORDS = ("a", "A", "b", "a%c", "a_c", "abc", "ABC", "", "0.5", "[a]", "*", "\\", "é", "É", "10")
NUMBERS = (-1.5, 0.0, 0.5, 0.25, 1.0, 10.0)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass
class Searched:
    """A run, and everything that a filter may ask of it."""

    run: Run
    metrics: dict[str, list[float]] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


def make_searched(database: Database, many: int, seed: int = 1) -> tuple[int, list[Searched]]:
    """Write ``many`` runs of one person; return that person's id and the runs."""
    draw = random.Random(seed)
    owner = make_user(database).id
    return owner, [_searched(database, owner, draw) for _ in range(many)]


def _searched(database: Database, owner: int, draw: random.Random) -> Searched:
    status = draw.choice(["completed", "failed", "in_progress"])
    run = make_run(
        database,
        owner,
        name=draw.choice(WORDS) or "unnamed",
        status=status,
        training_mode=draw.choice(["centralized", "federated"]),
        start_time=BEGAN + timedelta(days=draw.randrange(4)),
        run_description=draw.choice([None, *WORDS]),
    )
    searched = Searched(run=run)
    for name in METRICS:
        if draw.random() < 0.6:
            searched.metrics[name] = [draw.choice(NUMBERS) for _ in range(draw.randrange(1, 4))]
    for name in PARAMS:
        if draw.random() < 0.7:
            searched.params[name] = draw.choice([*WORDS, *NUMBERS])
    for name in TAGS:
        if draw.random() < 0.7:
            searched.tags[name] = draw.choice(WORDS)
    _write(database, searched)
    return searched


def _write(database: Database, searched: Searched) -> None:
    points = [
        Point(name=name, step=step, value=value, client=None)
        for name, values in searched.metrics.items()
        for step, value in enumerate(values)
    ]
    with database.write() as unit:
        append_points(unit.session, searched.run.id, points, now())
        write_params(unit.session, searched.run.id, searched.params)
        write_tags(unit.session, searched.run.id, searched.tags)


def holds(node: tree.Node, searched: Searched) -> bool:
    """Return whether ``node`` is true of a run."""
    if isinstance(node, tree.Not):
        return not holds(node.part, searched)
    if isinstance(node, tree.Predicate):
        return _compared(node, value_of(node.identifier, searched))
    join = all if isinstance(node, tree.All) else any
    return join(holds(part, searched) for part in node.parts)


def value_of(identifier: tree.Identifier, searched: Searched) -> Any:
    """Return what a run has under a name, None where it has nothing."""
    if identifier.kind == "metrics":
        values = searched.metrics.get(identifier.name)
        return None if values is None else _summary(identifier, values)
    if identifier.kind == "params":
        return searched.params.get(identifier.name)
    if identifier.kind == "tags":
        return searched.tags.get(identifier.name)
    if identifier.name == "duration":
        end = searched.run.end_time
        return None if end is None else (end - searched.run.start_time).total_seconds()
    return getattr(searched.run, identifier.name)


BEST: dict[str | None, Callable[[Sequence[float]], float | None]] = {
    "min": min,
    "max": max,
    None: lambda _: None,
}


def _summary(identifier: tree.Identifier, values: Sequence[float]) -> float | None:
    parts: dict[str, Callable[[Sequence[float]], float | None]] = {
        "last": lambda all_: all_[-1],
        "best": BEST[direction_of(identifier.name)],
        "min": min,
        "max": max,
        "count": len,
    }
    return parts[identifier.part](values)


def _compared(node: tree.Predicate, value: Any) -> bool:
    if node.operator in tree.PRESENCE:
        return (value is None) == (node.operator == "IS NULL")
    if value is None:
        return False
    expected: list[Any] = list(node.values)
    if isinstance(value, datetime):
        expected = [_moment(str(one)) for one in expected]
    elif isinstance(expected[0], float):
        value = _number(value)
        if value is None:
            return False
    elif not isinstance(value, str):
        value = f"{value:.16g}"  # as it is shown: 10 for 10.0
    if node.operator in tree.LIKES:
        return _like(value, expected[0], folded=node.operator == "ILIKE")
    if node.identifier.kind == "params" and node.operator in tree.EQUALITIES:
        value, expected = _same(value), [_same(one) for one in expected]
    if node.operator in tree.MEMBERSHIP:
        return (value in expected) == (node.operator == "IN")
    return _COMPARE[node.operator](value, expected[0])


def _same(value: Any) -> Any:
    """Return what two spellings of one number have in common."""
    number = _number(value)
    return value if number is None else number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _like(value: str, pattern: str, *, folded: bool) -> bool:
    meaning = {"%": ".*", "_": "."}
    form = "".join(meaning.get(one, re.escape(one)) for one in pattern)
    flags = re.DOTALL | (re.IGNORECASE | re.ASCII if folded else 0)
    if folded:  # only ASCII letters are folded
        value, form = _folded(value), _folded(form)
        flags = re.DOTALL
    return re.fullmatch(form, value, flags) is not None


def _folded(text: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in text)
