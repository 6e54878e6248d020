"""Ratings of other programs become benchmark runs: previewed, named where they do not map, whole."""

import json
import zlib
from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.benchmark import BenchmarkAnswer, BenchmarkModel, BenchmarkRun
from app.models.persona import PersonaSet, Trait
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.factories.callers import Caller
from tests.factories.evaluation_logs import eval_log, header, line, lm_eval_zip, results
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"
GENDERS = ("female", "male")
TABLES = (
    "metrics",
    "means?attribute=gender",
    "deltas?attribute=gender",
    "deltas?attribute=religion",
    "forest?attribute=gender",
    "kruskal",
    "kruskal-by-category",
    "intensity",
    "equivalence",
    "order-metrics",
    "refusals",
    "retries",
    "stability",
    "option-ratings",
    "overview",
)


def rule(item: Any) -> int | str:
    """Rate by a hash of the item, women higher, and refuse some."""
    key = item.key
    number = zlib.crc32(f"{item.persona.uuid} {key.trait_id} {key.scale_order} {key.cue}".encode())
    if number % 11 == 0:
        return "refusal"
    return 1 + (number + (item.persona.gender == "female")) % 5


def tries(item: Any) -> int:
    """Accept some at the second attempt."""
    return 1 + (item.key.persona_id + item.key.trait_id) % 2


async def call(caller: Caller, path: str, content: bytes, form: dict[str, Any]) -> Any:
    values = {
        name: json.dumps(one) if name == "mapping" else str(one).lower() if one is True else str(one)
        for name, one in form.items()
    }
    files = {"file": FileStorage(BytesIO(content), filename=form.get("name") or "mine")}
    return await caller.call("POST", f"{BASE}/import/{path}", form=values, files=files)


async def preview(
    caller: Caller, kind: str, content: bytes, status: int = 200, **form: Any
) -> Any:
    answer = await call(caller, f"{kind}/preview", content, form)
    assert answer.status_code == status, answer.body
    return answer.body


async def bring_in(
    caller: Caller, kind: str, content: bytes, status: int = 201, **form: Any
) -> Any:
    answer = await call(caller, kind, content, form)
    assert answer.status_code == status, answer.body
    return answer.body["run_id"] if status == 201 else answer.body


async def file_of(caller: Caller, run_id: int, path: str) -> bytes:
    answer = await caller.call("GET", f"{BASE}/runs/{run_id}/{path}")
    assert answer.status_code == 200
    return await answer.get_data()


@pytest.fixture
def own_run(member, resources) -> int:
    number = start(
        resources, member.actor, personas=12, traits=3, dual_fraction=0.5, cues=("label", "prose"),
        repeats=2,
    )  # fmt: skip
    options = {"1": 0.1, "2": 0.2, "3": 0.3, "4": 0.2, "5": 0.1}
    performed(resources, number, RuleAsker(rule, tries, options=options))
    return number


async def tables_of(caller: Caller, run_id: int) -> dict[str, Any]:
    return {
        name: await caller.get(f"{BASE}/runs/{run_id}/{name}") for name in TABLES
    }


@pytest.mark.parametrize("path", ["export/parquet", "export/csv"])
async def test_what_was_exported_and_brought_in_again_has_the_same_tables(
    member: Caller, own_run: int, path: str
) -> None:
    content = await file_of(member, own_run, path)
    shown = await preview(member, "items", content)
    assert shown["problem"] is None
    assert (shown["left"], shown["new_traits"], shown["mapping_from"]) == ([], [], "names")
    assert shown["num_personas"] == 12
    number = await bring_in(member, "items", content, name="Again")
    assert await tables_of(member, number) == await tables_of(member, own_run)
