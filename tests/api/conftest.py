"""The whole web application, as tests of people and permission use it."""

import pytest
from quart import Quart

from app.resources import Resources
from wsgi import create_web


@pytest.fixture
def app(resources: Resources) -> Quart:
    """The application with every route behind the gate; its live server is not started."""
    return create_web(resources)
