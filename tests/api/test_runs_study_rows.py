"""A study is one row of the list of runs, and its runs are a filter away."""

from typing import Any
from urllib.parse import quote

import pytest

from app.models.run import Run, RunResult
from tests.factories.callers import Caller
from tests.factories.resources import join_study, make_dataset, make_study
from tests.factories.runs import make_run
from tests.factories.statements import counting


def run_of(member: Caller, study: int, arm: str, value: float | None, **values: Any) -> Run:
    """Write a run of a study that scored ``value`` on test rows."""
    part = {"arm": arm, "seed": values.pop("seed", 1), "client": values.pop("client", "")}
    run = make_run(member.database, member.id, **values)
    join_study(member.database, study, run.id, **part)
    if value is not None:
        with member.database.write() as unit:
            unit.session.add(
                RunResult(run_id=run.id, metric="auroc", value=value, measured_on="test")
            )
    return run


def study_of(member: Caller, name: str = "Worth it?", visibility: str = "private") -> int:
    dataset = make_dataset(member.database, member.id)
    return make_study(member.database, member.id, visibility, dataset, name=name)


async def test_a_study_is_one_row_with_its_states_and_the_means_of_its_arms(
    member: Caller,
) -> None:
    single = make_run(member.database, member.id)
    study = study_of(member)
    runs = [
        run_of(member, study, "central", 0.75),
        run_of(member, study, "central", 0.25, seed=2),
        run_of(member, study, "federated", 0.5),
        run_of(member, study, "local", 0.9, client="north"),
        run_of(member, study, "federated", None, seed=2, status="failed"),
    ]
    page = await member.get("/api/runs/list?group_studies=true")
    assert [run["id"] for run in page["runs"]] == [runs[-1].id, single.id]
    assert (page["total"], page["num_runs"], page["next"]) == (2, 6, None)
    assert page["studies"] == [
        {
            "id": study,
            "name": "Worth it?",
            "metric": "auroc",
            "run_ids": [run.id for run in runs],
            "statuses": {"completed": 4, "failed": 1},
            "means": [
                {"arm": "federated", "n": 1, "mean": 0.5},
                {"arm": "central", "n": 2, "mean": 0.5},
            ],
        }
    ]


async def test_every_run_of_the_list_names_its_study_and_its_part_in_it(member: Caller) -> None:
    make_run(member.database, member.id)
    study = study_of(member)
    run_of(member, study, "local", None, seed=7, client="north")
    page = await member.get("/api/runs/list")
    part, none = (run["study"] for run in page["runs"])
    assert part == {
        "id": study,
        "name": "Worth it?",
        "arm": "local",
        "seed": 7,
        "client": "north",
    }
    assert none is None
    assert set(page) == {"runs", "total", "next"}  # what nobody asked for does not come


async def test_a_filter_narrows_the_row_of_a_study(member: Caller) -> None:
    study = study_of(member)
    kept = run_of(member, study, "central", 0.75)
    run_of(member, study, "federated", None, status="failed")
    query = quote('status = "succeeded"')
    page = await member.get(f"/api/runs/list?group_studies=true&filter={query}")
    (row,) = page["studies"]
    assert (row["run_ids"], row["statuses"]) == ([kept.id], {"completed": 1})
    assert [one["arm"] for one in row["means"]] == ["central"]


async def test_a_study_stands_where_its_first_run_in_the_order_stands(member: Caller) -> None:
    study = study_of(member)
    run_of(member, study, "central", 0.2)
    best = run_of(member, study, "federated", 0.9)
    other = make_run(member.database, member.id)
    with member.database.write() as unit:
        unit.session.add(RunResult(run_id=other.id, metric="auroc", value=0.5, measured_on="test"))
    for sort, first in (("-results.auroc", best.id), ("results.auroc", best.id - 1)):
        page = await member.get(f"/api/runs/list?group_studies=true&sort={sort}")
        assert page["runs"][0]["id"] == first


