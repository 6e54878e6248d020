"""What fails at a worker becomes an occurrence of its incident, with its cause and no secret."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.errors import Invalid
from app.models.incident import Incident, IncidentDay
from app.models.job import Job
from tests.factories.callers import Caller
from tests.factories.failures import fail_run, failures_of, incidents_of, succeed
from tests.support.databases import ON_ONE_DATABASE

CASES = Path(__file__).parents[1] / "cases" / "scheduler" / "failures.json"
SECRETS = json.loads(CASES.read_text(encoding="utf-8"))["secrets"]


def the_incident(member: Caller) -> Incident:
    (incident,) = incidents_of(member.resources, member.id)
    return incident


def test_failures_with_one_cause_are_one_incident(member: Caller) -> None:
    for step in (17, 4203):
        fail_run(member.resources, member.id, ValueError(f"loss is nan at step {step}"))
    fail_run(member.resources, member.id, Invalid("There is one class only."))
    first, second = incidents_of(member.resources, member.id)
    assert (first.count, first.code, first.type) == (2, "internal", "builtins.ValueError")
    assert first.frame == "failures.py:work"
    assert first.words == "loss is nan at step <n>"
    assert (second.count, second.code) == (1, "config")
    days = select(IncidentDay.count).where(IncidentDay.incident_id == first.id)
    with member.database.read() as session:
        assert session.scalars(days).all() == [2]


def test_the_failures_of_another_person_are_another_incident(member: Caller, admin: Caller) -> None:
    for caller in (member, admin):
        fail_run(member.resources, caller.id, ValueError("loss is nan"))
    assert the_incident(member).count == the_incident(admin).count == 1


@pytest.mark.parametrize("case", SECRETS, ids=lambda case: case["id"])
@ON_ONE_DATABASE
def test_no_credential_of_what_was_raised_is_kept(member: Caller, case: dict) -> None:
    run = fail_run(member.resources, member.id, ValueError(case["text"]))
    fail_run(member.resources, member.id, Invalid(case["text"]))
    kept = [vars(one) for one in incidents_of(member.resources, member.id)]
    kept += [vars(one) for one in failures_of(member.resources, member.id)]
    with member.database.read() as session:
        kept += [one.error for one in session.scalars(select(Job))]
    assert run.id
    assert case["never"] not in repr(kept)


def test_what_comes_again_after_it_was_fixed_is_a_regression(member: Caller) -> None:
    run = fail_run(member.resources, member.id, ValueError("loss is nan"))
    with member.database.write() as unit:
        later = now() + timedelta(minutes=1)
        unit.session.execute(update(Incident).values(state="fixed", state_at=later))
    fail_run(member.resources, member.id, ValueError("loss is nan"), run)
    assert the_incident(member).state == "fixed"  # its attempt began before the fix
    with member.database.write() as unit:
        unit.session.execute(update(Incident).values(state_at=now()))
    fail_run(member.resources, member.id, ValueError("loss is nan"), run)
    incident = the_incident(member)
    assert (incident.state, incident.count) == ("open", 3)
    assert incident.regressed_at is not None


def test_an_incident_is_fixed_when_all_that_it_concerned_succeeded(member: Caller) -> None:
    runs = [fail_run(member.resources, member.id, ValueError("loss is nan")) for _ in range(2)]
    succeed(member.resources, runs[0])
    assert the_incident(member).state == "open"
    succeed(member.resources, runs[1])
    incident = the_incident(member)
    assert (incident.state, incident.state_by) == ("fixed", None)
    assert all(one.recovered_at for one in failures_of(member.resources, member.id))


def test_a_snoozed_incident_wakes_after_so_many_more(member: Caller) -> None:
    fail_run(member.resources, member.id, ValueError("loss is nan"))
    with member.database.write() as unit:
        unit.session.execute(update(Incident).values(state="snoozed", snooze_count=3))
    fail_run(member.resources, member.id, ValueError("loss is nan"))
    assert the_incident(member).state == "snoozed"
    fail_run(member.resources, member.id, ValueError("loss is nan"))
    assert (the_incident(member).state, the_incident(member).snooze_count) == ("open", None)
