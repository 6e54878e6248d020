"""Searching runs over HTTP: filters, orders, keys, columns, groups, and everything that matches."""

import math
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from scipy import stats

from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from blueprints.runs.schemas_list import RunList
from services.tracking.labels import write_params, write_tags
from tests.factories.callers import Caller
from tests.factories.resources import make_dataset
from tests.factories.runs import (
    add_client,
    add_curve,
    add_evaluation,
    make_job,
    make_known_centralized,
    make_known_federated,
    make_run,
)


async def listed(caller: Caller, path: str = "list", status: int = 200, **query: Any) -> Any:
    """Return the answer of a search; a list answer has exactly the form of its schema."""
    answer = await caller.get(f"/api/runs/{path}?{urlencode(query)}", status)
    if path == "list" and status == 200:
        assert RunList().validate(answer) == {}
    return answer


async def ids(caller: Caller, **query: Any) -> list[int]:
    return [run["id"] for run in (await listed(caller, **query))["runs"]]


def label(database: Database, run: Run, params: dict[str, Any] | None = None, **tags: str) -> None:
    with database.write() as unit:
        write_params(unit.session, run.id, params or {})
        write_tags(unit.session, run.id, tags)


def archive(database: Database, run: Run) -> None:
    with database.write() as unit:
        unit.session.get_one(Run, run.id).archived_at = now()


def trained(caller: Caller, accuracy: float, **params: Any) -> Run:
    run = make_run(caller.database, caller.id)
    add_curve(caller.database, run, "val_accuracy", [0.99, accuracy])
    label(caller.database, run, params)
    return run


async def test_a_filter_of_metrics_params_tags_and_attributes(member: Caller) -> None:
    good, bad = trained(member, 0.9, lr="0.01"), trained(member, 0.7, lr="0.01")
    trained(member, 0.95, lr="0.1")
    label(member.database, good, site="a")
    label(member.database, bad, site="a")
    text = (
        "metrics.val_accuracy > 0.8 and params.lr = '0.01' and tags.site = 'a' "
        "and attributes.status = 'completed'"
    )
    assert await ids(member, filter=text) == [good.id]


async def test_a_parameter_is_a_text_in_quotes_and_a_number_without(member: Caller) -> None:
    small, large = trained(member, 0.5, lr="9e-3"), trained(member, 0.5, lr=0.1)
    trained(member, 0.5, lr="auto")
    assert await ids(member, filter="params.lr < 0.05") == [small.id]
    assert await ids(member, filter="params.lr = '0.1'") == [large.id]
    # one number is one value however it is spelled; a piece of its spelling is no number
    assert await ids(member, filter="params.lr = '0.009'") == [small.id]
    assert await ids(member, filter="params.lr LIKE '0.009'") == []


async def test_the_last_value_counts_and_the_best_on_request(member: Caller) -> None:
    run = trained(member, 0.4)
    assert await ids(member, filter="metrics.val_accuracy > 0.5") == []
    assert await ids(member, filter="metrics.val_accuracy.best > 0.98") == [run.id]
    assert await ids(member, filter="metrics.val_accuracy.count = 2") == [run.id]


async def test_any_metric_param_or_tag_sorts_and_runs_without_it_come_last(member: Caller) -> None:
    without = make_run(member.database, member.id)
    first, second = trained(member, 0.9, lr="10"), trained(member, 0.2, lr="9")
    word = trained(member, 0.5, lr="auto")
    assert await ids(member, sort="-metrics.val_accuracy") == [
        first.id, word.id, second.id, without.id,
    ]  # fmt: skip
    assert await ids(member, sort_by="params.lr", sort_order="asc") == [
        second.id, first.id, word.id, without.id,
    ]  # fmt: skip
    label(member.database, second, site="b")
    label(member.database, word, site="a")
    assert (await ids(member, sort="tags.site"))[:2] == [word.id, second.id]


