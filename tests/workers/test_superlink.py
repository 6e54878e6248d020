"""The process of a SuperLink that must not start says why, and ends."""

import os
import subprocess
import sys

import pytest

from app.models.federation import Federation
from app.resources import Resources
from harness.ports import free_port
from services.federations.update import create_federation
from tests.factories.people import make_actor
from tests.support.databases import ON_ONE_DATABASE


@ON_ONE_DATABASE
@pytest.mark.full
def test_a_superlink_whose_row_has_a_port_of_ours_does_not_start(resources: Resources) -> None:
    settings, database, port = resources.settings, resources.database, free_port()
    made = create_federation(
        database, make_actor(database), settings.home, name="north", host="127.0.0.1"
    )
    with database.write() as unit:  # as before the platform was given this port
        unit.session.get_one(Federation, made.id).port = port
    environment = os.environ | {
        "ROUNDHOUSE_HOME": str(settings.home),
        "ROUNDHOUSE_PORT": str(port),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    command = [sys.executable, "-m", "workers.sites.superlink", str(made.id)]
    ended = subprocess.run(command, check=False, env=environment, timeout=120)
    assert ended.returncode == 1
    with database.read() as session:
        problem = session.get_one(Federation, made.id).problem
    assert str(problem).startswith(f"Port {port} cannot be used: the platform itself has it.")
