"""The whole web application, as tests of people and permission use it."""

from collections.abc import Iterator

import pytest
from quart import Quart

from app.resources import Resources
from blueprints.forecasting.reader import JOINER, READER
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.tabular.merging import merged_files
from tests.factories.callers import Caller
from tests.factories.sessions import read_here
from tests.factories.uploads import Expiry
from tests.support.web import web_for


@pytest.fixture
def app(resources: Resources) -> Quart:
    """The application with every route behind the gate; its live server is not started."""
    return web_for(resources)


@pytest.fixture
def served(app: Quart, resources: Resources) -> Quart:
    """The application with its built-in datasets."""
    ensure_builtin_datasets(resources.database)
    return app


@pytest.fixture
def member(served: Quart, resources: Resources) -> Caller:
    """Somebody who may make things."""
    return Caller(served, resources, "member")


@pytest.fixture
def colleague(served: Quart, resources: Resources) -> Caller:
    """Another member."""
    return Caller(served, resources, "member")


@pytest.fixture
def admin(served: Quart, resources: Resources) -> Caller:
    """Somebody who sees everything."""
    return Caller(served, resources, "admin")


@pytest.fixture
def viewer(served: Quart, resources: Resources) -> Caller:
    """Somebody who only reads what the team shares."""
    return Caller(served, resources, "viewer")


@pytest.fixture
def stranger(served: Quart, resources: Resources) -> Caller:
    """Nobody we know."""
    return Caller(served, resources, None)


@pytest.fixture
def expire(member: Caller) -> Expiry:
    """Lets time pass for uploads of the member."""
    return Expiry(member)


@pytest.fixture
def reads_here(served: Quart) -> Iterator[None]:
    """Files of sessions are read in this process: a child takes a second."""
    served.extensions[READER], served.extensions[JOINER] = read_here, merged_files
    yield
    del served.extensions[READER], served.extensions[JOINER]
