"""The failure inbox over HTTP: who sees what, and what people do about it."""

from datetime import timedelta

from app.clock import now
from app.errors import Invalid
from app.jobs import states
from app.models.incident import Incident
from services.incidents.wake import wake_incidents
from services.scheduler.dispatch.tick import tick
from tests.factories.callers import Caller
from tests.factories.failures import fail_run, succeed
from tests.factories.schedules import EACH_MINUTE, RUNS, URL, end_job, open_job, rest
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/inbox/incidents"
NAN = ValueError("loss is nan at step 7")


async def items(caller: Caller, query: str = "") -> list[dict]:
    return (await caller.get(f"{BASE}{query}"))["items"]


async def the_one(caller: Caller, query: str = "") -> dict:
    (incident,) = await items(caller, query)
    return incident


async def test_an_incident_says_what_why_when_and_what_to_do(member: Caller) -> None:
    run = fail_run(member.resources, member.id, NAN)
    incident = await the_one(member)
    assert (incident["state"], incident["count"], incident["about"]) == ("open", 1, "run")
    assert incident["trend"] == [0] * 13 + [1]
    assert "fault of the platform" in incident["advice"]
    assert incident["owner"]["id"] == member.id
    shown = await member.get(f"{BASE}/{incident['id']}")
    assert "raised builtins.ValueError in failures.py:work" in shown["why"][0]
    assert "loss is nan at step <n>" in shown["why"][1]
    (failure,) = (await member.get(f"{BASE}/{incident['id']}/failures"))["items"]
    assert (failure["subject"], failure["name"]) == (f"run:{run.id}", run.name)
    assert (failure["href"], failure["now"]) == (f"/runs/{run.id}", "failed")


async def test_the_incidents_of_others_are_not_there_except_for_admins(
    member: Caller, admin: Caller, colleague: Caller
) -> None:
    fail_run(member.resources, member.id, NAN)
    incident = await the_one(member)
    assert await items(colleague) == []
    for path in ("", "/failures"):
        await colleague.get(f"{BASE}/{incident['id']}{path}", status=404)
    for path, body in (("acknowledge", {}), ("retry", {}), ("notes", {"text": "x"})):
        await colleague.post(f"{BASE}/{incident['id']}/{path}", body, status=404)
    bulk = await colleague.post(f"{BASE}/bulk", {"action": "fixed"})
    assert bulk["matching"] == 0
    assert (await the_one(admin))["id"] == incident["id"]
    assert await items(admin, "?mine=true") == []


async def test_what_is_acknowledged_leaves_the_home_page_and_the_list_of_open_ones(
    member: Caller,
) -> None:
    fail_run(member.resources, member.id, NAN)
    incident = await the_one(member)
    (need,) = (await member.get("/api/home"))["needs_you"]
    assert need["incident_id"] == incident["id"]
    await member.post(f"{BASE}/{incident['id']}/acknowledge", {})
    assert await items(member, "?state=open") == []
    assert (await member.get("/api/home"))["needs_you"] == []
    counts = (await member.get(BASE))["counts"]
    assert counts == {"open": 0, "acknowledged": 1, "snoozed": 0, "fixed": 0}
    fail_run(member.resources, member.id, NAN)
    assert (await the_one(member))["state"] == "acknowledged"


async def test_a_retry_queues_again_what_failed_and_success_fixes_it(member: Caller) -> None:
    runs = [fail_run(member.resources, member.id, NAN) for _ in range(2)]
    number = (await the_one(member))["id"]
    trial = await member.post(f"{BASE}/{number}/retry", {"dry_run": True})
    assert (trial["matching"], trial["retried"], trial["dry_run"]) == (2, 2, True)
    done = await member.post(f"{BASE}/{number}/retry", {})
    assert (done["retried"], done["left_out"], done["left"]) == (2, [], 0)
    again = await member.post(f"{BASE}/{number}/retry", {})
    assert again["matching"] == 0
    failures = (await member.get(f"{BASE}/{number}/failures"))["items"]
    assert {one["now"] for one in failures} == {"queued"}
    for run in runs:
        succeed(member.resources, run)
    assert (await the_one(member))["state"] == "fixed"


async def test_what_the_domain_refuses_is_left_out_with_the_reason(member: Caller) -> None:
    run = fail_run(member.resources, member.id, NAN)
    with member.database.write() as unit:
        unit.session.merge(run).origin = "imported"
    number = (await the_one(member))["id"]
    done = await member.post(f"{BASE}/{number}/retry", {})
    assert done["retried"] == 0
    (left_out,) = done["left_out"]
    assert "was imported" in left_out["reason"]


async def begun(member: Caller, **fields: object) -> tuple[int, str]:
    row = await member.post(URL, EACH_MINUTE | fields, 201)
    rest(member.resources)
    started = await member.post(f"{URL}/{row['id']}/run-now", status=202)
    tick(member.resources.database)
    end_job(member.resources, open_job(member.resources, row["id"]), states.FAILED)
    return row["id"], started["status_url"]


