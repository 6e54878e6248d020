"""Whatever happens in whatever order: a job has one holder at a time and ends once."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.db.engine import Database
from app.db.uow import NewJob
from app.errors import Conflict
from app.jobs import states
from app.jobs.engine import Claim, JobEngine
from app.jobs.errors import LeaseLost
from app.jobs.reconcile import expire_leases, report_death
from app.models import Job
from tests.support.depth import examples

SUBJECT = "thing:1"
NEVER = 1e12  # seconds since 1970


class JobLife(RuleBasedStateMachine):
    """One job, many workers, a clock and a person who may stop it."""

    template: Path
    claims = Bundle("claims")

    @initialize()
    def queue(self) -> None:
        self.folder = tempfile.mkdtemp()
        path = Path(self.folder) / "roundhouse.db"
        shutil.copy(self.template, path)
        self.database = Database(f"sqlite:///{path}")
        self.jobs = JobEngine(self.database, {}, 60.0)
        with self.database.write() as unit:
            job = unit.enqueue(NewJob(kind="test", queue="io", subject=SUBJECT))
        self.job_id = job.id
        self.seen = [self.row()]

    def row(self) -> Job:
        with self.database.read() as session:
            return session.get_one(Job, self.job_id)

    def holds(self, claim: Claim | None) -> bool:
        """Return whether the claim may write: it holds the job, or can take it back."""
        job = self.row()
        if claim is None or job.attempt != claim.attempt:
            return False
        is_held = job.state in states.HELD and job.holder == claim.holder
        return is_held or job.state == states.LOST

    @rule(target=claims, name=st.integers(0, 3))
    def claim(self, name: int) -> Claim | None:
        before = self.row()
        claim = self.jobs.claim(self.job_id, f"worker-{name}")
        due = before.state in states.CLAIMABLE and before.not_before == 0.0
        assert (claim is not None) == due
        if claim is not None:
            assert claim.attempt == before.attempt + 1
        return claim

    @rule(claim=claims)
    def beat(self, claim: Claim | None) -> None:
        self.only_if_held(claim, self.jobs.beat)

    @rule(claim=claims)
    def start(self, claim: Claim | None) -> None:
        self.only_if_held(claim, self.jobs.start)

    @rule(claim=claims)
    def release(self, claim: Claim | None) -> None:
        self.only_if_held(claim, self.jobs.release)

    @rule(claim=claims, end=st.sampled_from(states.TERMINAL))
    def finish(self, claim: Claim | None, end: str) -> None:
        def end_it(held: Claim) -> None:
            with self.jobs.fenced(held) as unit:
                self.jobs.finish(unit, held, end)

        self.only_if_held(claim, end_it)

    def only_if_held(self, claim, act) -> None:
        if claim is None:
            return
        if self.holds(claim):
            act(claim)
        else:
            with pytest.raises(LeaseLost):
                act(claim)

    @rule(claim=claims)
    def kill(self, claim: Claim | None) -> None:
        held = self.holds(claim)
        if claim is not None:
            report_death(self.jobs, self.job_id, claim.holder, "killed")
            assert not (held and self.row().state in states.HELD)
            self.keep_waiting()

    @rule()
    def lease_runs_out(self) -> None:
        with self.database.write() as unit:
            unit.session.get_one(Job, self.job_id).lease_until = 1.0
        expire_leases(self.jobs)
        assert self.row().state not in states.HELD
        self.keep_waiting()

    def keep_waiting(self) -> None:
        """Let a job that waits for its next attempt wait until a rule says so, for however long."""
        with self.database.write() as unit:
            job = unit.session.get_one(Job, self.job_id)
            if job.not_before > 0.0:
                job.not_before = NEVER

    @rule()
    def wait(self) -> None:
        with self.database.write() as unit:
            unit.session.get_one(Job, self.job_id).not_before = 0.0

    @rule()
    def stop(self) -> None:
        over = self.row().state in states.TERMINAL
        try:
            with self.database.write() as unit:
                self.jobs.request_stop(unit, SUBJECT)
        except Conflict:
            assert over
        else:
            assert not over

    @invariant()
    def history_is_one_way(self) -> None:
        if not hasattr(self, "seen"):
            return
        before, after = self.seen[-1], self.row()
        if before.state in states.TERMINAL:
            assert after.state == before.state
        assert after.attempt in (before.attempt, before.attempt + 1)
        assert (after.holder is None) <= (after.state not in states.HELD)
        assert (after.finished_at is not None) == (after.state in states.TERMINAL)
        if after.stop_requested_at is not None:
            assert after.state != states.LOST
        self.seen.append(after)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)


def test_a_job_has_one_holder_and_one_end(sqlite_template: Path) -> None:
    JobLife.template = sqlite_template
    run_state_machine_as_test(
        JobLife,
        settings=settings(
            max_examples=examples(40),
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
