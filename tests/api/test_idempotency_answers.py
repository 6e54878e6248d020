"""Routes that name the row that they make: their answer is committed with it."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutinefunction, unwrap
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.http import idempotency
from app.http.blueprint import last_step
from app.http.endpoint import endpoint_of
from app.models.idempotency import IdempotencyKey
from app.resources import Resources
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from tests.api.test_permission_matrix import ASKS, Stage
from tests.support.databases import ON_ONE_DATABASE
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


SECRET = "its answer has a secret, which is not kept"
NOTHING = "it only computes an answer"
TUS = "a client of tus asks how far its upload is"
SAME = "a second time it changes nothing more"
# POST routes that keep no answer, and why not
NOT_KEPT = {
    "/api/auth/login": SECRET,
    "/api/auth/logout": SAME,
    "/api/auth/one-time": SECRET,
    "/api/auth/password": SAME,
    "/api/auth/sessions/revoke-others": SAME,
    "/api/auth/tokens": SECRET,
    "/api/benchmarks/estimate": NOTHING,
    "/api/benchmarks/import/{kind}/preview": NOTHING,
    "/api/benchmarks/probe": NOTHING,
    "/api/benchmarks/runs/compare/bias-intensity-csv": NOTHING,
    "/api/benchmarks/runs/compare/deltas": NOTHING,
    "/api/benchmarks/runs/compare/groups": NOTHING,
    "/api/benchmarks/runs/compare/items": NOTHING,
    "/api/benchmarks/runs/compare/metrics": NOTHING,
    "/api/benchmarks/runs/compare/models": NOTHING,
    "/api/benchmarks/runs/compare/order-metrics": NOTHING,
    "/api/benchmarks/runs/{id}/warm-cache": NOTHING,
    "/api/channels/{id}/secret": SECRET,
    "/api/config/update": SAME,
    "/api/connections": SECRET,
    "/api/connections/callback": "its code is good once",
    "/api/datasets/preview": NOTHING,
    "/api/experiments/federated/skew": NOTHING,
    "/api/federations/join": SECRET,
    "/api/federations/{id}/sites": SECRET,
    "/api/runs/{id}/heartbeat": SAME,
    "/api/runs/{id}/series": "a batch has a number of its own",
    "/api/scheduler/cleanup-event-logs": SAME,
    "/api/training/api-keys/{id}": SECRET,
    "/api/training/create-plots/{id}": NOTHING,
    "/api/training/delete-all-sessions": SAME,
    "/api/training/forecast-batch/{id}": NOTHING,
    "/api/training/forecast/{id}": NOTHING,
    "/api/training/generate-plot": NOTHING,
    "/api/training/predict/{id}": NOTHING,
    "/api/training/save-model/{id}": SAME,
    "/api/training/scale-data/{id}": NOTHING,
    "/api/training/session/{id}/delete": SAME,
    "/api/training/tus": TUS,
    "/api/training/tus/{id}": TUS,
    "/api/training/upload-chunk": "a chunk has a number of its own",
    "/api/uploads": TUS,
    "/api/uploads/{id}": TUS,
    "/api/users/{id}/signin-link": SECRET,
}


@pytest.fixture
def made_rows() -> Iterator[list[str]]:
    """Collect the classes of rows that are new in the database, but for keys."""
    rows: list[str] = []

    def note(_session: object, row: object) -> None:
        if not isinstance(row, IdempotencyKey):
            rows.append(type(row).__name__)

    event.listen(Session, "pending_to_persistent", note)
    yield rows
    event.remove(Session, "pending_to_persistent", note)


def keeps_its_answer(web: Quart, row: str) -> bool:
    """Return whether a route commits its answer together with what it makes."""
    method, _, path = row.partition(" ")
    for rule in web.url_map.iter_rules():
        if shape(rule.rule) == shape(path) and method in (rule.methods or ()):
            return endpoint_of(web.view_functions[rule.endpoint]).creates
    raise LookupError(row)


def shape(address: str) -> str:
    """Return an address with every part that is filled in as {}."""
    return re.sub(r"<[^>]*>|{[^}]*}", "{}", address)


def test_every_route_that_makes_something_keeps_its_answer_or_says_why_not(web: Quart) -> None:
    posts = [row for row in ASKS if row.startswith("POST ")]
    silent = {row.split(" ")[1] for row in posts if not keeps_its_answer(web, row)}
    assert sorted(silent - set(NOT_KEPT)) == []
    assert sorted(set(NOT_KEPT) - silent) == []


def names_in(view: Callable[..., Any], depth: int = 2) -> set[str]:
    """Return the names that a view uses, and those that functions of its module use for it."""
    names = set(view.__code__.co_names)
    helpers = (view.__globals__.get(name) for name in names) if depth else ()
    own = [one for one in helpers if getattr(one, "__module__", None) == view.__module__]
    return names.union(*(names_in(one, depth - 1) for one in own if hasattr(one, "__code__")))


def test_a_view_that_is_a_coroutine_says_how_its_answer_is_committed(web: Quart) -> None:
    """Else the answer of what it made would be stored after it, and lost with the process."""
    views = {name: unwrap(view) for name, view in web.view_functions.items()}
    makers = {
        name: view
        for name, view in views.items()
        if iscoroutinefunction(view) and endpoint_of(view).creates
    }
    assert len(makers) >= 10
    together = {last_step.__name__, idempotency.commit_with_answer.__name__}
    silent = [
        name
        for name, view in makers.items()
        if endpoint_of(view).made is None and not names_in(view) & together
    ]
    assert silent == []


@ON_ONE_DATABASE
async def test_a_repeat_after_a_death_before_the_answer_was_sent_gets_it_and_makes_nothing(
    web: Quart, resources: Resources, made_rows: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_remember", lambda *_: None)  # dead by then
    wrong = {}
    posts = [row for row in ASKS if row.startswith("POST ") and keeps_its_answer(web, row)]
    for number, row in enumerate(posts):
        stage = Stage(web, resources, "owner" if "/users" not in row else "admin", "private")
        await stage.enter()
        stage.headers["Idempotency-Key"] = f"key-{number}"
        sent = await sent_by(stage, row)
        if sent.status < 400:
            made_rows.clear()
            status, answer = await sent.again()
            if (status, answer, made_rows) != (sent.status, without_secret(stage.answer), []):
                wrong[row] = (sent.status, status, list(made_rows))
    assert wrong == {}


@dataclass
class Sent:
    """A request that was answered, and how to send it once more."""

    status: int
    again: Callable[[], Awaitable[tuple[int, Any]]]


async def sent_by(stage: Stage, row: str) -> Sent:
    """Send the request of ``row``, and note how."""
    send, calls = stage.browser.send, []

    async def noted(*args: Any, **options: Any) -> tuple[int, Any]:
        calls.append(partial(send, *args, **options))
        return await send(*args, **options)

    stage.browser.send = noted  # type: ignore[method-assign]
    status, _ = await stage.ask(row)
    return Sent(status=status, again=calls[-1])
