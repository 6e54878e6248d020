"""Studies: central, federated and local-only from one request."""

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import select

from app.clock import now
from app.models.run import Artifact, Run
from app.models.study import Study, StudyRun
from services.runs.predictions import FILE, to_parquet
from services.runs.training.config.config import TrainingConfig, specs
from services.statistics.row_errors import Predictions
from services.studies.create import start_study
from services.studies.types import StudyRequest
from tests.factories.callers import Caller
from tests.factories.resources import make_study
from tests.factories.runs import make_run
from tests.support.calls import Calls
from tests.support.databases import ON_ONE_DATABASE

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
    trainings = [(one["seed"], one["arm"], one["client"]) for one in study["trainings"]]
    sites = [f"client_{number}" for number in (1, 2, 3)]
    arms = [("central", None), ("federated", None), *(("local", site) for site in sites)]
    assert trainings == [(seed, arm, client) for seed in (5, 6) for arm, client in arms]
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


@ON_ONE_DATABASE
def test_the_settings_are_read_once_per_way_to_train_and_not_per_run(member: Caller) -> None:
    request = StudyRequest(**(SMALL | {"seeds": 5}))
    parts = member.resources
    with Calls(TrainingConfig.from_mapping) as calls:
        study = start_study(parts.database, parts.store, member.actor, request)
    with parts.database.read() as session:
        runs = session.scalars(select(StudyRun).where(StudyRun.study_id == study.id)).all()
    assert (len(runs), calls.count) == (25, 2)  # as requested, and as it trains in one place


@ON_ONE_DATABASE
async def test_seeds_are_counted_up_within_their_bounds(member: Caller) -> None:
    last = specs()["seed"].maximum
    config = SMALL["config"] | {"seed": int(last)}
    answer = await member.post("/api/studies", SMALL | {"config": config}, 422)
    assert f"seed is {int(last) + 1}; it must be" in answer["errors"]["config.seed"][0]


@ON_ONE_DATABASE
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
        ({"equivalence_margin": 0}, "equivalence_margin"),
        ({"equivalence_margin": 1.5}, "equivalence_margin"),
    ],
)
async def test_what_cannot_be_studied_is_refused_by_name(
    member: Caller, change: dict[str, object], field: str | None
) -> None:
    status = 404 if field is None else 422
    answer = await member.post("/api/studies", SMALL | change, status)
    assert field is None or field in answer["errors"]
    assert (await member.get("/api/runs/list"))["total"] == 0


def finished(member: Caller, study_id: int, arm: str, seed: int, value: float, **site) -> Run:
    split = {"train": site.get("rows", 100), "validation": 10, "test": site.get("test", 20)}
    if arm == "federated":
        split["clients"] = {"big": {"train": 300}, "small": {"train": 40}}
    run = make_run(
        member.database,
        member.id,
        training_mode="federated" if arm == "federated" else "centralized",
        manifest={
            "test": {"metrics": {site.get("metric", "auroc"): value}},
            "split": split,
            "test_rows_sha256": site.get("tested_on", f"rows of seed {seed}"),
        },
    )
    part = StudyRun(
        study_id=study_id, run_id=run.id, arm=arm, seed=seed, client=site.get("client", "")
    )
    with member.database.write() as unit:
        unit.session.add(part)
    return run


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
    assert study["sentence"].startswith(
        "Federated training loses 0.008 of AUROC against central training (95 % interval −"
    )
    assert "and gains 0.042 of AUROC for the smallest site (95 % interval +" in study["sentence"]
    assert study["sentence"].endswith("so the interval comes from the seeds alone.")
    differences = {one["against"]: one["difference"]["mean"] for one in study["contrasts"]}
    assert differences == pytest.approx({"central": -0.008, "local": 0.027, "smallest": 0.042})
    assert all(one["p_holm"] >= one["p_value"] for one in study["contrasts"])
    assert study["seeds_compared"] == 3


@pytest.mark.parametrize(
    ("gone", "said"),
    [("deleted", "are missing"), ("failed", "failed"), ("cancelled", "were stopped")],
)
async def test_a_site_that_fails_is_named_and_left_out(
    member: Caller, gone: str, said: str
) -> None:
    study_id = known_study(member)
    trainings = (await member.get(f"/api/studies/{study_id}"))["trainings"]
    run_id = next(t["run_id"] for t in trainings if (t["seed"], t["client"]) == (3, "small"))
    with member.database.write() as unit:
        run = unit.session.get_one(Run, run_id)
        unit.session.delete(run) if gone == "deleted" else setattr(run, "status", gone)
    study = await member.get(f"/api/studies/{study_id}")
    counted = {one["against"]: one["difference"]["n"] for one in study["contrasts"]}
    assert counted == {"central": 3, "local": 3, "smallest": 2}
    note = f"Site small's runs {said} in 1 of 3 seeds; it is left out of the local mean."
    assert note in study["notes"]
    assert note in study["sentence"]
    arms = {(one["arm"], one["client"]): one for one in study["arms"]}
    assert set(arms["local", None]["values"].values()) == {0.93}
    assert (arms["local", "small"]["failed"], arms["local", "small"]["left_out"]) == (1, True)
    assert (arms["local", "big"]["failed"], arms["local", "big"]["left_out"]) == (0, False)


