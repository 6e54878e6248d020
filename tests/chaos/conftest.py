"""An empty PostgreSQL database that belongs to one test."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture
def fresh_postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of a new database on the real server."""
    name = f"chaos_{secrets.token_hex(6)}"
    server = create_engine(
        postgresql_server.replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    head, _, query = postgresql_server.partition("?")
    yield f"{head.rsplit('/', 1)[0]}/{name}?{query}"
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