async def test_what_a_schedule_began_is_retried_as_its_next_execution(member: Caller) -> None:
    schedule, first = await begun(member, max_attempts=1)
    incident = await the_one(member)
    await member.post(f"{BASE}/{incident['id']}/retry", {})
    tick(member.resources.database)
    end_job(member.resources, open_job(member.resources, schedule))
    newest, oldest = (await member.get(f"{RUNS}?schedule_id={schedule}"))["items"]
    assert (newest["state"], newest["retry_of"]) == ("succeeded", oldest["id"])
    assert newest["subject"] == (await member.get(first))["execution"]["subject"]
    assert (await the_one(member))["state"] == "fixed"


SWEEP = {"kind": "retention.sweep", "params": {}, "name": "Sweep"}


async def test_what_is_work_of_a_schedule_alone_is_retried_and_recovers(admin: Caller) -> None:
    schedule, first = await begun(admin, **SWEEP, max_attempts=1)
    incident = await the_one(admin)
    assert incident["can_retry"]
    trial = await admin.post(f"{BASE}/{incident['id']}/retry", {"dry_run": True})
    assert (trial["matching"], trial["retried"]) == (1, 1)
    await admin.post(f"{BASE}/{incident['id']}/retry", {})
    again = await admin.post(f"{BASE}/{incident['id']}/retry", {})
    assert again["matching"] == 0
    tick(admin.resources.database)
    end_job(admin.resources, open_job(admin.resources, schedule))
    newest = (await admin.get(f"{RUNS}?schedule_id={schedule}"))["items"][0]
    assert newest["retry_of"] == (await admin.get(first))["execution"]["id"]
    assert (await the_one(admin))["state"] == "fixed"


async def test_what_its_schedule_tries_again_by_itself_is_left_out(member: Caller) -> None:
    await begun(member, max_attempts=2)
    number = (await the_one(member))["id"]
    done = await member.post(f"{BASE}/{number}/retry", {})
    assert done["retried"] == 0
    assert "is retrying" in done["left_out"][0]["reason"]


async def test_a_merge_holds_for_later_failures_and_a_split_takes_a_cause_out_again(
    member: Caller,
) -> None:
    other = Invalid("There is one class only.")
    fail_run(member.resources, member.id, NAN)
    fail_run(member.resources, member.id, other)
    second, first = await items(member)
    merged = await member.post(f"{BASE}/{first['id']}/merge", {"incident_ids": [second["id"]]})
    assert (merged["incident"]["count"], len(merged["parts"])) == (2, 2)
    await member.get(f"{BASE}/{second['id']}", status=404)
    fail_run(member.resources, member.id, other)
    assert (await the_one(member))["count"] == 3
    (part,) = [one for one in merged["parts"] if one["type"] == "app.errors.Invalid"]
    new = await member.post(f"{BASE}/{first['id']}/split", {"cause": part["cause"]})
    fail_run(member.resources, member.id, other)
    counts = {one["id"]: (one["count"], sum(one["trend"])) for one in await items(member)}
    assert counts == {first["id"]: (1, 1), new["id"]: (3, 3)}
    refused = await member.post(f"{BASE}/{new['id']}/split", {"cause": part["cause"]}, status=409)
    assert "nothing to split" in refused["detail"]


async def test_one_thing_is_split_off_with_its_later_failures(member: Caller) -> None:
    one, other = (fail_run(member.resources, member.id, NAN) for _ in range(2))
    number = (await the_one(member))["id"]
    new = await member.post(f"{BASE}/{number}/split", {"subject": f"run:{one.id}"})
    fail_run(member.resources, member.id, NAN, one)
    fail_run(member.resources, member.id, NAN, other)
    fail_run(member.resources, member.id, NAN)
    counts = {row["id"]: row["count"] for row in await items(member)}
    assert counts == {number: 3, new["id"]: 2}
    back = await member.post(f"{BASE}/{number}/merge", {"incident_ids": [new["id"]]})
    assert back["incident"]["count"] == 5


async def test_incidents_of_different_owners_are_not_merged(member: Caller, admin: Caller) -> None:
    fail_run(member.resources, member.id, NAN)
    fail_run(member.resources, admin.id, NAN)
    one, other = await items(admin)
    body = {"incident_ids": [other["id"]]}
    refused = await admin.post(f"{BASE}/{one['id']}/merge", body, status=409)
    assert refused["detail"] == "Only incidents of one owner are merged."


async def test_a_snoozed_incident_wakes_when_its_time_has_come(member: Caller, resources) -> None:
    fail_run(member.resources, member.id, NAN)
    number = (await the_one(member))["id"]
    until = (now() + timedelta(days=1)).isoformat()
    await member.post(f"{BASE}/{number}/snooze", {"until": until})
    assert wake_incidents(resources.database) == 0
    assert (await member.get("/api/home"))["needs_you"] == []
    with resources.database.write() as unit:
        unit.session.get_one(Incident, number).snooze_until = now()
    assert wake_incidents(resources.database) == 1
    assert (await the_one(member))["state"] == "open"
    assert len((await member.get("/api/home"))["needs_you"]) == 1


