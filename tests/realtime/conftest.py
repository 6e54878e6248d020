"""The real web process with real sockets, one for all tests that a process has here."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.models.user import User
from app.settings import Settings
from harness.eventually import PATIENCE_SECONDS
from harness.plain_http import NO_CERTIFICATES
from harness.ports import free_port
from harness.site import Site


def site_settings(home: Path, database_url: str, redis_url: str, **more: str) -> Settings:
    home.mkdir(mode=0o700, exist_ok=True)
    return Settings.from_env(
        {
            "ROUNDHOUSE_HOME": str(home),
            "ROUNDHOUSE_PORT": str(free_port()),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **more,
        }
    )


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, redis_socket: Path
) -> Iterator[Site]:
    """A running platform without workers."""
    home = tmp_path_factory.mktemp(f"site-{secrets.token_hex(3)}")
    shutil.copy(sqlite_template, home / "roundhouse.db")
    redis_url = f"unix://{redis_socket}?db=3"
    site = Site(site_settings(home, f"sqlite:///{home}/roundhouse.db", redis_url))
    site.web.start()
    yield site
    site.close()


@pytest.fixture
def owner(site: Site) -> User:
    return site.user()


@pytest.fixture
def token(site: Site, owner: User) -> str:
    return site.token(owner)


@pytest.fixture
def topic(site: Site, owner: User) -> str:
    return site.topic(owner)


@pytest.fixture
async def http(site: Site, token: str):
    """A client of the API that carries the owner's token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=site.url, headers=headers, timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES
    ) as client:
        yield client