def keep_predictions(member: Caller, run: Run, right: np.ndarray, rows: np.ndarray) -> None:
    """Store predictions of a run: which of the test rows, all of class 1, it gets right."""
    of = Predictions(
        rows=rows,
        units=rows,
        targets=np.ones(len(rows), dtype=np.int64),
        logits=np.where(right, 1.0, -1.0)[:, None],
        losses=np.where(right, 0.1, 2.0),
    )
    content, key = to_parquet(of), f"runs/{run.id}/attempt-1/result/{FILE}"
    member.resources.store.put(key, content)
    artifact = Artifact(
        run_id=run.id,
        name=FILE,
        kind="test_predictions",
        object_key=key,
        size_bytes=len(content),
        sha256="0" * 64,
        created_at=now(),
    )
    with member.database.write() as unit:
        unit.session.add(artifact)


def predicted_study(member: Caller) -> int:
    """Write a study of three seeds over 300 rows: always 10 of 100 rows apart, never the same."""
    study_id = make_study(member.database, member.id, "team", first_dataset(member))
    with member.database.write() as unit:
        unit.session.get_one(Study, study_id).metric = "accuracy"
    for seed in (1, 2, 3):
        rows = np.arange(100) + 100 * (seed - 1)
        for arm, wrong in (("central", 10), ("federated", 20)):
            values = {"metric": "accuracy", "test": 100}
            run = finished(member, study_id, arm, seed, 1 - wrong / 100, **values)
            keep_predictions(member, run, np.arange(100) >= wrong, rows)
    return study_id


async def test_the_error_is_at_least_that_of_the_test_rows(member: Caller) -> None:
    study = await member.get(f"/api/studies/{predicted_study(member)}")
    (contrast,) = study["contrasts"]
    assert (contrast["from_rows"], contrast["same_rows"]) == (True, True)
    # 30 of 300 rows are discordant, all one way: √(0.1·0.9/300) with the 99/100 of each seed
    error = (0.1 * 0.9 / 99 / 3) ** 0.5
    assert contrast["p_value"] == pytest.approx(2 * stats.t.sf(0.1 / error, 2), rel=1e-6)
    assert "seeds alone" not in study["sentence"]


async def test_predictions_of_single_rows_are_for_who_may_change_the_run(
    member: Caller, colleague: Caller
) -> None:
    study_id = predicted_study(member)
    run_id = (await member.get(f"/api/studies/{study_id}"))["trainings"][0]["run_id"]
    with member.database.write() as unit:
        unit.session.get_one(Run, run_id).visibility = "team"
    (kept,) = (await member.get(f"/api/runs/{run_id}/artifacts"))["items"]
    path = f"/api/runs/{run_id}/artifacts/{kept['id']}/download"
    assert (await member.call("GET", path)).status_code == 200
    assert (await colleague.get(f"/api/runs/{run_id}/artifacts"))["items"] == []
    assert (await colleague.call("GET", path)).status_code == 404


async def test_two_equal_differences_are_never_certain(member: Caller) -> None:
    study_id = make_study(member.database, member.id, "private", first_dataset(member))
    for seed in (1, 2):
        finished(member, study_id, "central", seed, 0.91, test=500)
        finished(member, study_id, "federated", seed, 0.90, test=500)
    study = await member.get(f"/api/studies/{study_id}")
    (contrast,) = study["contrasts"]
    assert contrast["p_value"] > 0.05
    assert contrast["difference"]["high"] - contrast["difference"]["low"] > 0.02
    assert (contrast["verdict"], contrast["from_rows"]) == ("too_few_seeds", False)
    assert "nothing can be claimed yet" in study["sentence"]


async def test_perfect_models_are_not_certain_and_not_better_than_perfect(member: Caller) -> None:
    study_id = make_study(member.database, member.id, "private", first_dataset(member))
    for seed in (1, 2, 3):
        finished(member, study_id, "central", seed, 1.0, test=100)
        finished(member, study_id, "federated", seed, 1.0000000000000002, test=100)
    study = await member.get(f"/api/studies/{study_id}")
    for arm in study["arms"][:2]:
        assert 0.5 < arm["interval"]["low"] < 1.0 == arm["interval"]["high"]
    assert study["sentence"].startswith("No difference was found between federated and central")


async def test_an_undefined_metric_is_no_zero(member: Caller) -> None:
    study_id = known_study(member)
    finished(member, study_id, "central", 4, float("nan"))
    finished(member, study_id, "federated", 4, 0.9)
    study = await member.get(f"/api/studies/{study_id}")
    assert study["contrasts"][0]["difference"]["n"] == 3
    assert any("central run has no result in 1 of 4 seeds" in note for note in study["notes"])


async def test_models_tested_on_different_rows_are_not_compared(member: Caller) -> None:
    study_id = known_study(member)
    finished(member, study_id, "central", 4, 0.2, tested_on="others")
    finished(member, study_id, "federated", 4, 0.9)
    study = await member.get(f"/api/studies/{study_id}")
    central = study["contrasts"][0]
    assert (central["difference"]["n"], central["refused"], central["same_rows"]) == (3, [4], True)
    assert "Seed 4 is not compared" in study["sentence"]


async def test_the_margin_is_set_before_the_start_and_kept(member: Caller) -> None:
    made = await member.post("/api/studies", SMALL | {"equivalence_margin": 0.02}, 201)
    assert (await member.get(f"/api/studies/{made['id']}"))["equivalence_margin"] == 0.02
    made = await member.post("/api/studies", SMALL, 201)
    study = await member.get(f"/api/studies/{made['id']}")
    assert study["equivalence_margin"] is None


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
