"""What may be compared with what, checked before any row is read."""

from collections.abc import Sequence

from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.search.filter import tree
from services.search.filter.errors import FilterError
from services.search.filter.words import ATTRIBUTES, CHOICE, NUMBER, TEXT, TIME, nearest
from services.tracking.catalogue import TASKS

CHOICES = {
    "status": ("queued", "in_progress", "completed", "failed", "cancelled"),
    "training_mode": (CENTRALIZED, FEDERATED),
    "task": TASKS,
    "visibility": ("private", "team"),
    "origin": ("trained", "logged", "imported"),
}
MAX_WILDCARDS = 8  # more make one comparison slow


def check_comparison(comparison: tree.Predicate, columns: Sequence[int]) -> None:
    """Let pass what has a meaning; ``columns`` is where each value begins.

    Raises FilterError for the first that has none.
    """
    if not comparison.values:
        return
    holds = type_of(comparison.identifier)
    name = comparison.identifier.name
    if comparison.operator in tree.LIKES:
        _check_pattern(comparison, holds)
    mixed = {type(value) for value in comparison.values}
    if len(mixed) > 1:
        raise FilterError(columns[0], "the values of a list are all numbers or all texts")
    for value, column in zip(comparison.values, columns, strict=True):
        if holds == NUMBER and isinstance(value, str):
            raise FilterError(column, f"{name} is a number: write it without quotes")
        if holds in {TEXT, CHOICE} and not isinstance(value, str):
            raise FilterError(column, f"{name} is a text: write it in quotes")
        if holds == CHOICE and comparison.operator not in tree.LIKES:
            _check_choice(name, str(value), column)
    if holds == CHOICE and comparison.operator in tree.RANGES:
        raise FilterError(comparison.column, f"{name} has no order: compare it with = or !=")


def type_of(identifier: tree.Identifier) -> str:
    """Return the type of what is compared; a parameter is a number or a text, as the value says."""
    if identifier.kind in {"metrics", "results"}:
        return NUMBER
    if identifier.kind == "tags":
        return TEXT
    return "either" if identifier.kind == "params" else ATTRIBUTES[identifier.name]


def _check_pattern(comparison: tree.Predicate, holds: str) -> None:
    if holds in {NUMBER, TIME}:
        raise FilterError(
            comparison.column,
            f"{comparison.identifier.name} is a {holds}: {comparison.operator} is for texts",
        )
    (pattern,) = comparison.values
    if not isinstance(pattern, str):
        raise FilterError(comparison.column, f"{comparison.operator} takes a text in quotes")
    if pattern.count("%") > MAX_WILDCARDS:
        raise FilterError(comparison.column, f"a pattern has at most {MAX_WILDCARDS} %")


def _check_choice(name: str, value: str, column: int) -> None:
    if value not in CHOICES[name]:
        near = nearest(value, CHOICES[name])
        known = ", ".join(CHOICES[name])
        raise FilterError(column, f"{name} is one of {known}{near}")
