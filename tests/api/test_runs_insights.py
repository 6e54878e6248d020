"""Results of kept models side by side: by data set, kind of rows and kind of training."""

from datetime import timedelta
from typing import Any

from app.clock import now
from app.models.dataset import Dataset
from app.models.run import Run, RunResult
from app.models.study import Study, StudyRun
from services.runs.results.kept_results import keep_results
from services.tracking.labels import write_params
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, add_evaluation, make_run
from tests.factories.statements import counting

PATH = "/api/runs/analytics/summary"


def scored(caller: Caller, on: str, value: float | None, **values: Any) -> Run:
    """Write a run whose kept model has this accuracy on rows of a kind."""
    run = make_run(caller.database, caller.id, **values)
    with caller.database.write() as unit:
        unit.session.add(
            RunResult(run_id=run.id, metric="accuracy", value=value, measured_on=on, num_rows=40)
        )
    return run


def another_dataset(caller: Caller, than: int | None) -> tuple[int, str]:
    with caller.database.read() as session:
        row = session.query(Dataset).filter(Dataset.id != than).first()
        return row.id, row.name


def alone_in_a_study(caller: Caller, run: Run) -> None:
    with caller.database.write() as unit:
        study = Study(name="s", owner_id=caller.id, dataset_id=run.dataset_id, metric="accuracy",
                      config={}, created_at=now())  # fmt: skip
        unit.session.add(study)
        unit.session.flush()
        unit.session.add(
            StudyRun(study_id=study.id, run_id=run.id, arm="local", seed=1, client="client_1")
        )


def kinds(answer: dict[str, Any]) -> dict[tuple[str | None, str], dict[str, Any]]:
    return {(one["measured_on"], one["kind"]): one for one in answer["groups"]}


async def test_only_what_was_measured_alike_stands_in_one_group(member: Caller) -> None:
    scored(member, "test", 0.9)
    scored(member, "test", 0.7)
    scored(member, "validation", 0.99)
    scored(member, "test", 0.8, training_mode="federated")
    scored(member, "reported", 0.5, origin="logged")
    scored(member, "reported", 0.4, origin="imported")
    alone_in_a_study(member, scored(member, "test", 0.6))
    by_setting = scored(member, "test", 0.5)
    with member.database.write() as unit:
        write_params(unit.session, by_setting.id, {"only_client": "client_2", "epochs": 3})
    groups = kinds(await member.get(PATH))
    shown = {key: (one["n_runs"], one["metrics"]["accuracy"]) for key, one in groups.items()}
    assert shown == {
        ("test", "centralized"): (2, {"n": 2, "mean": 0.8}),
        ("validation", "centralized"): (1, {"n": 1, "mean": 0.99}),
        ("test", "federated"): (1, {"n": 1, "mean": 0.8}),
        ("reported", "logged"): (1, {"n": 1, "mean": 0.5}),
        ("reported", "imported"): (1, {"n": 1, "mean": 0.4}),
        ("test", "local_only"): (2, {"n": 2, "mean": 0.55}),
    }


async def test_data_sets_are_apart_and_seconds_are_of_running(member: Caller) -> None:
    first = scored(member, "test", 0.9)
    other, name = another_dataset(member, first.dataset_id)
    run = scored(member, "test", 0.1)
    with member.database.write() as unit:
        row = unit.session.get_one(Run, run.id)
        row.dataset_id, row.waiting_seconds = other, 7200.0
    groups = {one["dataset_id"]: one for one in (await member.get(PATH))["groups"]}
    assert {key: one["metrics"]["accuracy"]["mean"] for key, one in groups.items()} == {
        first.dataset_id: 0.9,
        other: 0.1,
    }
    assert groups[other]["dataset"] == name
    assert groups[other]["running_seconds"] == {"n": 1, "mean": 600.0}


async def test_a_run_without_the_figure_counts_in_no_mean_and_takes_no_rank(member: Caller) -> None:
    best = scored(member, "test", 1.0)
    scored(member, "test", None)
    make_run(member.database, member.id)
    make_run(member.database, member.id, status="in_progress")
    answer = await member.get(PATH)
    group = kinds(answer)["test", "centralized"]
    assert (group["n_runs"], group["metrics"]["accuracy"]) == (2, {"n": 1, "mean": 1.0})
    nothing = kinds(answer)[None, "centralized"]
    assert (nothing["n_runs"], nothing["metrics"]) == (1, {})
    (ranking,) = answer["rankings"]
    assert [one["run_id"] for one in ranking["runs"]] == [best.id]


