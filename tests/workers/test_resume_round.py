"""Killed at any round, or sent back to any round: the end is that of the run nobody disturbed."""

import os
import random
import sys

from sqlalchemy import func, select

from app.jobs.dispatch import RedisDoorbell
from app.models import FederatedRound, Round, RunCheckpoint, Series
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.runs.federated.rounds import show_rounds
from services.runs.resume import ResumeRequest, resume_run
from tests.factories.people import make_actor
from tests.support.databases import ON_ONE_DATABASE
from tests.workers.test_training_run import (
    kill_child_at,
    train,
    wait_until,
    weights,
)

# what is proved here does not depend on the database; tests/integration covers both
pytestmark = ON_ONE_DATABASE
ROUNDS = 8


def counts(database) -> list[int]:
    with database.read() as session:
        models = (FederatedRound, Round, RunCheckpoint, Series)
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_run_killed_at_any_round_and_sent_back_to_any_ends_the_same(
    resources, start, clock
) -> None:
    database, actor = resources.database, make_actor(resources.database)
    database.doorbell = RedisDoorbell(resources.redis)
    ensure_builtin_datasets(database)
    start("workers", "--queue", "train", "--parent", str(os.getpid()))
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    draw = random.Random(seed)

    uninterrupted = train(resources, actor, rounds=ROUNDS)
    wait_until(database, uninterrupted, "completed")
    expected, once = weights(database, uninterrupted), counts(database)
    assert len([name for name in expected if name.startswith("round-")]) == ROUNDS + 1

    killed = train(resources, actor, rounds=ROUNDS)
    kill_child_at(database, killed, draw.randrange(ROUNDS - 1))
    wait_until(database, killed, "completed")
    assert weights(database, killed) == expected
    assert counts(database) == [2 * number for number in once]

    back = draw.randrange(ROUNDS)
    resume_run(database, actor, str(killed), ResumeRequest(from_round=back))
    assert [one.round for one in show_rounds(database, actor, str(killed)).rounds][-1] == back
    wait_until(database, killed, "completed")
    assert weights(database, killed) == expected
    assert counts(database) == [2 * number for number in once]
