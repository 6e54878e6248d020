"""Schedules as files over the API: everybody reads and applies their own, admins all."""

import pytest
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.schedule import Schedule
from app.models.user import User
from blueprints.scheduler.schemas_files import MAX_FILE
from tests.factories.callers import Caller
from tests.factories.schedules import URL
from tests.support.databases import ON_ONE_DATABASE

FILE = f"{URL}/file"
MINE = """schedules:
  - name: Shop
    kind: site.analyse
    params: {url: "https://www.example.org/"}
    cron: "0 5 * * *"
  - name: Later
    kind: site.analyse
    params: {url: "https://www.example.org/b"}
    interval_s: 86400
    depends_on: Shop
"""


def email_of(caller: Caller) -> str:
    with caller.database.read() as session:
        return session.get_one(User, caller.id).email


def owned(caller: Caller) -> list[Schedule]:
    with caller.database.read() as session:
        mine = select(Schedule).where(Schedule.owner_id == caller.id)
        return list(session.scalars(mine.order_by(Schedule.id)))


async def test_a_file_is_planned_unless_it_is_to_be_applied(member: Caller) -> None:
    plan = await member.post(FILE, {"file": MINE})
    assert (plan["dry_run"], plan["counts"]["created"], owned(member)) == (True, 2, [])
    done = await member.post(FILE, {"file": MINE, "dry_run": False})
    assert [one["action"] for one in done["changes"]] == ["created", "created"]
    shop, later = owned(member)
    assert (later.depends_on, shop.version) == (shop.id, 1)
    changed = MINE.replace("0 5 * * *", "30 6 * * *")
    plan = await member.post(FILE, {"file": changed})
    assert plan["changes"][0]["diff"] == {"cron": ["0 5 * * *", "30 6 * * *"]}
    versions = await member.get(f"{URL}/{shop.id}/versions")
    assert [one["version"] for one in versions["items"]] == [1]


async def test_what_is_exported_is_applied_without_a_change(member: Caller) -> None:
    await member.post(FILE, {"file": MINE, "dry_run": False})
    answer = await member.call("GET", FILE)
    text = (await answer.get_data()).decode()
    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert f"owner: {email_of(member)}" in text
    plan = await member.post(FILE, {"file": text, "prune": True})
    assert plan["counts"] == {"created": 0, "changed": 0, "archived": 0, "unchanged": 2}
    only = text[: text.index("- name: Shop")]
    assert "- name: Later" in only
    plan = await member.post(
        FILE, {"file": only.replace("  depends_on: Shop\n", ""), "prune": True}
    )
    assert plan["counts"]["archived"] == 1
    assert [one.state for one in owned(member)] == ["active", "active"]


async def test_a_member_neither_reads_nor_changes_the_schedules_of_others(
    member: Caller, colleague: Caller
) -> None:
    theirs = email_of(colleague)
    await member.get(f"{FILE}?owner={theirs}", 404)
    foreign = MINE.replace("kind: site", f"owner: {theirs}\n    kind: site", 1)
    refused = await member.post(FILE, {"file": foreign, "dry_run": False}, 422)
    nobody = await member.post(FILE, {"file": foreign.replace(theirs, "no@example.org")}, 422)
    for answer, email in ((refused, theirs), (nobody, "no@example.org")):
        (fault,) = answer["errors"]["file"]
        assert fault.startswith("line 3: schedules[0].owner: There is no active account for")
        assert email in fault
    assert (owned(member), owned(colleague)) == ([], [])


async def test_an_admin_applies_for_others_and_the_audit_names_the_admin(
    admin: Caller, member: Caller
) -> None:
    theirs = email_of(member)
    file = MINE.replace("    kind:", f"    owner: {theirs}\n    kind:")
    await admin.post(FILE, {"file": file, "dry_run": False})
    assert len(owned(member)) == 2
    answer = await admin.call("GET", f"{FILE}?owner={theirs}")
    assert "name: Shop" in (await answer.get_data()).decode()
    with admin.database.read() as session:
        applied = select(AuditEntry).where(AuditEntry.action == "schedule_file_applied")
        (entry,) = session.scalars(applied.where(AuditEntry.user_id == admin.id)).all()
    assert entry.detail == {"created": 2}


async def test_nothing_of_a_file_with_a_fault_is_applied(member: Caller) -> None:
    broken = MINE.replace("interval_s: 86400", "interval_s: 1")
    answer = await member.post(FILE, {"file": broken, "dry_run": False}, 422)
    assert answer["errors"]["file"][0].startswith("line 9: schedules[1].interval_s: ")
    assert owned(member) == []


@ON_ONE_DATABASE
@pytest.mark.parametrize("text", ["", "schedules: [", "a: &a [*a]", "x" * (MAX_FILE + 1)])
async def test_what_is_no_file_of_schedules_is_refused(member: Caller, text: str) -> None:
    await member.post(FILE, {"file": text, "dry_run": False}, 422)
    with member.database.read() as session:
        mine = select(func.count()).where(Schedule.owner_id == member.id)
        assert session.scalar(mine) == 0
