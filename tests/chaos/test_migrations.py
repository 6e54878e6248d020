"""Processes that start together on a database whose migration takes longer than any patience."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.db.engine import Database
from app.db.migrate import pending
from app.supervisor.child import ROOT

SECONDS = 13  # SQLite's own patience is 10 s, PostgreSQL's with an idle transaction 8 s
WAITING = "waiting while the database is brought up to date"
SLOW = f"""
import sys, time
from alembic import command
from sqlalchemy import text
from app.db.engine import Database
from app.db.migrate import migrate
real = command.upgrade
def slowly(config, revision):
    connection = config.attributes["connection"]
    if not connection.dialect.has_table(connection, "slow"):
        connection.execute(text("CREATE TABLE slow (id INTEGER)"))
        print("migrates", flush=True)
        time.sleep({SECONDS})
    real(config, revision)
command.upgrade = slowly
migrate(Database(sys.argv[1]))
"""

pytestmark = pytest.mark.full


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("fresh_postgresql")
    return f"sqlite:///{tmp_path}/fresh.db"


def test_all_but_one_wait_and_say_for_whom(url: str) -> None:
    command = [sys.executable, "-c", SLOW, url]
    pipe = subprocess.PIPE
    starting = [
        subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=300)[0] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0], said
    migrating = [place for place, words in enumerate(said) if "migrates" in words]
    assert len(migrating) == 1
    waited = [words for words in said if WAITING in words]
    assert waited
    pid = starting[migrating[0]].pid
    for words in waited:
        assert words.count(WAITING) == 1
        assert f"process {pid} on {os.uname().nodename[:30]}" in words
    database = Database(url)
    assert not pending(database)
    database.close()
