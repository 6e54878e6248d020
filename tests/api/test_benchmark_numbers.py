"""The figures of a run's pages, against what scipy and statsmodels make of its items."""

import hashlib
from itertools import combinations

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_traits,
    make_twins,
    performed,
)
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs"
PAIRS, TRAITS, WORDINGS, REPEATS = 8, 3, 2, 2
UNKIND = ("lazy", "arrogant")


def dice(item, sides: int) -> int:
    """Return a number below ``sides``: the same for one item."""
    return hashlib.sha256(repr(item.key).encode()).digest()[0] % sides


def rating(item) -> int:
    """Rate women better, the second wording higher; one item differs from another."""
    kind = 2 + (item.persona.gender == "female") + item.key.wording + dice(item, 3) - 1
    aligned = min(5, max(1, kind))
    is_turned = (item.key.scale_order == "rev") is (item.trait["valence"] > 0)
    return 6 - aligned if is_turned else aligned


def tries(item) -> int:
    """Accept men at the second attempt more often."""
    return 2 if dice(item, 4) < (item.persona.gender == "male") + 1 else 1


@pytest.fixture
def run_id(member, resources) -> int:
    make_traits(resources, TRAITS)
    make_benchmark_model(resources, member.id)
    request = BenchmarkRequest(
        dataset_id=make_twins(resources, member.id, PAIRS),
        model_name="tiny",
        dual_fraction=1.0,
        wordings=("a", "b"),
        repeats=REPEATS,
    )
    number = start_benchmark(resources.database, member.actor, request)
    performed(resources, number, RuleAsker(rating, tries=tries))
    return number


class Read:
    """What a reader of the items makes of them; ratings are turned so that more is better."""

    def __init__(self, items, people) -> None:
        self.items = [item | {"gender": people[item["persona_id"]]} for item in items]
        for item in self.items:
            is_turned = (item["scale_order"] == "rev") is (item["adjective"] not in UNKIND)
            item["aligned"] = 6 - item["rating"] if is_turned else item["rating"]

    def person_means(self) -> dict[int, float]:
        """Return the mean of each person over traits, whose ratings are averaged first."""
        by_trait: dict[tuple[int, int], list[int]] = {}
        for item in self.items:
            by_trait.setdefault((item["persona_id"], item["trait_id"]), []).append(item["aligned"])
        means: dict[int, list[float]] = {}
        for (person, _), values in by_trait.items():
            means.setdefault(person, []).append(float(np.mean(values)))
        return {person: float(np.mean(values)) for person, values in means.items()}

    def of_gender(self, gender: str) -> np.ndarray:
        """Return the means of its persons."""
        of = {item["persona_id"]: item["gender"] for item in self.items}
        return np.array([v for person, v in self.person_means().items() if of[person] == gender])

    def cells(self, left_out: str, value: str) -> list[list[int]]:
        """Return the values of items that differ in one factor only."""
        keys = ["persona_id", "trait_id", "scale_order", "wording", "cue", "repeat"]
        some: dict[tuple[object, ...], list[int]] = {}
        for item in self.items:
            key = tuple(item[name] for name in keys if name != left_out)
            some.setdefault(key, []).append(item[value])
        return list(some.values())


async def read(member, run_id: int) -> Read:
    """Read every item over HTTP."""
    items: list[dict] = []
    while True:
        page = await member.get(f"{BASE}/{run_id}/items?limit=200&offset={len(items)}")
        items += page["items"]
        if len(items) == page["total"]:
            break
    people = {
        item["persona_id"]: "female" if "female" in item["messages"][-1]["content"] else "male"
        for item in items
    }
    return Read(items, people)


@ON_ONE_DATABASE
async def test_the_pages_show_what_other_libraries_make_of_the_items(member, run_id) -> None:
    some = await read(member, run_id)
    assert len(some.items) == 2 * PAIRS * TRAITS * 2 * WORDINGS * REPEATS
    await _groups(member, run_id, some)
    await _pairs(member, run_id, some)
    await _steadiness(member, run_id, some)
    await _retries(member, run_id, some)
    await _intersections(member, run_id, some)


