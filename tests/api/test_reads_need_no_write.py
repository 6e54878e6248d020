"""Reading never needs a write: a database that another process holds answers reads at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from quart import Quart
from sqlalchemy import create_engine, text, update

from app.clock import now
from app.db.engine import Database
from app.models.api_token import ApiToken
from app.models.auth_session import AuthSession
from app.resources import Resources
from blueprints import ACCESS
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from services.datasets.builtin_rows import ensure_builtin_datasets
from tests.api.test_permission_matrix import ASKS, Stage
from tests.factories.callers import Caller
from tests.support.asks import Ask
from tests.support.databases import ON_ONE_DATABASE
from tests.support.web import web_for

AT_ONCE = 8.0  # seconds, of a busy machine: a write would wait for ten


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Let another connection hold the only turn to write that SQLite has."""
    other = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        yield
        connection.execute(text("ROLLBACK"))
    other.dispose()


@contextmanager
def full(database: Database) -> Iterator[None]:
    """Let no row find room in the file, as on a full disk."""
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    yield
    with database.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count=1073741823"))


def forget_uses(database: Database) -> None:
    """Let every credential have been used long ago, so that its next use would be noted."""
    ago = now() - timedelta(minutes=5)
    with database.write() as unit:
        unit.session.execute(update(ApiToken).values(last_used_at=ago))
        unit.session.execute(update(AuthSession).values(last_seen_at=ago))


@pytest.fixture
def web(resources: Resources) -> Quart:
    ensure_builtin_datasets(resources.database)
    ensure_builtin_benchmarks(resources.database)
    return web_for(resources)


@ON_ONE_DATABASE
@pytest.mark.full
@pytest.mark.parametrize("who", ["owner", "admin", "reading token"])
async def test_every_reading_route_answers_at_once_while_another_process_writes(
    web: Quart, resources: Resources, who: str
) -> None:
    stage, late = Locked(web, resources, who, "private"), {}
    await stage.enter()
    for row in [row for row in ACCESS.routes if row.startswith("GET ")]:
        status, _ = await stage.ask(row)
        if stage.seconds > AT_ONCE or (status >= 500 and status != ASKS.get(row, Ask()).status):
            late[row] = (status, round(stage.seconds, 1))
    assert late == {}


class Locked(Stage):
    """Asks while the database is held; what the request is about is written before."""

    def _about(self, request: Ask, template: str):
        names = super()._about(request, template)
        forget_uses(self.database)
        return names

    async def ask(self, row: str) -> tuple[int, str]:
        send = self.browser.send

        async def held_send(*arguments, **named):
            with held(self.database):
                began = time.monotonic()
                answer = await send(*arguments, **named)
                self.seconds = time.monotonic() - began
            return answer

        self.browser.send = held_send
        try:
            return await super().ask(row)
        finally:
            self.browser.send = send


async def test_the_use_of_a_credential_is_noted_where_nothing_is_in_the_way(member: Caller) -> None:
    forget_uses(member.database)
    await member.get("/api/runs/list")
    with member.database.read() as session:
        assert now() - session.query(ApiToken).one().last_used_at < timedelta(minutes=1)


@ON_ONE_DATABASE
@pytest.mark.parametrize("obstacle", [held, full])
async def test_a_use_that_cannot_be_noted_is_forgotten(member: Caller, obstacle) -> None:
    forget_uses(member.database)
    with obstacle(member.database):
        began = time.monotonic()
        await member.get("/api/runs/list")
        assert time.monotonic() - began < AT_ONCE
    await member.get("/api/runs/list")
    with member.database.write() as unit:  # the usual patience is back
        assert unit.session.execute(text("PRAGMA busy_timeout")).scalar_one() == 10_000
