"""Two to twenty runs side by side."""

from urllib.parse import urlencode

import pytest

from app.models.run import Run
from services.runs.points import append_points
from services.runs.results.kept_results import keep_results
from services.runs.training.config.config import TrainingConfig
from services.runs.training.ports import Point
from services.tracking.labels import write_params, write_tags
from tests.factories.callers import Caller
from tests.factories.resources import make_dataset
from tests.factories.runs import LONG_AGO, add_curve, add_evaluation, make_run
from tests.factories.statements import counting
from tests.support.databases import ON_ONE_DATABASE


def described(member: Caller, name: str, curve: list[float], **params: object) -> int:
    run = make_run(member.database, member.id, name=name)
    add_curve(member.database, run, "val_acc", curve)
    add_curve(member.database, run, "val_loss", [1 - one for one in curve])
    with member.database.write() as unit:
        write_params(unit.session, run.id, params)
        write_tags(unit.session, run.id, {"site": name})
    return run.id


async def test_parameters_that_differ_come_first_and_a_missing_one_is_null(member: Caller) -> None:
    one = described(member, "one", [0.5], lr=0.1, batch=8, extra="x")
    two = described(member, "two", [0.6], lr=0.2, batch=8)
    answer = await member.get(f"/api/runs/compare?ids={one},{two}")
    assert [(row["name"], row["differs"], row["values"]) for row in answer["params"]] == [
        ("extra", True, ["x", None]),
        ("lr", True, ["0.1", "0.2"]),
        ("batch", False, ["8", "8"]),
    ]
    assert [run["tags"] for run in answer["runs"]] == [{"site": "one"}, {"site": "two"}]


def path(place: str, query: dict[str, str]) -> str:
    return f"{place}?{urlencode(query)}"


async def test_a_number_is_the_same_however_it_was_spelled(member: Caller) -> None:
    """As JSON numbers and as texts: 1e-5, 1e-05, 0.00001, 1E-5."""
    spellings: list[object] = [1e-5, "1e-05", "0.00001", "1E-5"]
    runs = [described(member, str(place), [0.5], lr=value) for place, value in enumerate(spellings)]
    other = described(member, "other", [0.5], lr=1e-4)
    answer = await member.get(f"/api/runs/compare?ids={','.join(map(str, runs))}")
    assert answer["params"] == [
        {"name": "lr", "differs": False, "values": ["1e-5", "1e-05", "0.00001", "1E-5"]}
    ]
    for text in ("1e-5", "'1e-5'", "'0.00001'", "0.00001", "'1E-05'"):
        listed = await member.get(path("/api/runs/list", {"filter": f"params.lr = {text}"}))
        assert sorted(run["id"] for run in listed["runs"]) == sorted(runs), text
    query = {"filter": "params.lr != '0.000010'"}
    listed = await member.get(path("/api/runs/list", query))
    assert [run["id"] for run in listed["runs"]] == [other]
    query = {"filter": "params.lr IN ('1e-5', 'x')"}
    listed = await member.get(path("/api/runs/list", query))
    assert len(listed["runs"]) == 4
    groups = (await member.get(path("/api/runs/groups", {"by": "params.lr"})))["groups"]
    assert [group["count"] for group in groups] == [4, 1]


async def test_metrics_are_held_against_the_baseline_by_their_best_value(member: Caller) -> None:
    one = described(member, "one", [0.5, 0.75, 0.625])
    two = described(member, "two", [0.5, 0.875])
    answer = await member.get(f"/api/runs/compare?ids={one},{two}&baseline={two}")
    accuracy, loss = answer["metrics"]
    assert accuracy["values"][0] == {
        "last": 0.625,
        "best": 0.75,
        "best_step": 1,
        "measured_on": "validation",
    }
    assert accuracy["differences"] == [-0.125, 0.0]
    assert (accuracy["best_run"], accuracy["lower_is_better"]) == (two, False)
    assert loss["differences"] == [0.125, 0.0]
    assert (loss["best_run"], loss["lower_is_better"]) == (two, True)
    assert answer["series"] == ["val_acc", "val_loss"]


