"""A browser with one of our pages open: it keeps cookies and sends what our pages send."""

from typing import Any

from quart import Quart
from quart.testing import QuartClient

from app.auth.actor import SYSTEM
from app.db.engine import Database
from app.models.user import User
from services.accounts.users import issue_link
from tests.factories.people import PASSWORD, make_user

PAGE = {"X-Roundhouse": "1", "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


class Browser:
    """One client with its own cookie jar and address."""

    def __init__(self, app: Quart, *, address: str = "203.0.113.9") -> None:
        self.client: QuartClient = app.test_client()
        self._address = address

    async def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> tuple[int, Any]:
        """Return status and JSON of the answer, which stays in ``last``."""
        self.last = await self.client.open(
            path,
            method=method,
            headers=PAGE if headers is None else headers,
            scope_base={"client": (self._address, 40_000)},
            **kwargs,
        )
        is_json = self.last.content_type == "application/json"
        return self.last.status_code, await self.last.get_json() if is_json else None

    async def get(self, path: str, **kwargs: Any) -> tuple[int, Any]:
        """Send GET."""
        return await self.send("GET", path, **kwargs)

    async def post(self, path: str, json: Any = None, **kwargs: Any) -> tuple[int, Any]:
        """Send POST with a JSON body."""
        return await self.send("POST", path, json={} if json is None else json, **kwargs)

    async def patch(self, path: str, json: Any) -> tuple[int, Any]:
        """Send PATCH with a JSON body."""
        return await self.send("PATCH", path, json=json)

    async def delete(self, path: str) -> tuple[int, Any]:
        """Send DELETE."""
        return await self.send("DELETE", path)

    async def log_in(self, user: User, password: str = PASSWORD) -> int:
        """Sign in by password and return the status."""
        status, _ = await self.post("/api/auth/login", {"email": user.email, "password": password})
        return status

    async def use_link(self, database: Database, user: User) -> int:
        """Sign in by a fresh one-time link and return the status."""
        url = issue_link(database, SYSTEM, user.id, "http://localhost").url
        status, _ = await self.post("/api/auth/one-time", {"code": url.partition("#code=")[2]})
        return status

    @property
    def cookie(self) -> str:
        """The value of the session cookie, empty without one."""
        jar = self.client.cookie_jar
        return next((c.value or "" for c in jar if c.name == "roundhouse_session"), "")

    async def is_in(self) -> bool:
        """Return whether the platform knows who this is."""
        status, _ = await self.get("/api/auth/me")
        return status == 200


async def signed_in(app: Quart, database: Database, role: str = "member") -> Browser:
    """Return a browser in which a new person has just signed in by a link."""
    browser = Browser(app)
    assert await browser.use_link(database, make_user(database, role)) == 200
    return browser
