"""Somebody who calls the API: with a token, or as nobody."""

from typing import Any

from quart import Quart

from app.resources import Resources
from tests.factories.people import actor_for, make_token, make_user


class Caller:
    """One person, or a stranger where ``role`` is None."""

    def __init__(self, app: Quart, resources: Resources, role: str | None) -> None:
        self._client = app.test_client()
        self.database = resources.database
        self.resources = resources
        self.headers: dict[str, str] = {}
        if role is not None:
            user = make_user(resources.database, role)
            self.id, self.name, self.actor = user.id, user.name, actor_for(user)
            scopes = ["read", "write", "admin"] if role == "admin" else None
            self.token = make_token(resources.database, user, scopes=scopes)
            self.headers["Authorization"] = f"Bearer {self.token}"

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """Return the response; its JSON, if it is JSON, is in ``body``."""
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

    async def patch(self, path: str, json: Any, status: int = 200) -> Any:
        """Return the JSON of a PATCH that must answer ``status``."""
        response = await self.call("PATCH", path, json=json)
        assert response.status_code == status, response.body
        return response.body