async def test_zero_is_a_value_and_a_metric_of_one_run_only_has_no_difference(
    member: Caller,
) -> None:
    one, two = described(member, "one", [0.0]), described(member, "two", [0.5])
    add_curve(member.database, make_run(member.database, member.id), "other", [1.0])
    with_extra = make_run(member.database, member.id)
    add_curve(member.database, with_extra, "extra", [1.0])
    answer = await member.get(f"/api/runs/compare?ids={one},{two},{with_extra.id}")
    by_name = {row["name"]: row for row in answer["metrics"]}
    assert by_name["val_acc"]["differences"] == [0.0, 0.5, None]
    assert by_name["extra"]["differences"] == [None, None, None]
    assert "other" not in by_name


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ids=1", "ids"),
        ("ids=1,1", "ids"),
        ("ids=" + ",".join(map(str, range(1, 22))), "ids"),
        ("ids=a,b", "ids"),
        ("", "ids"),
        ("ids=1,2&baselin=1", "baselin"),
    ],
)
async def test_what_cannot_be_compared_is_refused_by_name(
    member: Caller, query: str, field: str
) -> None:
    answer = await member.get(f"/api/runs/compare?{query}", 422)
    assert field in answer["errors"]


async def test_a_baseline_is_one_of_the_runs(member: Caller) -> None:
    one, two = described(member, "one", [0.5]), described(member, "two", [0.6])
    answer = await member.get(f"/api/runs/compare?ids={one},{two}&baseline=999", 422)
    assert f"{one}, {two}" in answer["errors"]["baseline"][0]


async def test_a_run_that_is_not_mine_to_see_does_not_exist(
    member: Caller, colleague: Caller
) -> None:
    mine, theirs = described(member, "one", [0.5]), described(colleague, "two", [0.6])
    answer = await member.get(f"/api/runs/compare?ids={mine},{theirs}", 404)
    assert answer["code"] == "not_found"
    assert str(theirs) in answer["detail"]


async def test_both_modes_share_rows_for_what_they_measure_under_other_names(
    member: Caller,
) -> None:
    central = described(member, "central", [0.5, 0.75])
    federated = make_run(member.database, member.id, training_mode="federated").id
    with member.database.write() as unit:
        points = [Point(name="global_accuracy", step=n, value=v) for n, v in enumerate([0.9, 0.25])]
        append_points(unit.session, federated, points, LONG_AGO)
    answer = await member.get(f"/api/runs/compare?ids={central},{federated}")
    by_name = {row["name"]: row for row in answer["metrics"]}
    assert [one["best"] for one in by_name["accuracy"]["values"]] == [0.75, 0.25]
    assert by_name["accuracy"]["differences"] == [0.0, None]  # of other rows
    assert by_name["accuracy"]["best_run"] is None
    assert "loss" not in by_name
    assert answer["series"] == []


async def test_what_measures_each_global_model_is_shown(member: Caller) -> None:
    modes = ("centralized", "federated", "federated")
    runs = [make_run(member.database, member.id, training_mode=mode) for mode in modes]
    with member.database.write() as unit:
        unit.session.get_one(Run, runs[2].id).dataset_id = None  # its sites have all rows
    answer = await member.get(f"/api/runs/compare?ids={','.join(str(run.id) for run in runs)}")
    measured_on = [run["evaluated_on"] for run in answer["runs"]]
    assert measured_on == [None, "held_out_rows", "site_validation"]


async def test_equal_models_have_no_winner_however_high_a_round_or_an_epoch_was(
    member: Caller,
) -> None:
    test = {"metrics": {"accuracy": 111 / 114}, "confusion": []}
    manifest = {"test": test, "split": {"test": 114}}
    central = make_run(member.database, member.id, best_step=3, manifest=manifest)
    add_curve(member.database, central, "val_acc", [0.9, 0.978, 0.95, 0.96])
    federated = make_run(member.database, member.id, training_mode="federated", best_step=2)
    for number, accuracy in enumerate((0.4, 113 / 114, 111 / 114)):
        values = {"accuracy": accuracy, "num_samples": 114}
        add_evaluation(member.database, federated, number, **values)
        add_curve(member.database, federated, "global_accuracy", {number: accuracy})
    with member.database.write() as unit:
        keep_results(unit.session, [central.id, federated.id])
    answer = await member.get(f"/api/runs/compare?ids={central.id},{federated.id}")
    result = next(row for row in answer["results"] if row["metric"] == "accuracy")
    assert [(one["value"], one["measured_on"], one["num_rows"]) for one in result["values"]] == [
        (pytest.approx(111 / 114), "test", 114)
    ] * 2
    assert (result["differences"], result["best_run"]) == ([0.0, 0.0], None)
    best = next(row for row in answer["metrics"] if row["name"] == "accuracy")
    assert [one["measured_on"] for one in best["values"]] == ["validation", "test"]
    assert (best["differences"], best["best_run"]) == ([0.0, None], None)