async def test_ranks_are_by_results_on_the_same_rows_and_ties_share_one(member: Caller) -> None:
    second = scored(member, "test", 0.8, training_mode="federated")
    first = scored(member, "test", 0.9)
    tied = scored(member, "test", 0.9)
    scored(member, "validation", 0.99)
    scored(member, "reported", 1.0, origin="logged")
    rankings = {one["measured_on"]: one for one in (await member.get(PATH))["rankings"]}
    assert set(rankings) == {"test", "validation"}
    shown = [(one["rank"], one["run_id"], one["kind"]) for one in rankings["test"]["runs"]]
    assert shown == [
        (1, first.id, "centralized"),
        (1, tied.id, "centralized"),
        (3, second.id, "federated"),
    ]


async def test_success_is_of_what_ended_by_itself(member: Caller) -> None:
    assert (await member.get(PATH))["success_share"] is None
    for status in ("completed", "completed", "failed", "in_progress", "queued", "cancelled"):
        make_run(member.database, member.id, status=status)
    answer = await member.get(PATH)
    assert (answer["success_share"], answer["success_rate"]) == (0.6667, 0.3333)


async def test_groups_obey_the_filter(member: Caller) -> None:
    scored(member, "test", 0.9)
    scored(member, "test", 0.5, training_mode="federated", start_time=now() - timedelta(hours=1))
    answer = await member.get(f"{PATH}?training_mode=federated&days=2")
    assert list(kinds(answer)) == [("test", "federated")]


async def test_scores_on_rows_of_one_class_are_no_results(member: Caller) -> None:
    run = make_run(member.database, member.id, training_mode="federated", best_step=1)
    add_evaluation(member.database, run, 1, accuracy=1.0, precision=0.0, recall=0.0, f1_score=0.0,
                   true_positives=0, true_negatives=30, false_positives=0, false_negatives=0,
                   loss=0.1)  # fmt: skip
    own = make_run(member.database, member.id, best_step=0)
    for name, value in {"val_acc": 0.9, "val_precision": 0.0, "val_recall": 0.0, "val_cm_tp": 0,
                        "val_cm_tn": 9, "val_cm_fp": 0, "val_cm_fn": 1}.items():  # fmt: skip
        add_curve(member.database, own, name, [value])
    with member.database.write() as unit:
        keep_results(unit.session, [run.id, own.id])
    answer = await member.get(PATH)
    federated, central = (
        kinds(answer)["test", "federated"],
        kinds(answer)["validation", "centralized"],
    )
    assert {name: one["n"] for name, one in federated["metrics"].items()} == {
        "loss": 1, "accuracy": 0, "precision": 0, "recall": 0, "f1_score": 0}  # fmt: skip
    assert central["metrics"]["precision"] == {"n": 0, "mean": None}
    assert central["metrics"]["recall"] == {"n": 1, "mean": 0.0}
    assert [one["run_id"] for ranking in answer["rankings"] for one in ranking["runs"]] == [own.id]


async def test_more_runs_need_no_more_statements(member: Caller) -> None:
    costs = []
    for _ in range(3):
        for number in range(5):
            scored(member, ("test", "validation")[number % 2], number / 5)
        with counting(member.database) as sent:
            await member.get(PATH)
        costs.append(len([one for one in sent if one.startswith(("SELECT", "WITH"))]))
    assert costs[0] == costs[1] == costs[2] < 8


async def test_forecasts_show_what_is_relative_to_the_naive_forecast(member: Caller) -> None:
    scored(member, "test", 0.9)
    for skill in (0.2, 0.4):
        run = make_run(member.database, member.id, task="forecasting")
        figures = {"skill": skill, "mase_seasonal": 1 - skill, "mae": 700 * skill}
        with member.database.write() as unit:
            unit.session.add_all(
                RunResult(run_id=run.id, metric=name, value=value, measured_on="test", num_rows=40)
                for name, value in figures.items()
            )
    groups = (await member.get(PATH))["groups"]
    assert [(one["task"], one["n_runs"]) for one in groups] == [
        ("forecasting", 2), ("classification", 1),
    ]  # fmt: skip
    assert groups[0]["metrics"] == {
        "skill": {"n": 2, "mean": 0.3}, "mase_seasonal": {"n": 2, "mean": 0.7},
    }  # fmt: skip
