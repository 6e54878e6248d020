"""The requests for the routes of benchmarks, and the rows that they are about.

A reading route that answers 200 needs no line.
"""

from typing import Any
from uuid import uuid4

from app.clock import now
from app.models.persona import Trait
from app.resources import Resources
from tests.support.asks import Ask


def a_trait(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a trait; ``id`` is its number."""
    word = uuid4().hex
    row = Trait(
        code=f"x{word}", adjective=word, adjective_key=word, owner_id=owner_id,
        visibility=visibility, created_at=now(), updated_at=now(),
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


TRAITS = {
    "POST /api/benchmarks/traits": Ask(409, json={"adjective": "Friendly"}, code="trait_exists"),
    "POST /api/benchmarks/traits/import": Ask(400),  # there is no file in it
    "GET /api/benchmarks/traits/{id}": Ask(about=a_trait),
    "PATCH /api/benchmarks/traits/{id}": Ask(json={"category": "new"}, about=a_trait),
    "DELETE /api/benchmarks/traits/{id}": Ask(204, about=a_trait),
}
BENCHMARK_ASKS: dict[str, Ask] = TRAITS
