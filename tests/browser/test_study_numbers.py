"""A finished study: its page against the API, and both against a count from the raw predictions."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.db.engine import Database
from app.models.study import Study, StudyRun
from harness.eventually import eventually
from harness.platform import Platform
from tests.browser.conftest import Stay
from tests.support.figures import figure
from tests.support.study_by_hand import Difference, Model, StudyByHand

# fifteen trainings for one study
pytestmark = [pytest.mark.browser, pytest.mark.full, pytest.mark.timeout(600)]
ON_PAGES = ("auroc", "precision", "loss")
METRICS = ("auroc", "accuracy", "f1_score", "recall", "precision", "loss")
SEEDS, MARGIN, STOPPED = 3, 0.05, "client_2"
CONFIG = {
    "seed": 1,
    "num_clients": 3,
    "num_rounds": 2,
    "local_epochs": 1,
    "partitioner": "dirichlet",
    "learning_rate": 0.01,
}
LABELS = {
    "central": "Central: all rows in one place",
    "federated": "Federated",
    "local": "Local-only: mean of the sites",
    "smallest": "Local-only: the smallest site",
}


@dataclass(frozen=True)
class Finished:
    """The same trainings under each metric, and what they predicted."""

    ids: dict[str, int]
    models: list[Model]


@pytest.fixture(scope="module")
def finished(platform: Platform) -> Finished:
    """Three ways to train over three seeds; somebody stops one site in the last seed."""
    body = {"name": "Counted again", "dataset": "breast_cancer", "seeds": SEEDS, "config": CONFIG}
    body |= {"metric": METRICS[0], "visibility": "team", "equivalence_margin": MARGIN}
    first = platform.call("POST", "/api/studies", json=body)["id"]
    trainings = _study(platform, first)["trainings"]
    last = next(t for t in trainings if (t["seed"], t["client"]) == (SEEDS, STOPPED))
    platform.call("POST", f"/api/runs/{last['run_id']}/stop")
    over = ("completed", "failed", "cancelled")
    eventually(
        lambda: all(one["status"] in over for one in _study(platform, first)["trainings"]), 500
    )
    trainings = _study(platform, first)["trainings"]
    assert [one["status"] for one in trainings].count("completed") == len(trainings) - 1
    models = [_model(platform, one) for one in trainings if one["status"] == "completed"]
    others = {metric: _asked_again(platform, first, metric) for metric in METRICS[1:]}
    return Finished({METRICS[0]: first, **others}, models)


def _study(platform: Platform, study_id: int) -> dict[str, Any]:
    return platform.call("GET", f"/api/studies/{study_id}")


def _model(platform: Platform, training: dict[str, Any]) -> Model:
    """Return what a training predicted, from the file that it keeps."""
    run_id = training["run_id"]
    kept = platform.call("GET", f"/api/runs/{run_id}/artifacts")["items"]
    (file,) = [one for one in kept if one["kind"] == "test_predictions"]
    answer = platform.http.get(f"/api/runs/{run_id}/artifacts/{file['id']}/download")
    table = pl.read_parquet(io.BytesIO(answer.content))
    split = platform.run(run_id)["manifest"]["split"]
    sites = {name: one["train"] for name, one in split.get("clients", {}).items()}
    return Model(
        arm=training["arm"],
        seed=training["seed"],
        client=training["client"] or "",
        patients=table["unit"].to_numpy(),
        targets=table["target"].to_numpy(),
        logits=table["logit_0"].to_numpy().astype(np.float64),
        losses=table["loss"].to_numpy().astype(np.float64),
        train_rows=sum(sites.values()) or split["train"],
        site_rows=sites,
    )


def _asked_again(platform: Platform, study_id: int, metric: str) -> int:
    """Write a study of the same runs that asks for another metric."""
    database = Database(platform.settings.database_url)
    with database.write() as unit:
        first = unit.session.get_one(Study, study_id)
        copied = ("owner_id", "visibility", "dataset_id", "equivalence_margin", "created_at")
        fields = {name: getattr(first, name) for name in copied}
        other = Study(name=f"Counted by {metric}", metric=metric, config=first.config, **fields)
        unit.session.add(other)
        unit.session.flush()
        for row in unit.session.scalars(select(StudyRun).where(StudyRun.study_id == study_id)):
            part = {name: getattr(row, name) for name in ("run_id", "arm", "seed", "client")}
            unit.session.add(StudyRun(study_id=other.id, **part))
    database.close()
    return other.id


def _counted(
    platform: Platform, finished: Finished, metric: str
) -> tuple[dict[str, Any], StudyByHand]:
    """Return the study by one metric as the API tells it, and the same counted by hand."""
    return _study(platform, finished.ids[metric]), StudyByHand(metric, finished.models)


def _close(told: Any, right: Any) -> bool:
    return told == pytest.approx(right, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_the_api_tells_what_the_predictions_give(
    platform: Platform, finished: Finished, metric: str
) -> None:
    study, by_hand = _counted(platform, finished, metric)
    for model, told in _side_by_side(study, by_hand):
        assert _close(told["value"], model.score(by_hand.metric))
        assert (told["train_rows"], told["test_rows"]) == (model.train_rows, len(model.targets))
    for arm in study["arms"]:
        group = by_hand.sites[arm["client"]] if arm["client"] else by_hand.arms[arm["arm"]]
        assert arm["values"].keys() == {str(seed) for seed in group}
        for seed, models in group.items():
            assert _close(arm["values"][str(seed)], by_hand.value(models))
        told = [arm["interval"][name] for name in ("n", "mean", "low", "high")]
        assert _close(told, list(by_hand.mean(group)))
    right = by_hand.differences(MARGIN)
    for row in study["contrasts"]:
        one = right[row["against"]]
        told = [row["difference"][name] for name in ("n", "mean", "low", "high")]
        assert _close(told, [one.n, one.mean, one.low, one.high]), row["against"]
        told = [row[f"p_{name}"] for name in ("value", "holm", "wilcoxon", "equivalence")]
        assert _close(told, [one.p, one.p_holm, one.p_wilcoxon, one.p_equivalence])
        assert row["verdict"] == _verdict(one)
        is_within = one.n >= 3 and max(-one.low, one.high) < MARGIN
        assert row["equivalent"] is is_within


@pytest.mark.parametrize("metric", ON_PAGES)
def test_the_page_shows_what_the_predictions_give(
    stay: Stay, platform: Platform, finished: Finished, metric: str
) -> None:
    study, by_hand = _counted(platform, finished, metric)
    page = stay("member").walk(f"/studies/{study['id']}")
    page.get_by_text("Each site alone").click()
    for name, arm in by_hand.arms.items():
        _expect_mean(page, LABELS[name], by_hand.mean(arm))
    for site, arm in by_hand.sites.items():
        _expect_mean(page, f"Local-only: {site}", by_hand.mean(arm))
    for site, seeds in by_hand.left_out.items():
        header = page.get_by_role("rowheader", name=f"Local-only: {site}")
        lost = f"no result in {len(seeds)} seed{'' if len(seeds) == 1 else 's'}"
        expect(header).to_contain_text(f"{lost}, left out of the mean")
    for name, one in by_hand.differences(MARGIN).items():
        row = page.locator("[data-testid=contrast-table] tbody tr").filter(has_text=LABELS[name])
        expect(row.get_by_role("cell")).to_contain_text(_cells(one))
    for model, told in _side_by_side(study, by_hand):
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=told["name"]))
        counts = (str(model.train_rows), str(len(model.targets)))
        for place, text in enumerate((*counts, figure(model.score(metric)))):
            expect(row.get_by_role("cell").nth(place - 3)).to_have_text(text)
    lost = len(study["trainings"]) - len(by_hand.models)
    table = page.locator("table").last
    expect(table.get_by_text("no result", exact=True)).to_have_count(lost)
    expect(page.get_by_text(f"Over {SEEDS} seeds.")).to_be_visible()


@pytest.mark.parametrize("metric", ON_PAGES)
def test_the_sentence_holds_the_same_numbers(
    stay: Stay, platform: Platform, finished: Finished, metric: str
) -> None:
    study, by_hand = _counted(platform, finished, metric)
    page = stay("member").walk(f"/studies/{study['id']}")
    said = page.get_by_test_id("study-sentence")
    expect(said).to_have_text(study["sentence"])
    assert STOPPED in by_hand.left_out
    for site, seeds in by_hand.left_out.items():
        count = f"in {len(seeds)} of {SEEDS} seeds; it is left out of the local mean."
        assert re.search(rf"Site {site}'s runs [a-z ]+ {count}", study["sentence"])
    right = by_hand.differences(MARGIN)
    for name in ("central", "smallest"):
        for phrase in _phrases(by_hand.metric, right[name]):
            expect(said).to_contain_text(phrase)
    claimed = "Federated training " in study["sentence"]
    assert claimed is any(_verdict(right[name]) == "difference" for name in ("central", "smallest"))


def test_the_list_counts_the_same_runs(stay: Stay, finished: Finished) -> None:
    page = stay("member").walk("/studies")
    row = page.get_by_role("row").filter(has_text="Counted again")
    runs = len(finished.models) + 1
    shown = ["AUROC", str(SEEDS), f"{runs} of {runs}", "0"]
    for place, text in enumerate(shown):
        expect(row.get_by_role("cell").nth(place)).to_have_text(text)


def _side_by_side(
    study: dict[str, Any], by_hand: StudyByHand
) -> list[tuple[Model, dict[str, Any]]]:
    told = {(one["arm"], one["seed"], one["client"] or ""): one for one in study["trainings"]}
    return [(one, told[one.arm, one.seed, one.client]) for one in by_hand.models]


def _expect_mean(page: Page, label: str, right: tuple[int, float, float, float]) -> None:
    row = page.locator("[data-testid=arm-chart] tbody tr").filter(
        has=page.get_by_role("rowheader", name=re.compile(rf"^{re.escape(label)}( no result.*)?$"))
    )
    _, mean, low, high = right
    expect(row.get_by_role("cell").last).to_have_text(
        f"{figure(mean)} ({figure(low)} to {figure(high)})"
    )


def _cells(one: Difference) -> Sequence[str]:
    p_values = (one.p, one.p_holm, one.p_wilcoxon, one.p_equivalence)
    ends = f"{figure(one.low)} to {figure(one.high)}"
    verdict = {
        "too_few_seeds": "fewer than 3 seeds",
        "difference": "difference",
        "none_found": "no difference found",
    }[_verdict(one)]
    if one.n >= 3 and max(-one.low, one.high) < MARGIN:
        verdict = "equivalent" if verdict.startswith("no") else "difference, within the margin"
    shown = [figure(one.mean), ends, str(one.n), *map(p_text, p_values), verdict]
    return [*shown, "seeds and the same test rows"]


def _verdict(one: Difference) -> str:
    if one.n < 3:
        return "too_few_seeds"
    return "difference" if one.p_holm < 0.05 else "none_found"


def _phrases(metric: str, one: Difference) -> list[str]:
    digits = 4 if metric == "loss" else 3
    seeds = f"only {one.n} seed{'' if one.n == 1 else 's'}, fewer than 5"
    ends = f"{_signed(one.low, digits)} to {_signed(one.high, digits)}"
    found = [f"95 % interval {ends}, {seeds})"]
    if _verdict(one) == "difference":
        better = one.mean < 0 if metric == "loss" else one.mean > 0
        size = _signed(abs(one.mean), digits).removeprefix("+")
        word = ("lowers", "raises") if metric == "loss" else ("gains", "loses")
        what = f"the loss by {size}" if metric == "loss" else size
        found.append(f"{word[0] if better else word[1]} {what}")
    if _verdict(one) == "too_few_seeds":
        found.append(f"difference {_signed(one.mean, digits)}")
    return found


def _signed(value: float, digits: int) -> str:
    size = abs(value)
    text = f"{size:.{digits}f}" if size == 0 or size >= 0.5 * 10**-digits else f"{size:.1g}"
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{text}"


def p_text(p: float) -> str:
    """Return a p value as papers write it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
