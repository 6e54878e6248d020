"""Studies: central, federated and local-only from one request."""

import pytest

from app.clock import now
from app.models.run import Run
from app.models.study import StudyRun
from tests.factories.callers import Caller
from tests.factories.runs import make_run
from tests.factories.things import make_study

SMALL = {
    "name": "Is it worth it?",
    "dataset": "breast_cancer",
    "seeds": 2,
    "metric": "auroc",
    "config": {"seed": 5, "num_clients": 3, "num_rounds": 2, "local_epochs": 3},
}


async def test_one_request_queues_every_way_to_train_for_every_seed(member: Caller) -> None:
    made = await member.post("/api/studies", SMALL, 201)
    study = await member.get(f"/api/studies/{made['id']}")
    told = [(one["seed"], one["arm"], one["client"]) for one in study["trainings"]]
    sites = [f"client_{number}" for number in (1, 2, 3)]
    arms = [("central", None), ("federated", None), *(("local", site) for site in sites)]
    assert told == [(seed, arm, client) for seed in (5, 6) for arm, client in arms]
    assert {one["status"] for one in study["trainings"]} == {"queued"}
    assert (study["sentence"], study["contrasts"]) == (None, [])


async def test_those_that_train_in_one_place_see_the_rows_as_often_as_the_federation(
    member: Caller,
) -> None:
    made = await member.post("/api/studies", SMALL, 201)
    study = await member.get(f"/api/studies/{made['id']}")
    configs = {
        one["arm"]: (await member.get(f"/api/runs/{one['run_id']}"))["config"]
        for one in study["trainings"]
    }
    assert (configs["central"]["epochs"], configs["local"]["epochs"]) == (6, 6)
    assert configs["central"]["only_client"] is None
    assert configs["local"]["only_client"] == "client_3"
    assert configs["federated"]["num_rounds"] == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seeds": 1}, "seeds"),
        ({"seeds": 21}, "seeds"),
        ({"metric": "accurcy"}, "metric"),
        ({"name": ""}, "name"),
        ({"dataset": "nothing"}, None),
        ({"config": {"num_clients": 0}}, "config.num_clients"),
        ({"config": {"epochs": "many"}}, "config.epochs"),
        ({"config": {"epochs": 5, "num_rounds": 2, "local_epochs": 3}}, "config.epochs"),
        ({"seeds": 20, "config": {"num_clients": 12}}, "seeds"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
async def test_what_cannot_be_studied_is_refused_by_name(
    member: Caller, change: dict[str, object], field: str | None
) -> None:
    status = 404 if field is None else 422
    answer = await member.post("/api/studies", SMALL | change, status)
    assert field is None or field in answer["errors"]
    assert (await member.get("/api/runs/list"))["total"] == 0


def finished(member: Caller, study_id: int, arm: str, seed: int, value: float, **site) -> None:
    split = {"train": site.get("rows", 100), "validation": 10, "test": 20}
    run = make_run(
        member.database,
        member.id,
        training_mode="federated" if arm == "federated" else "centralized",
        manifest={"test": {"metrics": {"auroc": value}}, "split": split},
    )
    part = StudyRun(
        study_id=study_id, run_id=run.id, arm=arm, seed=seed, client=site.get("client", "")
    )
    with member.database.write() as unit:
        unit.session.add(part)


def known_study(member: Caller) -> int:
    """Write a study of three seeds: federated loses a little and gains for the small site."""
    study_id = make_study(member.database, member.id, "private", first_dataset(member))
    for seed, gap in ((1, 0.010), (2, 0.008), (3, 0.006)):
        finished(member, study_id, "central", seed, 0.95)
        finished(member, study_id, "federated", seed, 0.95 - gap)
        finished(member, study_id, "local", seed, 0.93, client="big", rows=300)
        finished(member, study_id, "local", seed, 0.90, client="small", rows=40)
    return study_id


def first_dataset(member: Caller) -> int:
    from sqlalchemy import select

    from app.models.dataset import Dataset

    with member.database.read() as session:
        return session.scalars(select(Dataset.id)).first()


async def test_a_study_says_what_training_together_costs_and_gains(member: Caller) -> None:
    study = await member.get(f"/api/studies/{known_study(member)}")
    assert study["sentence"].startswith("Federated training loses 0.8 ±")
    assert "points of AUROC against central training and gains 4.2 ±" in study["sentence"]
    assert study["sentence"].endswith("for the smallest site.")
    differences = {one["against"]: one["difference"]["mean"] for one in study["contrasts"]}
    assert differences == pytest.approx({"central": -0.008, "local": 0.027, "smallest": 0.042})
    assert all(one["p_holm"] >= one["p_value"] for one in study["contrasts"])
    assert study["seeds_compared"] == 3


@pytest.mark.parametrize("gone", ["deleted", "failed"])
async def test_a_seed_counts_only_with_all_sites(member: Caller, gone: str) -> None:
    study_id = known_study(member)
    trainings = (await member.get(f"/api/studies/{study_id}"))["trainings"]
    run_id = next(t["run_id"] for t in trainings if (t["seed"], t["client"]) == (3, "small"))
    with member.database.write() as unit:
        run = unit.session.get_one(Run, run_id)
        unit.session.delete(run) if gone == "deleted" else setattr(run, "status", "failed")
    study = await member.get(f"/api/studies/{study_id}")
    counted = {one["against"]: one["difference"]["n"] for one in study["contrasts"]}
    assert counted == {"central": 3, "local": 2, "smallest": 2}


async def test_a_run_that_turned_private_again_is_left_out_for_others(
    member: Caller, colleague: Caller
) -> None:
    study_id = known_study(member)
    with member.database.write() as unit:
        from app.models.study import Study

        unit.session.get_one(Study, study_id).visibility = "team"
    assert (await colleague.get(f"/api/studies/{study_id}"))["trainings"] == []
    assert len((await member.get(f"/api/studies/{study_id}"))["trainings"]) == 12


async def test_deleting_a_study_keeps_its_runs(member: Caller, colleague: Caller) -> None:
    study_id = known_study(member)
    await colleague.get(f"/api/studies/{study_id}", 404)
    assert (await member.call("DELETE", f"/api/studies/{study_id}")).status_code == 204
    await member.get(f"/api/studies/{study_id}", 404)
    with member.database.read() as session:
        assert session.query(Run).count() == 12


async def test_the_list_counts_what_is_done(member: Caller) -> None:
    known_study(member)
    (item,) = (await member.get("/api/studies"))["items"]
    assert (item["runs"], item["done"], item["failed"], item["seeds"]) == (12, 12, 0, 3)
    assert item["created_at"] <= now().isoformat()