async def test_a_study_opens_into_its_runs_in_every_way_of_searching(member: Caller) -> None:
    make_run(member.database, member.id)
    study = study_of(member)
    runs = [run_of(member, study, "central", 0.5), run_of(member, study, "federated", 0.25)]
    ids = sorted(run.id for run in runs)
    page = await member.get(f"/api/runs/list?study_id={study}&sort=id")
    assert [run["id"] for run in page["runs"]] == ids
    assert (await member.get(f"/api/runs/ids?study_id={study}"))["ids"] == ids
    groups = await member.get(f"/api/runs/groups?study_id={study}&by=status")
    assert [group["count"] for group in groups["groups"]] == [2]
    for narrow in ("status=failed", f"filter={quote('results.auroc < 0.4')}"):
        found = await member.get(f"/api/runs/ids?study_id={study}&{narrow}")
        assert found["ids"] == ([] if narrow == "status=failed" else [runs[1].id])


async def test_a_study_that_is_not_shared_is_no_row_and_no_filter_for_others(
    member: Caller, colleague: Caller
) -> None:
    private = study_of(member)
    shared = [run_of(member, private, "central", 0.5, visibility="team") for _ in range(2)]
    page = await colleague.get("/api/runs/list?group_studies=true&sort=id")
    assert [run["id"] for run in page["runs"]] == [run.id for run in shared]
    assert (page["studies"], page["runs"][0]["study"]) == ([], None)
    assert (await colleague.get(f"/api/runs/list?study_id={private}"))["total"] == 0


async def test_runs_that_others_keep_private_are_not_counted_in_a_shared_study(
    member: Caller, colleague: Caller
) -> None:
    study = study_of(member, visibility="team")
    shown = run_of(member, study, "central", 0.5, visibility="team")
    run_of(member, study, "federated", 0.5)
    (row,) = (await colleague.get("/api/runs/list?group_studies=true"))["studies"]
    assert (row["run_ids"], len(row["means"])) == ([shown.id], 1)


async def test_more_studies_and_runs_take_no_more_statements(member: Caller) -> None:
    path = "/api/runs/list?group_studies=true&columns=auto"
    first = study_of(member)
    run_of(member, first, "central", 0.5)
    await member.get(path)  # notes that the token was used
    with counting(member.database) as few:
        await member.get(path)
    for number in range(3):
        study = study_of(member, f"study {number}")
        for seed in range(4):
            run_of(member, study, "federated", 0.1 * seed, seed=seed)
    with counting(member.database) as many:
        await member.get(path)
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["study_id=0", "study_id=x", "group_studies=perhaps"])
async def test_what_is_no_study_is_refused_by_field(member: Caller, query: str) -> None:
    answer = await member.get(f"/api/runs/list?{query}", 422)
    assert list(answer["errors"]) == [query.split("=")[0]]


async def test_home_shows_one_row_for_a_study_with_all_of_its_states(member: Caller) -> None:
    single = make_run(member.database, member.id)
    study = study_of(member)
    done = [run_of(member, study, "central", 0.5) for _ in range(25)]
    waiting = run_of(member, study, "federated", None, status="queued")
    running = run_of(member, study, "local", None, status="in_progress")
    run_of(member, study, "local", None, status="queued")
    home = await member.get("/api/home?group_studies=true")
    recent = [(run["id"], run["study_id"]) for run in home["recent"]]
    assert recent == [(done[-1].id, study), (single.id, None)]
    assert [(run["id"], run["study_id"]) for run in home["running"]] == [(running.id, study)]
    (row,) = home["studies"]
    assert row["statuses"] == {"completed": 25, "queued": 2, "in_progress": 1}
    plain = await member.get("/api/home")
    assert waiting.id in [run["id"] for run in plain["running"]]
    assert (len(plain["recent"]), plain["studies"]) == (20, None)


async def test_more_studies_on_home_take_no_more_statements(member: Caller) -> None:
    path = "/api/home?group_studies=true"
    run_of(member, study_of(member), "central", 0.5)
    await member.get(path)
    with counting(member.database) as few:
        await member.get(path)
    for _ in range(3):
        study = study_of(member)
        for seed in range(3):
            run_of(member, study, "federated", 0.5, seed=seed)
    with counting(member.database) as many:
        await member.get(path)
    assert len(many) == len(few)
