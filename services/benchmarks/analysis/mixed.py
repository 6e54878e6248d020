"""A mixed model of an attribute beside the permutation test of the same groups."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.engine import Database
from services.benchmarks.analysis.answer import answering_about

BESIDE = ("delta", "p_value", "q_value", "ci_low", "ci_high")


def read_mixed(
    database: Database, actor: Actor, run_id: str, question: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the model with, in each row, what the permutation test says of the same group.

    Raises as ``answer``.
    """
    answering = answering_about(database, actor, run_id)
    fit = answering.answer("mixed", question)
    category = {name: value for name, value in question.items() if name == "trait_category"}
    table = answering.answer("deltas", category)["data"][question["attribute"]]
    tested = {row["category"]: {name: row[name] for name in BESIDE} for row in table["rows"]}
    rows = [row | {"permutation": tested[row["category"]]} for row in fit["rows"]]
    return fit | {"rows": rows}