async def test_pages_follow_each_other_by_key_while_runs_come(member: Caller) -> None:
    made = [make_run(member.database, member.id).id for _ in range(7)]
    page = await listed(member, limit=3)
    make_run(member.database, member.id)
    following = await listed(member, limit=3, after=page["next"])
    last = await listed(member, limit=3, after=following["next"])
    shown = [run["id"] for part in (page, following, last) for run in part["runs"]]
    assert shown == made[::-1]
    assert (last["next"], last["total"]) == (None, 8)


@pytest.mark.parametrize("key", ["metrics.val_accuracy.count", "metrics.val_accuracy.min"])
async def test_every_part_of_a_metric_leads_to_the_next_page(member: Caller, key: str) -> None:
    made = [trained(member, accuracy).id for accuracy in (0.5, 0.5, 0.2)]
    page = await listed(member, sort=key, limit=1)
    rest = await listed(member, sort=key, limit=2, after=page["next"])
    shown = [run["id"] for part in (page, rest) for run in part["runs"]]
    assert shown == (made if key.endswith("count") else [made[2], made[0], made[1]])


BROKEN_TOKENS = [
    "x",
    "!",
    "é",
    "AAAA",
    "W10",
    "bnVsbA",
    "WyJzdGFydF90aW1lIix0cnVlLDAsIngiLDFd",
    "WyJzdGFydF90aW1lIix0cnVlLDksIngiLDFd",
    "WyJzdGFydF90aW1lIix0cnVlLDAsIjAwMDEtMDEtMDFUMDA6MDArMTA6MDAiLDFd",
]


async def test_a_broken_token_is_refused(member: Caller) -> None:
    make_run(member.database, member.id)
    for token in BROKEN_TOKENS:
        assert list((await listed(member, after=token, status=422))["errors"]) == ["after"]


async def test_a_token_of_another_order_is_refused(member: Caller) -> None:
    for _ in range(2):
        make_run(member.database, member.id)
    token = (await listed(member, limit=1))["next"]
    other = await listed(member, after=token, sort="id", status=422)
    assert "another order" in other["errors"]["after"][0]
    both = await listed(member, after=token, offset=1, status=422)
    assert both["errors"] == {"after": ["Give either after or offset."]}


async def test_archived_runs_are_out_of_sight_until_requested(member: Caller) -> None:
    kept, away = (make_run(member.database, member.id) for _ in range(2))
    archive(member.database, away)
    assert await ids(member) == [kept.id]
    assert await ids(member, archived="true") == [away.id]
    assert await ids(member, archived="all") == [away.id, kept.id]


async def test_columns_bring_what_they_name(member: Caller) -> None:
    run = trained(member, 0.5, lr=0.1, depth=3)
    label(member.database, run, site="a")
    plain, some, everything = [
        (await listed(member, columns=columns))["runs"][0]
        for columns in ("", 'metrics."val_accuracy",params.lr', "metrics,params,tags")
    ]
    assert (plain["metrics"], plain["best"], plain["params"], plain["tags"]) == ({}, {}, {}, {})
    assert some["metrics"] == {"val_accuracy": 0.5}
    assert some["best"] == {"val_accuracy": 0.99}
    assert (some["params"], some["tags"]) == ({"lr": "0.1"}, {})
    assert everything["params"] == {"lr": "0.1", "depth": "3"}
    assert everything["tags"] == {"site": "a"}


async def test_every_form_of_run_has_the_form_of_the_schema(member: Caller) -> None:
    add_client(member.database, make_known_federated(member.database, member.id), "site-1")
    error = {"type": "poison", "detail": "Given up."}
    failed = make_known_centralized(member.database, member.id, status="failed")
    make_job(member.database, failed, "failed", error=error)
    going_on = make_run(member.database, member.id, status="in_progress")
    archive(member.database, going_on)
    runs = (await listed(member, archived="all", columns="metrics,params,tags"))["runs"]
    assert [run["job"] and run["job"]["error"] for run in runs] == [None, "Given up.", None]
    assert runs[0]["start_time"].endswith("+00:00")


