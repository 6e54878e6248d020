"""The exports of a run: a table of its analysis, for whoever may see the run."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from services.benchmarks.analysis.answer import answer
from services.benchmarks.exports.tables import (
    DELTAS,
    KRUSKAL,
    OF_CATEGORY,
    ExportTable,
    export_table,
)


def deltas_export(
    database: Database,
    actor: Actor,
    run_id: str,
    attribute: str,
    *,
    baseline: str | None = None,
    trait_category: str | None = None,
    language: str,
) -> ExportTable:
    """Return the groups of an attribute against its baseline. Raises as ``answer``."""
    question: dict[str, Any] = {} if trait_category is None else {"trait_category": trait_category}
    if baseline is not None:
        question["baselines"] = {attribute: baseline}
    table = answer(database, actor, run_id, "deltas", question)["data"][attribute]
    rows = [{**row, "exploratory": table["exploratory"]} for row in table["rows"]]
    return export_table(f"run-{run_id}-deltas-{attribute}", DELTAS, rows, language)


def kruskal_export(database: Database, actor: Actor, run_id: str, *, language: str) -> ExportTable:
    """Return the tests of all attributes. Raises as ``answer``."""
    rows = answer(database, actor, run_id, "kruskal", {})["attributes"]
    return export_table(f"run-{run_id}-kruskal", KRUSKAL, rows, language)


def kruskal_by_category_export(
    database: Database,
    actor: Actor,
    run_id: str,
    *,
    trait_category: str | None = None,
    language: str,
) -> ExportTable:
    """Return the tests by trait category, or those of one. Raises as ``answer``."""
    if trait_category is not None:
        one = answer(database, actor, run_id, "kruskal", {"trait_category": trait_category})
        categories: Mapping[str, Any] = {trait_category: one}
    else:
        categories = answer(database, actor, run_id, "kruskal_by_category", {})["categories"]
    columns = (OF_CATEGORY, *KRUSKAL)
    name = f"run-{run_id}-kruskal-by-category"
    return export_table(name, columns, _with_category(categories), language)


def _with_category(categories: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, table in categories.items():
        yield from ({"trait_category": name, **row} for row in table["attributes"])
