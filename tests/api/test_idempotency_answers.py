"""Routes that name the row that they make: their answer is committed with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import event

from app.http.endpoint import endpoint_of
from app.models.idempotency import IdempotencyKey
from app.resources import Resources
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from tests.api.test_permission_matrix import ASKS, Stage
from tests.support.web import web_for


@pytest.fixture
def web(resources: Resources) -> Quart:
    """Return the application and what it has by itself."""
    ensure_builtin_datasets(resources.database)
    ensure_builtin_benchmarks(resources.database)
    return web_for(resources)


@pytest.fixture
def inserted() -> Iterator[list[tuple[int | None, Any]]]:
    """Collect status and answer of keys at the moment in which they are written."""
    rows: list[tuple[int | None, Any]] = []

    def note(_mapper: object, _connection: object, row: IdempotencyKey) -> None:
        rows.append((row.status, row.response))

    event.listen(IdempotencyKey, "before_insert", note)
    yield rows
    event.remove(IdempotencyKey, "before_insert", note)


def rows_that_name_what_they_make(web: Quart) -> list[str]:
    """Return method and address of the routes with ``made``, as requests are kept."""
    return [
        row
        for row in ASKS
        for rule in web.url_map.iter_rules()
        if row.split(" ")[1].replace("{", "<").replace("}", ">") == rule.rule
        and row.split(" ")[0] in (rule.methods or ())
        and endpoint_of(web.view_functions[rule.endpoint]).made is not None
    ]


def without_secret(answer: Any) -> Any:
    """Return the answer as it is kept: a secret is shown once, and stored nowhere in the open."""
    return answer | {"secret": None} if isinstance(answer, dict) and "secret" in answer else answer


async def test_what_is_committed_with_the_effect_is_what_was_answered(
    web: Quart, resources: Resources, inserted: list[tuple[int | None, Any]]
) -> None:
    named = rows_that_name_what_they_make(web)
    assert len(named) >= 10
    for number, row in enumerate(named):
        stage = Stage(web, resources, "owner" if "/users" not in row else "admin", "private")
        await stage.enter()
        stage.headers["Idempotency-Key"] = f"key-{number}"
        status, _ = await stage.ask(row)
        if status < 400:
            kept = (status, without_secret(stage.answer))
            assert (row, inserted[-1]) == (row, kept)
