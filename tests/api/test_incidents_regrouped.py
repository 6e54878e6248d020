"""A newer version of the cause groups again what an older one grouped."""

from dataclasses import replace

import pytest

from services.incidents import regroup
from services.incidents.regroup import regroup_failures
from services.scheduler.causes.cause import Cause, Failure, cause_of
from tests.factories.callers import Caller
from tests.factories.failures import fail_run, failures_of, incidents_of

BASE = "/api/inbox/incidents"


def by_words(words: dict[str, str]):
    """Return a cause that reads some messages differently, as a newer version would."""

    def cause(failure: Failure) -> Cause:
        known = cause_of(failure)
        return replace(known, words=f"v2 {words.get(failure.text, known.words)}")

    return cause


def regrouped(member: Caller, words: dict[str, str]) -> None:
    while regroup_failures(member.database, 2, by_words(words)):
        continue


def counts(member: Caller) -> list[int]:
    return [one.count for one in incidents_of(member.resources, member.id)]


def fail(member: Caller, *texts: str) -> None:
    for text in texts:
        fail_run(member.resources, member.id, ValueError(text))


async def test_what_stays_together_keeps_its_state_notes_and_merge(
    member: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regroup, "BATCH", 2)
    fail(member, "no dose", "no dose", "no age")
    second, first = (await member.get(BASE))["items"]
    await member.post(f"{BASE}/{first['id']}/merge", {"incident_ids": [second["id"]]})
    await member.post(f"{BASE}/{first['id']}/notes", {"text": "known"})
    await member.post(f"{BASE}/{first['id']}/acknowledge", {})
    regrouped(member, {})
    (kept,) = incidents_of(member.resources, member.id)
    assert (kept.id, kept.count, kept.state) == (first["id"], 3, "acknowledged")
    shown = await member.get(f"{BASE}/{first['id']}")
    assert [one["text"] for one in shown["notes"]] == ["known"]
    assert sorted(one["words"] for one in shown["parts"]) == ["v2 no age", "v2 no dose"]
    assert {one.cause_version for one in failures_of(member.resources, member.id)} == {2}


async def test_a_cause_that_becomes_several_is_several_incidents(member: Caller) -> None:
    fail(member, "no file 1", "no file 2", "no file 2")
    assert counts(member) == [3]
    regrouped(member, {"no file 2": "the other"})
    assert counts(member) == [1, 2]
    items = (await member.get(BASE))["items"]
    assert sorted(sum(one["trend"]) for one in items) == [1, 2]


async def test_causes_that_become_one_are_in_the_elder_incident(member: Caller) -> None:
    fail(member, "no dose", "no age", "no age", "too long")
    elder = incidents_of(member.resources, member.id)[0].id
    regrouped(member, {"no age": "no dose"})
    merged, other = incidents_of(member.resources, member.id)
    assert (merged.id, merged.count, other.count) == (elder, 3, 1)