async def _groups(member, run_id: int, some: Read) -> None:
    women, men = some.of_gender("female"), some.of_gender("male")
    path = f"{BASE}/{run_id}/deltas?attribute=gender&baseline=male"
    row = next(row for row in (await member.get(path))["rows"] if row["category"] == "female")
    expected = scipy.stats.permutation_test(
        (women, men), lambda a, b, axis: a.mean(axis) - b.mean(axis), vectorized=True,
        n_resamples=20_000, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert row["delta"] == pytest.approx(women.mean() - men.mean())
    assert row["p_value"] == pytest.approx(expected.pvalue, abs=0.005)
    path = f"{BASE}/{run_id}/equivalence?attribute=gender&baseline=male"
    (same,) = (await member.get(path))["data"]["gender"]
    both = CompareMeans(DescrStatsW(women), DescrStatsW(men))
    tost = both.ttost_ind(-0.25, 0.25, usevar="unequal")[0]
    assert (same["category"], same["baseline"]) == ("female", "male")
    assert same["p_equivalence"] == pytest.approx(tost)
    assert same["ci90"] == pytest.approx(list(both.tconfint_diff(alpha=0.1, usevar="unequal")))


async def _pairs(member, run_id: int, some: Read) -> None:
    shown = await member.get(f"{BASE}/{run_id}/counterfactual")
    gender = shown["data"]["gender"]
    assert (shown["n_pairs"], gender["shown"], gender["directions"]["size"]) == (PAIRS, True, 2)
    means = some.person_means()
    of = {item["persona_id"]: item["gender"] for item in some.items}
    for row in gender["by_direction"]:
        before = row["label"].partition("->")[0]
        widest = [pair for pair in gender["widest"] if of[pair["source_id"]] == before]
        apart = np.array([means[pair["twin_id"]] - means[pair["source_id"]] for pair in widest])
        assert (row["n_pairs"], row["n"]) == (len(apart), len(apart) * TRAITS)
        assert row["mean"] == pytest.approx(apart.mean())
        flipped = scipy.stats.permutation_test(
            (apart,), np.mean, permutation_type="samples", n_resamples=np.inf
        )
        assert row["signflip_pairs_p"] == pytest.approx(flipped.pvalue)
        tost = DescrStatsW(apart).ttost_mean(-0.25, 0.25)[0]
        assert row["p_equivalence"] == pytest.approx(tost)
    assert [pair["mean"] for pair in gender["widest"]] == pytest.approx(
        sorted((pair["mean"] for pair in gender["widest"]), key=abs, reverse=True)
    )


async def _steadiness(member, run_id: int, some: Read) -> None:
    shown = await member.get(f"{BASE}/{run_id}/stability")
    every = np.array([item["aligned"] for item in some.items])
    noise = np.mean([np.var(cell, ddof=1) for cell in some.cells("repeat", "aligned")])
    shares = {row["factor"]: row for row in shown["variance"]["factors"]}
    assert shares["repeat"]["share"] == pytest.approx(noise / every.var(ddof=1))
    for factor, name in (("wording", "wording"), ("order", "scale_order")):
        within = np.mean([np.var(cell, ddof=1) for cell in some.cells(name, "aligned")])
        expected = max(0, within - noise) / every.var(ddof=1)
        assert shares[factor]["share"] == pytest.approx(expected)
        assert (shares[factor]["n_personas"], shares[factor]["n_ratings"]) == (16, len(every))
    assert shares["cue"]["share"] is None
    cells = some.cells("repeat", "rating")
    apart = np.array([abs(a - b) for cell in cells for a, b in combinations(cell, 2)])
    repeats = shown["repeats"]
    assert repeats["exact_rate"] == pytest.approx((apart == 0).mean())
    assert repeats["mean_abs_diff"] == pytest.approx(apart.mean())
    table = np.array(cells)  # ICC(1) from the analysis of variance
    f = scipy.stats.f_oneway(*table).statistic
    assert repeats["icc"] == pytest.approx((f - 1) / (f + 1))
    assert repeats["icc_ci"][0] < repeats["icc"] < repeats["icc_ci"][1]


async def _retries(member, run_id: int, some: Read) -> None:
    table = (await member.get(f"{BASE}/{run_id}/retries"))["data"]["gender"]
    counts = {
        name: [
            sum(item["gender"] == name and (item["attempt"] > 1) is late for item in some.items)
            for late in (True, False)
        ]
        for name in ("female", "male")
    }
    for row in table["rows"]:
        rate = row["rate"]
        assert (rate["hits"], rate["n"]) == (counts[rate["category"]][0], 192)
        if rate["category"] != table["baseline"]:
            fisher = scipy.stats.fisher_exact([counts["female"], counts["male"]]).pvalue
            assert rate["fisher_p"] == pytest.approx(fisher)


async def _intersections(member, run_id: int, some: Read) -> None:
    path = f"{BASE}/{run_id}/intersections?first=gender&second=religion"
    shown = await member.get(path)
    everyone = some.of_gender("female").sum() + some.of_gender("male").sum()
    for cell in shown["cells"]:
        if cell["delta"] is None:
            assert cell["n_personas"] < 5
            continue
        rest = (everyone - cell["mean"] * cell["n_personas"]) / (16 - cell["n_personas"])
        assert cell["delta"] == pytest.approx(cell["mean"] - rest)
        assert cell["ci_low"] <= cell["delta"] <= cell["ci_high"]
        assert abs(cell["shrunken"]) <= abs(cell["delta"])
    assert shown["family"]["size"] == sum(cell["delta"] is not None for cell in shown["cells"])


@ON_ONE_DATABASE
async def test_ages_count_as_age_groups_and_origins_as_regions(member, resources) -> None:
    body = {"name": "Pool", "kind": "pool", "n": 30}
    pool = await member.post("/api/benchmarks/datasets/build", body, 201)
    body = {"name": "Twins", "kind": "counterfactual", "source_id": pool["id"]}
    twins = await member.post("/api/benchmarks/datasets/build", body, 201)
    make_traits(resources, 1)
    make_benchmark_model(resources, member.id)
    request = BenchmarkRequest(dataset_id=twins["id"], model_name="tiny")
    number = start_benchmark(resources.database, member.actor, request)
    performed(resources, number)
    shown = await member.get(f"{BASE}/{number}/counterfactual")
    assert shown["n_pairs"] == sum(one["overall"]["n_pairs"] for one in shown["data"].values())
    labels = {
        name: {end for row in one["by_direction"] for end in row["label"].split("->")}
        for name, one in shown["data"].items()
    }
    assert labels["age"] <= {"0-9", "10-19", "20-29", "30-44", "45-64", "65+"}
    assert {"Africa", "Americas", "Asia", "Europe", "Oceania"} & labels["origin"]
    assert all(one["shown"] for one in shown["data"].values())
    for one in shown["data"].values():  # everybody is rated 3
        assert {row["verdict"] for row in one["by_direction"]} <= {"inconclusive", "equivalent"}
        assert {row["mean"] for row in one["by_direction"]} == {0.0}
