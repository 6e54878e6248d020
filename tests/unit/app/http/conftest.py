"""A small application of toy routes on the real ground floor."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from quart import Quart, g
from quart.typing import TestClientProtocol

from app.factory import create_app
from app.resources import Resources
from services.domains import DOMAINS
from tests.factories.people import make_user
from tests.unit.app.http.toys import TOYS


@pytest.fixture
async def toy_app(resources: Resources) -> AsyncIterator[Quart]:
    """The toys with one person who is always signed in."""
    settings = replace(resources.settings, max_body_bytes=2048)
    app = create_app(replace(resources, settings=settings), [TOYS], DOMAINS)
    person = make_user(resources.database)

    async def sign_in() -> None:
        g.actor = SimpleNamespace(user_id=person.id)

    app.before_request(sign_in)
    async with app.test_app():
        yield app


@pytest.fixture
def client(toy_app: Quart) -> TestClientProtocol:
    """A browser of the toys."""
    return toy_app.test_client()
