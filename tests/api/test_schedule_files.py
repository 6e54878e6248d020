"""Schedules as files: written down and applied elsewhere, planned, pruned, and refused by line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app.models.schedule import Schedule, ScheduleVersion
from blueprints.scheduler.files.cli import main
from blueprints.scheduler.files.document import read_document
from services.scheduler.files.types import FileRefused
from tests.factories.people import make_user
from tests.support.databases import ON_ONE_DATABASE

ADA = "ada@example.org"
TWO = f"""schedules:
  - name: Sweep
    owner: {ADA}
    kind: retention.sweep
    cron: "0 3 * * *"
    timezone: Europe/Berlin
    exclude: [2026-12-24]
  - name: Train
    owner: {ADA}
    kind: training.run
    params: {{dataset: digits, config: {{epochs: 2}}}}
    interval_s: 86400
    starts_at: 2026-01-01T00:00:00Z
    depends_on: Sweep
"""


@pytest.fixture
def owner(resources) -> int:
    return make_user(resources.database, role="admin", email=ADA).id


@pytest.fixture
def call(resources, tmp_path: Path):
    def run(act: str, text: str | None = None, *flags: str) -> Result:
        path = tmp_path / "schedules.yaml"
        if text is not None:
            path.write_text(text, encoding="utf-8")
        words = [act, *([] if text is None else [str(path)]), *flags]
        return CliRunner().invoke(main, words, env=resources.settings.environment())

    return run


def rows(resources) -> list[Schedule]:
    with resources.database.read() as session:
        return list(session.scalars(select(Schedule).order_by(Schedule.id)))


def test_what_was_applied_is_written_down_the_same(call, resources, owner: int) -> None:
    planned = call("plan", TWO)
    assert (planned.exit_code, rows(resources)) == (2, []), planned.output
    applied = call("apply", TWO)
    assert applied.exit_code == 0, applied.output
    assert applied.output.endswith("2 created, 0 changed, 0 archived, 0 unchanged.\n")
    sweep, train = rows(resources)
    assert (sweep.owner_id, sweep.timezone, sweep.exclude) == (
        owner,
        "Europe/Berlin",
        ["2026-12-24"],
    )
    assert (train.depends_on, train.interval_s, train.version) == (sweep.id, 86_400, 1)
    assert train.next_run_at is not None
    written = call("export")
    assert (call("plan", written.output).exit_code, written.output.count("- name:")) == (0, 2)
    again = read_document(written.output)
    assert [one.key for one in again] == [(ADA, "Sweep"), (ADA, "Train")]
    assert again[1].definition.params["config"] == {"epochs": 2}


def test_a_plan_shows_by_field_what_applying_makes_a_version(call, resources, owner: int) -> None:
    call("apply", TWO)
    later = TWO.replace("0 3 * * *", "30 4 * * *")
    planned = json.loads(call("plan", later, "--json").stdout)
    (changed, _) = planned["changes"]
    assert (changed["action"], changed["diff"]) == (
        "changed", {"cron": ["0 3 * * *", "30 4 * * *"]},
    )  # fmt: skip
    assert planned["counts"] == {"created": 0, "changed": 1, "archived": 0, "unchanged": 1}
    assert rows(resources)[0].cron == "0 3 * * *"
    assert call("apply", later).exit_code == 0
    assert (rows(resources)[0].cron, rows(resources)[0].version) == ("30 4 * * *", 2)
    with resources.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ScheduleVersion)) == 3


@ON_ONE_DATABASE
def test_what_a_file_leaves_out_stays_unless_it_is_pruned(call, resources, owner: int) -> None:
    make_user(resources.database, email="bob@example.org", role="admin")
    other = TWO.replace(ADA, "bob@example.org")
    call("apply", TWO)
    call("apply", other)
    only = TWO[: TWO.index("  - name: Train")]
    assert call("plan", only).exit_code == 0
    assert "- ada@example.org: Train (archived)" in call("plan", only, "--prune").output
    assert [one.state for one in rows(resources)] == ["active"] * 4
    assert call("apply", only, "--prune").exit_code == 0
    assert [one.state for one in rows(resources)] == ["active", "archived", "active", "active"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("0 3 * * *", "0 99 * * *", "line 5: schedules[0].cron, column 3: "),
        ("Europe/Berlin", "Europe/Berlni", "line 6: schedules[0].timezone: "),
        ("kind: training.run", "kind: training.rum", "line 10: schedules[1].kind: "),
        ("timezone:", "time_zone:", "line 6: schedules[0].time_zone: "),
        ("dataset: digits", "dataset: nothing", "line 11: schedules[1].params.dataset: "),
        ("epochs: 2", "epochs: two", "line 11: schedules[1].params.config.epochs: "),
        ("name: Train", "name: Sweep", "line 8: schedules[1].name: "),
        ("depends_on: Sweep", "depends_on: Other", "line 14: schedules[1].depends_on: "),
        ("interval_s: 86400", "interval_s: 1d", "line 12: schedules[1].interval_s: "),
        ("    cron:", "    cron: x\n    cron:", "line 6: 'cron' stands here twice."),
        ("schedules:", "schedules: [", "line 2, column "),
        ("schedules:", "jobs:", "line 1: "),
        (ADA, "nobody@example.org", "line 3: schedules[0].owner: "),
    ],
)
def test_a_fault_is_said_with_its_line_and_nothing_is_applied(
    call, resources, owner: int, before: str, after: str, fault: str
) -> None:
    refused = call("apply", TWO.replace(before, after, 1))
    assert (refused.exit_code, rows(resources)) == (1, [])
    assert fault in refused.output


def test_every_fault_of_a_file_is_said_at_once() -> None:
    with pytest.raises(FileRefused) as refused:
        read_document(TWO.replace("interval_s: 86400", "interval_s: x").replace("timezone", "zone"))
    assert len(refused.value.faults) == 2


@ON_ONE_DATABASE
def test_schedules_that_wait_for_each_other_are_refused(call, resources, owner: int) -> None:
    circle = TWO.replace("    timezone: Europe/Berlin\n", "    depends_on: Train\n")
    refused = call("apply", circle)
    assert (refused.exit_code, rows(resources)) == (1, [])
    assert "wait for itself" in refused.output