@ON_ONE_DATABASE
async def test_a_fix_is_noted_with_who_and_what(member: Caller) -> None:
    fail_run(member.resources, member.id, NAN)
    number = (await the_one(member))["id"]
    shown = (await member.post(f"{BASE}/{number}/fixed", {"what": "clipped gradients"}))["incident"]
    assert (shown["state"], shown["fixed_note"]) == ("fixed", "clipped gradients")
    assert shown["state_by"]["id"] == member.id
    await member.post(f"{BASE}/{number}/acknowledge", {}, status=409)
    await member.post(f"{BASE}/{number}/snooze", {"more": 2}, status=409)
    fail_run(member.resources, member.id, NAN)
    shown = await the_one(member)
    assert shown["state"] == "open"
    assert shown["regressed_at"] is not None


@ON_ONE_DATABASE
async def test_it_is_assigned_only_to_who_can_see_it(
    member: Caller, admin: Caller, colleague: Caller
) -> None:
    fail_run(member.resources, member.id, NAN)
    number = (await the_one(member))["id"]
    for user_id in (admin.id, member.id, None):
        shown = await member.post(f"{BASE}/{number}/assign", {"user_id": user_id})
        assert (shown["incident"]["assignee"] or {}).get("id") == user_id
    for user_id in (colleague.id, 987_654):
        refused = await member.post(f"{BASE}/{number}/assign", {"user_id": user_id}, status=422)
        assert list(refused["errors"]) == ["user_id"]


@ON_ONE_DATABASE
async def test_notes_are_kept_with_their_author(member: Caller, admin: Caller) -> None:
    fail_run(member.resources, member.id, NAN)
    number = (await the_one(member))["id"]
    await member.post(f"{BASE}/{number}/notes", {"text": "the new scanner"})
    shown = await admin.post(f"{BASE}/{number}/notes", {"text": "known"})
    assert [one["text"] for one in shown["notes"]] == ["known", "the new scanner"]
    assert [one["author"]["id"] for one in shown["notes"]] == [admin.id, member.id]


async def test_pages_follow_each_other_and_filters_combine(member: Caller) -> None:
    for word in ("one", "two", "three"):
        fail_run(member.resources, member.id, ValueError(f"no column {word}"))
    fail_run(member.resources, member.id, Invalid("There is one class only."))
    first = await member.get(f"{BASE}?limit=3")
    rest = await member.get(f"{BASE}?limit=3&after={first['next_after']}")
    numbers = [one["id"] for one in first["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), rest["next_after"]) == (4, None)
    assert len(await items(member, "?code=internal&q=no%20column&kind=train_run")) == 3
    assert len(await items(member, "?q=Invalid")) == 1
    assert await items(member, "?code=oom") == []


async def test_a_bulk_action_counts_first_and_changes_all_that_match(member: Caller) -> None:
    for word in ("one", "two"):
        fail_run(member.resources, member.id, ValueError(f"no column {word}"))
    fail_run(member.resources, member.id, Invalid("There is one class only."))
    body = {"action": "acknowledge", "filter": {"code": "internal"}}
    trial = await member.post(f"{BASE}/bulk", body | {"dry_run": True})
    assert (trial["matching"], trial["changed"]) == (2, 0)
    done = await member.post(f"{BASE}/bulk", body)
    assert done["changed"] == 2
    assert len(await items(member, "?state=open")) == 1
    ids = [(await the_one(member, "?state=open"))["id"]]
    done = await member.post(f"{BASE}/bulk", {"action": "snooze", "ids": ids, "more": 3})
    assert done["changed"] == 1
    retried = (await member.post(f"{BASE}/bulk", {"action": "retry"}))["retried"]
    assert (retried["matching"], retried["retried"]) == (3, 3)


@ON_ONE_DATABASE
async def test_bad_requests_name_the_field(member: Caller) -> None:
    fail_run(member.resources, member.id, NAN)
    number = (await the_one(member))["id"]
    past = "2026-01-01T00:00:00+00:00"
    cases = {
        ("snooze", "until"): {},
        ("snooze", "more"): {"more": 0},
        ("split", "cause"): {},
        ("merge", "incident_ids"): {"incident_ids": []},
        ("notes", "text"): {"text": ""},
    }
    for (path, field), body in cases.items():
        refused = await member.post(f"{BASE}/{number}/{path}", body, status=422)
        assert list(refused["errors"]) == [field], path
    await member.post(f"{BASE}/{number}/snooze", {"until": past}, status=422)
    await member.get(f"{BASE}?after=elsewhere", status=422)
    await member.get(f"{BASE}?state=broken", status=422)
    await member.post(f"{BASE}/bulk", {"action": "snooze"}, status=422)