WRONG = [
    ("filter", "metrics.a > ", "column 12: expected a value"),
    ("filter", "stat = 'x'", "did you mean status?"),
    ("filter", "start_time > 'soon'", "column 14: a time is written as"),
    ("filter", "start_time > 1e300", "column 14: a time is written as"),
    ("sort", "start_tiem", "did you mean start_time?"),
    ("sort", "-metrics.", "expected a name after metrics."),
    ("sort_by", "metric.x", "did you mean metrics.?"),
    ("columns", "metrics,foo.bar", "column 9: 'foo' is none of"),
    ("columns", "status", "comes with every run"),
    ("archived", "maybe", "Must be one of"),
]


async def test_what_is_wrong_is_named_with_the_nearest_that_is_right(member: Caller) -> None:
    for field, value, sentence in WRONG:
        errors = (await listed(member, **{field: value}, status=422))["errors"]
        assert list(errors) == [field]
        assert sentence in errors[field][0]


ODD = [
    "id = 99999999999999999999",
    "id in (1.5, -1)",
    "seed > -1e300",
    "metrics.x.count > 1e18",
    "start_time > '0001-01-01' and end_time < '9999-12-31'",
    "start_time > -62135596800000",
    "name like '\\' or notes ilike '%\\'",
    "tags.`a'b` = \"it's\" or tags.x = '; drop table runs'",
    "params.`😀` = '😀'",
    "owner = 'nobody' or dataset is null and not dataset = 'x'",
]


async def test_odd_but_right_filters_are_answered(member: Caller) -> None:
    make_run(member.database, member.id)
    for text in ODD:
        answer = await listed(member, filter=text, sort="-metrics.x y (mean)")
        assert len(answer["runs"]) == answer["total"], text


async def test_a_run_logged_from_outside_has_no_seed_to_search_by(member: Caller) -> None:
    trained_here = make_run(member.database, member.id, seed=0)
    logged = make_run(member.database, member.id, origin="logged", seed=0, config={})
    assert await ids(member, filter="seed = 0") == [trained_here.id]
    assert await ids(member, filter="seed is null") == [logged.id]
    groups = (await listed(member, "groups", by="seed"))["groups"]
    assert {group["value"]: group["count"] for group in groups} == {"0": 1, None: 1}


async def test_the_best_follows_series_and_rounds_written_later(member: Caller) -> None:
    federated = make_run(member.database, member.id, training_mode="federated")
    central = make_run(member.database, member.id)
    add_evaluation(member.database, federated, 0, accuracy=1.0, recall=1.0)
    add_curve(member.database, central, "val_acc", [0.4])
    order = {"sort": "-best_val_accuracy"}
    assert await ids(member, **order) == [central.id, federated.id]
    add_evaluation(member.database, federated, 1, accuracy=0.5)
    assert await ids(member, **order) == [federated.id, central.id]
    add_curve(member.database, central, "val_acc", {1: 0.6})
    assert await ids(member, **order, filter="best_val_accuracy > 0.55") == [central.id]


async def test_names_in_use_are_those_in_sight(
    member: Caller, colleague: Caller, admin: Caller
) -> None:
    run = trained(member, 0.5, lr=0.1)
    label(member.database, run, site="a")
    team = make_run(member.database, member.id, visibility="team")
    add_curve(member.database, team, "train_loss", [1.0])
    own, others = [await listed(one, "columns") for one in (member, colleague)]
    assert (own["metrics"], own["params"], own["tags"]) == (
        ["train_loss", "val_accuracy"], ["lr"], ["site"],
    )  # fmt: skip
    assert (others["metrics"], others["params"], others["tags"]) == (["train_loss"], [], [])
    filtered = await listed(member, "columns", filter="params.lr is not null")
    assert (filtered["metrics"], filtered["truncated"]) == (["val_accuracy"], False)
    assert "best_val_accuracy" in filtered["attributes"]


