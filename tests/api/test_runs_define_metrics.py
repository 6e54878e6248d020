"""The direction of a metric, as its program or a person says it."""

import pytest

from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_run
from tests.support.databases import ON_ONE_DATABASE


async def summaries(member: Caller, run_id: int) -> dict[str, tuple[object, object, object]]:
    answer = await member.get(f"/api/runs/{run_id}/series/summary")
    return {
        row["name"]: (row["goal"], row["best"], row["best_step"])
        for row in answer["series"]
        if row["client"] is None
    }


async def define(member: Caller, run_id: int, goals: dict[str, object], status: int = 200) -> dict:
    path = f"/api/runs/{run_id}/metric-definitions"
    response = await member.call("PUT", path, json={"definitions": goals})
    assert response.status_code == status, response.body
    return response.body


async def test_an_unknown_metric_has_no_best_until_its_direction_is_defined(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged")
    add_curve(member.database, run, "reward", [1.0, 3.0, 2.0])
    assert await summaries(member, run.id) == {"reward": (None, None, None)}
    await define(member, run.id, {"reward": "max"})
    assert await summaries(member, run.id) == {"reward": ("max", 3.0, 1)}
    add_curve(member.database, run, "reward", {3: 5.0})
    assert await summaries(member, run.id) == {"reward": ("max", 5.0, 3)}
    await define(member, run.id, {"reward": "min"})
    assert await summaries(member, run.id) == {"reward": ("min", 1.0, 0)}
    await define(member, run.id, {"reward": None})
    assert await summaries(member, run.id) == {"reward": (None, None, None)}


async def test_a_definition_before_the_first_point_counts(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged")
    answer = await define(member, run.id, {"val/score": "min", "accuracy": "min"})
    assert answer == {"definitions": {"accuracy": "min", "val/score": "min"}}
    add_curve(member.database, run, "val/score", [2.0, 1.0])
    add_curve(member.database, run, "accuracy", [0.5, 0.25])
    assert await summaries(member, run.id) == {
        "accuracy": ("min", 0.25, 1),
        "val/score": ("min", 1.0, 1),
    }


async def test_a_known_metric_falls_back_to_the_catalogue(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated")
    for number, value in enumerate((0.1, 0.4, 0.3)):
        add_curve(member.database, run, "global_loss", {number: value})
    await define(member, run.id, {"global_loss": "max"})
    assert (await summaries(member, run.id))["global_loss"] == ("max", 0.4, 1)
    await define(member, run.id, {"global_loss": None})
    assert (await summaries(member, run.id))["global_loss"] == ("min", 0.3, 2)  # of trained rounds


@ON_ONE_DATABASE
@pytest.mark.parametrize("goals", [{}, {"reward": "up"}, {"": "min"}, {"x" * 251: "min"}, None])
async def test_what_is_no_direction_is_refused_by_field(member: Caller, goals: dict) -> None:
    run = make_run(member.database, member.id)
    answer = await define(member, run.id, goals, 422)
    assert "definitions" in answer["errors"] or "definitions" in str(answer["errors"])


async def test_only_who_may_change_a_run_defines_its_metrics(
    member: Caller, colleague: Caller
) -> None:
    private = make_run(member.database, member.id)
    shared = make_run(member.database, member.id, visibility="team")
    hidden = await define(colleague, private.id, {"reward": "max"}, 404)
    refused = await define(colleague, shared.id, {"reward": "max"}, 403)
    assert (hidden["code"], refused["code"]) == ("not_found", "forbidden")


async def test_the_direction_reaches_the_names_in_use_and_the_groups(member: Caller) -> None:
    run = make_run(member.database, member.id, origin="logged")
    for name in ("reward", "val_rmse", "error_free_rate"):
        add_curve(member.database, run, name, [1.0, 2.0])
    await define(member, run.id, {"reward": "max"})
    answer = await member.get("/api/runs/columns")
    goals = {"reward": "max", "val_rmse": "min", "error_free_rate": None, "rmse": "min"}
    assert answer["goals"] == goals
    assert answer["results"] == ["error_free_rate", "reward", "rmse"]
    groups = await member.get("/api/runs/groups?by=status&metrics=val_rmse&value=result")
    assert groups["goals"] == {"rmse": "min"}
    assert groups["measured_on"] == {"rmse": ["reported"]}
    assert groups["groups"][0]["metrics"]["rmse"]["mean"] == 2.0


async def test_curves_and_comparisons_say_of_what_a_person_may_choose_the_direction(
    member: Caller, colleague: Caller
) -> None:
    runs = [
        make_run(member.database, member.id, origin="logged", visibility="team") for _ in range(2)
    ]
    for run, reward in zip(runs, (1.0, 2.0), strict=True):
        add_curve(member.database, run, "reward", [reward])
        add_curve(member.database, run, "val_loss", [0.5])
    answer = await member.get(f"/api/runs/{runs[0].id}/series/summary")
    known = {row["name"]: row["in_catalogue"] for row in answer["series"]}
    assert known == {"reward": False, "val_loss": True}
    path = f"/api/runs/compare?ids={runs[0].id},{runs[1].id}"
    for caller, may in ((member, True), (colleague, False)):
        assert [run["can_edit"] for run in (await caller.get(path))["runs"]] == [may, may]
    for run in runs:
        await define(member, run.id, {"reward": "min"})
    (reward, loss) = (await member.get(path))["metrics"]
    assert (reward["in_catalogue"], reward["best_run"]) == (False, runs[0].id)
    assert loss["in_catalogue"]