async def test_the_lowest_error_is_best_and_an_unknown_metric_has_no_best(member: Caller) -> None:
    runs = [make_run(member.database, member.id, origin="logged") for _ in range(2)]
    for run, rmse in zip(runs, (2.0, 1.0), strict=True):
        add_curve(member.database, run, "val_rmse", [rmse, rmse + 5])
        add_curve(member.database, run, "error_free_rate", [1 / rmse])
    answer = await member.get(f"/api/runs/compare?ids={runs[0].id},{runs[1].id}")
    by_name = {row["name"]: row for row in answer["metrics"]}
    rmse, unknown = by_name["val_rmse"], by_name["error_free_rate"]
    assert [one["best"] for one in rmse["values"]] == [2.0, 1.0]
    assert (rmse["best_run"], rmse["goal"], rmse["lower_is_better"]) == (runs[1].id, "min", True)
    assert [one["best"] for one in unknown["values"]] == [None, None]
    assert (unknown["best_run"], unknown["goal"], unknown["lower_is_better"]) == (None,) * 3
    results = {row["metric"]: row for row in answer["results"]}
    assert results["rmse"]["best_run"] == runs[1].id
    assert [one["value"] for one in results["rmse"]["values"]] == [7.0, 6.0]  # the newest
    assert results["error_free_rate"]["best_run"] is None


async def test_a_setting_without_effect_in_a_mode_is_not_compared(member: Caller) -> None:
    runs = [
        make_run(member.database, member.id, training_mode=mode)
        for mode in ("centralized", "federated")
    ]
    params = TrainingConfig().as_mapping()
    with member.database.write() as unit:
        write_params(unit.session, runs[0].id, params | {"num_rounds": 3, "tau": 0.5})
        write_params(unit.session, runs[1].id, params | {"num_rounds": 9, "seed": 7})
    answer = await member.get(f"/api/runs/compare?ids={runs[0].id},{runs[1].id}")
    by_name = {row["name"]: row for row in answer["params"]}
    assert [row["name"] for row in answer["params"] if row["differs"]] == ["seed"]
    assert by_name["num_rounds"]["values"] == [None, "9"]
    assert by_name["epochs"]["values"] == ["10", None]


async def test_runs_on_different_data_have_no_winner_and_no_difference(member: Caller) -> None:
    ids = []
    for accuracy in (0.9, 0.95):
        data = make_dataset(member.database, member.id)
        manifest = {"test": {"metrics": {"accuracy": accuracy}}, "split": {"test": 50}}
        run = make_run(member.database, member.id, manifest=manifest, dataset_id=data)
        add_curve(member.database, run, "val_acc", [accuracy])
        ids.append(run.id)
    with member.database.write() as unit:
        keep_results(unit.session, ids)
    answer = await member.get(f"/api/runs/compare?ids={ids[0]},{ids[1]}")
    assert len({run["dataset_id"] for run in answer["runs"]}) == 2
    for row in (*answer["results"], *answer["metrics"]):
        assert (row["best_run"], row["differences"]) == (None, [0.0, None])


async def test_more_runs_take_no_more_statements(member: Caller) -> None:
    runs = [make_run(member.database, member.id) for _ in range(5)]
    counts = []
    for some in (runs[:2], runs[:2], runs):  # the first one notes that the token was used
        with counting(member.database) as statements:
            await member.get("/api/runs/compare?ids=" + ",".join(str(run.id) for run in some))
        counts.append(len(statements))
    assert counts[1] == counts[2]