async def test_groups_have_means_and_intervals(member: Caller) -> None:
    for accuracy in (0.8, 0.9, 0.7):
        trained(member, accuracy, lr=0.1)
    trained(member, 0.6, lr=0.2)
    make_run(member.database, member.id)
    query = {"by": "params.lr", "metrics": "val_accuracy,none", "value": "last"}
    first, alone, without = (await listed(member, "groups", **query))["groups"]
    assert (first["value"], first["count"], first["metrics"]["none"]) == ("0.1", 3, None)
    interval = first["metrics"]["val_accuracy"]
    assert interval["mean"] == pytest.approx(0.8)
    # Wilson's score interval of a share of 0.8 whose standard error is that of the three runs
    size, t = 0.8 * 0.2 / (0.1**2 / 3), stats.t.ppf(0.975, 2)
    middle, half = 0.8 + t**2 / 2 / size, t * math.sqrt(0.8 * 0.2 / size + (t / 2 / size) ** 2)
    ends = [(middle + side * half) / (1 + t**2 / size) for side in (-1, 1)]
    assert (interval["low"], interval["high"]) == pytest.approx(ends, abs=1e-6)
    assert alone["metrics"]["val_accuracy"] == {"n": 1, "mean": 0.6, "low": None, "high": None}
    assert (without["value"], without["metrics"]["val_accuracy"]) == (None, None)


async def test_groups_say_on_how_many_datasets_their_figures_are(member: Caller) -> None:
    first, second = (make_dataset(member.database, member.id) for _ in range(2))
    for dataset, lr in ((first, 0.1), (first, 0.2), (second, 0.2)):
        run = make_run(member.database, member.id, dataset_id=dataset)
        add_curve(member.database, run, "val_loss", [0.5])
        label(member.database, run, {"lr": lr})
        if lr == 0.1 or dataset == second:
            add_curve(member.database, run, "val_mae", [0.5])
    query = {"by": "params.lr", "metrics": "val_loss,val_mae,none"}
    both = await listed(member, "groups", **query)
    assert both["num_datasets"] == {"val_loss": 2, "val_mae": 2, "none": 0}
    one = await listed(member, "groups", filter="params.lr = '0.1'", **query)
    assert one["num_datasets"] == {"val_loss": 1, "val_mae": 1, "none": 0}
    (own,) = one["groups"]
    assert own["metrics"]["val_loss"]["low"] is None


async def test_equal_values_have_a_mean_and_no_interval(member: Caller) -> None:
    for _ in range(2):
        run = make_run(member.database, member.id)
        add_curve(member.database, run, "val_rmse", [7.5])
    (group,) = (await listed(member, "groups", by="status", metrics="val_rmse"))["groups"]
    figure = {"n": 2, "mean": 7.5, "low": None, "high": None}
    assert group["metrics"]["val_rmse"] == figure


async def test_runs_are_grouped_by_words_and_tags(member: Caller) -> None:
    make_run(member.database, member.id)
    for by in ["training_mode", "status", "owner", "dataset", "tags.site"]:
        (group,) = (await listed(member, "groups", by=by))["groups"]
        assert group["count"] == 1


NOT_GROUPED: list[tuple[dict[str, str], str]] = [
    ({}, "by"),
    ({"by": "metrics.x"}, "by"),
    ({"by": "statu"}, "by"),
    ({"by": "start_time"}, "by"),
    ({"by": "status", "value": "max"}, "value"),
    ({"by": "status", "metrics": ",".join(map(str, range(21)))}, "metrics"),
]


async def test_what_runs_are_not_grouped_by(member: Caller) -> None:
    for query, field in NOT_GROUPED:
        answer = await listed(member, "groups", status=422, **query)
        assert list(answer["errors"]) == [field]


async def test_all_that_match_are_named(member: Caller, colleague: Caller) -> None:
    good, _ = trained(member, 0.9), trained(member, 0.1)
    selected = await listed(member, "ids", filter="metrics.val_accuracy > 0.5")
    assert selected == {"ids": [good.id], "total": 1, "truncated": False}
    assert (await listed(colleague, "ids"))["ids"] == []


async def test_words_of_the_pages_are_understood_and_a_bare_parameter_is_answered_with_its_form(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id)
    make_run(member.database, member.id, status="failed")
    query = quote('status = "succeeded"')
    page = await member.get(f"/api/runs/list?filter={query}")
    assert [one["id"] for one in page["runs"]] == [run.id]
    answer = await member.get(f"/api/runs/list?filter={quote('lr = 0.01')}", 422)
    assert "A parameter is written params.lr" in " ".join(answer["errors"]["filter"])
