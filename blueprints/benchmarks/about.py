"""Asking about a run in a route: the question's kind, and what of the query is said."""

from typing import Any

from app.http.gate import current_actor
from app.http.resources import resources
from services.benchmarks.analysis.answer import answer

MISSING = {404: "There is no such benchmark run, or it is not shared with you."}


def about(run_id: str, kind: str, **question: Any) -> dict[str, Any]:
    """Return the answer of a question about a run, with ``ok``."""
    said = {name: value for name, value in question.items() if value is not None}
    return {"ok": True, **answer(resources().database, current_actor(), run_id, kind, said)}
