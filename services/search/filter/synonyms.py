"""Words of MLflow and of the platform's own pages that a filter takes for the stored ones.

MLflow: statuses in capitals, ids of 32 letters, names of runs and notes as tags.
"""

from dataclasses import replace

from services.search.filter import tree

STATUSES = {
    "finished": "completed",
    "succeeded": "completed",
    "success": "completed",
    "running": "in_progress",
    "starting": "in_progress",
    "stopping": "in_progress",
    "lost": "in_progress",
    "scheduled": "queued",
    "pending": "queued",
    "killed": "cancelled",
    "canceled": "cancelled",
    "stopped": "cancelled",
}
# tags that an import keeps under another name
TAGS: dict[str, tuple[tree.Kind, str]] = {
    "mlflow.runName": ("attributes", "name"),
    "mlflow.note.content": ("attributes", "notes"),
    "mlflow.user": ("tags", "import.user"),
}
SOURCE_TAG, SOURCE = "import.source", "mlflow:"
_NEGATED = {tree.UNEQUAL: tree.EQUAL, "NOT IN": "IN"}
_MAX_ID_DIGITS = 18


def meant(comparison: tree.Predicate) -> tree.Predicate:
    """Return the comparison with the stored words in the place of known synonyms."""
    if comparison.identifier != tree.Identifier(kind="attributes", name="status"):
        return comparison
    if comparison.operator in tree.LIKES:
        return comparison
    return replace(comparison, values=tuple(_status(value) for value in comparison.values))


def _status(value: tree.Value) -> tree.Value:
    if not isinstance(value, str):
        return value
    plain = value.lower()
    return STATUSES.get(plain, plain)


def about_foreign_ids(comparison: tree.Predicate) -> tree.Node | None:
    """Return what a comparison of a run's id with texts means, None for any other comparison.

    A text of digits is an id of ours; any other is the id that an imported run had in MLflow.
    """
    texts = [value for value in comparison.values if isinstance(value, str)]
    is_id = comparison.identifier == tree.Identifier(kind="attributes", name="id")
    if not is_id or not texts or comparison.operator in tree.RANGES:
        return None
    if len(texts) < len(comparison.values):
        return None
    positive = replace(comparison, operator=_NEGATED.get(comparison.operator, comparison.operator))
    parts = tuple(part for part in (_own(positive, texts), _foreign(positive, texts)) if part)
    node: tree.Node = parts[0] if len(parts) == 1 else tree.Any(parts)
    return tree.Not(node) if comparison.operator in _NEGATED else node


def _own(comparison: tree.Predicate, texts: list[str]) -> tree.Predicate | None:
    numbers = tuple(float(text) for text in texts if _is_own(text))
    if not numbers or comparison.operator in tree.LIKES:
        return None
    return replace(comparison, values=numbers)


def _foreign(comparison: tree.Predicate, texts: list[str]) -> tree.Predicate | None:
    is_pattern = comparison.operator in tree.LIKES
    keys = tuple(f"{SOURCE}{text}" for text in texts if is_pattern or not _is_own(text))
    if not keys:
        return None
    return replace(
        comparison, identifier=tree.Identifier(kind="tags", name=SOURCE_TAG), values=keys
    )


def _is_own(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS
