"""The web application as tests of people and permission use it."""

from collections.abc import AsyncIterator

import pytest
from quart import Quart

from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.resources import Resources
from blueprints.accounts import BLUEPRINTS


@pytest.fixture
async def app(resources: Resources) -> AsyncIterator[Quart]:
    """The application with the routes of people behind the gate."""
    web = create_app(resources, BLUEPRINTS)
    install_gate(web, open_gate(resources.settings, resources.database))
    async with web.test_app():
        yield web
