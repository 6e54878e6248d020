"""People who call the whole application over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from quart import Quart

from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.resources import Resources
from blueprints import BLUEPRINTS
from services.datasets.builtin_rows import ensure_builtin_datasets
from tests.factories.people import actor_for, make_token, make_user


class Caller:
    """Somebody with a token, or nobody."""

    def __init__(self, app: Quart, resources: Resources, role: str | None) -> None:
        self._client = app.test_client()
        self.database = resources.database
        self.headers: dict[str, str] = {}
        if role is not None:
            user = make_user(resources.database, role)
            self.id, self.name, self.actor = user.id, user.name, actor_for(user)
            self.headers["Authorization"] = f"Bearer {make_token(resources.database, user)}"

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the response; its JSON is in ``body``."""
        headers = self.headers | options.pop("headers", {})
        response = await self._client.open(path, method=method, headers=headers, **options)
        response.body = await response.get_json(silent=True)
        return response

    async def get(self, path: str, status: int = 200, **options: Any) -> Any:
        """Return the JSON of a GET that must answer ``status``."""
        response = await self.call("GET", path, **options)
        assert response.status_code == status, response.body
        return response.body

    async def post(self, path: str, json: Any = None, status: int = 200, **options: Any) -> Any:
        """Return the JSON of a POST that must answer ``status``."""
        if json is not None:
            options["json"] = json
        response = await self.call("POST", path, **options)
        assert response.status_code == status, response.body
        return response.body


@pytest.fixture
async def web(resources: Resources) -> AsyncIterator[Quart]:
    """The whole application, without the live server."""
    ensure_builtin_datasets(resources.database)
    app = create_app(resources, BLUEPRINTS)
    install_gate(app, open_gate(resources.settings, resources.database))
    async with app.test_app():
        yield app


@pytest.fixture
def member(web: Quart, resources: Resources) -> Caller:
    """Somebody who may make things."""
    return Caller(web, resources, "member")


@pytest.fixture
def colleague(web: Quart, resources: Resources) -> Caller:
    """Another member."""
    return Caller(web, resources, "member")


@pytest.fixture
def admin(web: Quart, resources: Resources) -> Caller:
    """Somebody who sees everything."""
    return Caller(web, resources, "admin")


@pytest.fixture
def viewer(web: Quart, resources: Resources) -> Caller:
    """Somebody who only reads what the team shares."""
    return Caller(web, resources, "viewer")


@pytest.fixture
def stranger(web: Quart, resources: Resources) -> Caller:
    """Nobody we know."""
    return Caller(web, resources, None)
