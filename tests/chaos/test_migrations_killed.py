"""A migration is killed at random moments: the database is the old one or the new one, whole."""

from pathlib import Path

import pytest

from harness.chaos.harness import random_seed
from harness.chaos.installation.migrations import kill_migrations
from tests.support.attacks import say
from tests.support.depth import deep

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]


def test_a_killed_migration_is_never_half_done(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seed = random_seed()
    say(request, f"migrations: seed {seed}")
    assert kill_migrations(tmp_path, deep(3, 30), seed).wrong == []
