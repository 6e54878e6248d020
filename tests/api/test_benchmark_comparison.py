"""Two models on shared items: numbers against the raw rows, items side by side, and refusals."""

from collections import defaultdict
from statistics import fmean
from typing import Any

import pytest
from sqlalchemy import select

from app.models.benchmark import BenchmarkAnswer
from app.models.persona import Persona
from services.benchmarks.runs.create import start_benchmark
from services.benchmarks.runs.types import BenchmarkRequest
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
)
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs/compare"
PERSONAS, TRAITS = 12, 3  # "lazy" is unkind


def uneven(item) -> int | str:
    """Rate by person and trait; women better; refuse the last person."""
    if item.persona.age == 20 + PERSONAS - 1:
        return "refusal"
    rating = 1 + (item.persona.age + item.trait["id"]) % 3
    best = item.persona.gender == "female"
    rating += 2 if best is (item.trait["valence"] > 0) else 0
    return rating if item.key.scale_order == "in" else 6 - rating


def even(item) -> int:
    """Rate by person and trait alone, the middle at the other order."""
    return 2 + (item.persona.age * item.trait["id"]) % 3 if item.key.scale_order == "in" else 3


class Setting:
    """A data set, traits, and runs of models about them."""

    def __init__(self, resources: Any, member: Any) -> None:
        self.resources, self.member = resources, member
        self.traits = make_traits(resources, TRAITS)
        self.dataset = make_persona_set(resources, member.id, PERSONAS)

    def run(
        self,
        name: str,
        rule: Any = even,
        limit: int | None = None,
        *,
        is_performed: bool = True,
        **values: Any,
    ) -> int:
        """Start a run of a new model and settle ``limit`` of its items, all by default."""
        make_benchmark_model(self.resources, self.member.id, name=name)
        fields = {"dataset_id": self.dataset, "scale_mode": "in", "dual_fraction": 1.0} | values
        request = BenchmarkRequest(model_name=name, **fields)
        number = start_benchmark(self.resources.database, self.member.actor, request)
        if is_performed:
            performed(self.resources, number, RuleAsker(rule, limit=limit))
        return number


@pytest.fixture
def setting(resources, member) -> Setting:
    return Setting(resources, member)


def aligned_rows(resources, run_id: int) -> dict[tuple[int, int, str], tuple[str, int]]:
    """Return gender and aligned rating by item, straight from the tables."""
    query = (
        select(BenchmarkAnswer, Persona.gender)
        .join(Persona, Persona.id == BenchmarkAnswer.persona_id)
        .where(BenchmarkAnswer.run_id == run_id)
    )
    with resources.database.read() as session:
        rows = session.execute(query).tuples().all()
        unkind = max(row.trait_id for row, _ in rows)  # of three traits "lazy" is the last
        return {
            (row.persona_id, row.trait_id, row.scale_order): (
                gender,
                6 - row.rating
                if (row.scale_order == "rev") != (row.trait_id == unkind)
                else row.rating,
            )
            for row, gender in rows
        }


async def test_the_numbers_are_those_of_the_raw_rows(member, resources, setting) -> None:
    runs = [setting.run("one", uneven), setting.run("two")]
    shown = await member.post(f"{BASE}/models", {"run_ids": runs, "category": "male"}, 200)
    one, two = (aligned_rows(resources, run) for run in runs)
    shared = one.keys() & two.keys()
    assert shown["shared"] == {
        "n_items": len(shared), "n_personas": PERSONAS - 1, "n_traits": TRAITS,
        "traits_left_out": 0,
    }  # fmt: skip
    (ratings,) = shown["ratings"]
    changes = [one[key][1] - two[key][1] for key in shared]
    assert ratings["n_items"] == len(shared)
    assert ratings["mean"] == pytest.approx(fmean(changes))
    (bias,) = shown["bias"]
    means = defaultdict(list)
    for key in shared:
        means[one[key][0]].append(one[key][1] - two[key][1])
    difference = fmean(means["male"]) - fmean(means["female"])
    assert bias["difference_of_deltas"] == pytest.approx(difference)
    (accepted,) = shown["accepted"]
    n = PERSONAS * TRAITS * 2
    assert accepted["test"]["table"] == [[n - 6, 0], [6, 0]]
    assert (accepted["share_a"], accepted["share_b"]) == (pytest.approx(1 - 6 / n), 1.0)
    (orders,) = shown["order_consistent"]
    assert orders["n_items"] == (PERSONAS - 1) * TRAITS
    assert orders["share_a"] == 1.0
    assert (shown["is_fair"], shown["differences"]) == (True, [])
    again = await member.post(f"{BASE}/models", {"run_ids": runs, "category": "male"}, 200)
    assert again == shown


async def test_every_group_of_two_models_is_one_family(member, setting) -> None:
    runs = [setting.run("one", uneven), setting.run("two")]
    shown = await member.post(f"{BASE}/groups", {"run_ids": runs}, 200)
    rows = {(row["attribute"], row["category"]): row for row in shown["rows"]}
    assert shown["family"]["size"] == len(rows) == 4  # gender, religion twice, age_group
    assert "migration_status" in shown["not_shown"]
    gender = rows["gender", "male"] if ("gender", "male") in rows else rows["gender", "female"]
    one = await member.post(
        f"{BASE}/models", {"run_ids": runs, "category": gender["category"]}, 200
    )
    assert gender["difference_of_deltas"] == pytest.approx(one["bias"][0]["difference_of_deltas"])
    assert gender["significant"] is True
    assert gender["detectable"] > 0


async def test_shared_items_stand_side_by_side_page_by_page(member, resources, setting) -> None:
    runs = [setting.run("one", uneven), setting.run("two")]

    async def items(**chosen: Any) -> dict[str, Any]:
        return await member.post(f"{BASE}/items", {"run_ids": runs, **chosen}, 200)

    first = await items(limit=10)
    assert (first["total"], len(first["items"]), first["limit"]) == (72, 10, 10)
    places = ("persona_id", "trait_id", "scale_order", "repeat")
    for one in first["items"]:
        assert [one["a"][name] for name in places] == [one["b"][name] for name in places]
    rest = (await items(limit=200, offset=10))["items"]
    seen = [tuple(one["a"][name] for name in places) for one in [*first["items"], *rest]]
    assert len(set(seen)) == 72
    assert seen == sorted(seen)
    one, two = (aligned_rows(resources, run) for run in runs)
    apart = {key: one[key][1] - two[key][1] for key in one.keys() & two.keys()}
    for points in (1, 2, 4):
        some = await items(min_difference=points, limit=200)
        assert some["total"] == sum(abs(value) >= points for value in apart.values())
        for row in some["items"]:
            assert row["difference"] == apart[tuple(row["a"][name] for name in places[:3])]
    assert (await items(offset=500))["total"] == 72
    refused = await items(outcome="one_refused")
    assert refused["total"] == 6
    assert (refused["items"][0]["a"]["kind"], refused["items"][0]["difference"]) == (
        "refusal",
        None,
    )
    assert (await items(outcome="one_unanswered"))["total"] == 6
    assert (await items(outcome="both_answered"))["total"] == 66
    assert (await items(trait_id=setting.traits[0]))["total"] == 24
    assert (await items(scale_order="rev"))["total"] == 36
    assert (await items(attribute="gender", category="male"))["total"] == 36
    assert (await items(attribute="age_group", category="30-44"))["total"] == 12
    assert (await items(attribute="education", category="Unknown"))["total"] == 72


async def test_runs_of_other_traits_and_wordings_share_what_they_have_in_common(
    member, setting
) -> None:
    first = setting.run("one", uneven, wordings=("a", "b"), trait_ids=setting.traits[:2])
    second = setting.run("two", wordings=("b", "a"), trait_ids=setting.traits[1:])
    shown = await member.post(f"{BASE}/models", {"run_ids": [first, second]}, 200)
    assert shown["shared"]["n_traits"] == 1
    assert shown["shared"]["traits_left_out"] == 2
    assert shown["shared"]["n_items"] == (PERSONAS - 1) * 2 * 2  # in two orders and wordings
    assert shown["is_fair"] is False
    fields = {row["field"]: row for row in shown["differences"]}
    assert fields["wordings"]["values"] == [["a", "b"], ["b", "a"]]
    assert fields["traits"]["kind"] == "items"
    page = await member.post(f"{BASE}/items", {"run_ids": [first, second], "limit": 200}, 200)
    assert page["total"] == PERSONAS * 2 * 2
    for one in page["items"]:
        assert one["a"]["messages"] == one["b"]["messages"]


async def test_a_run_that_is_not_over_is_compared_as_it_is(member, setting) -> None:
    runs = [setting.run("one"), setting.run("two", limit=10, temperature=0.5)]
    shown = await member.post(f"{BASE}/models", {"run_ids": runs}, 200)
    assert shown["runs"][1]["counts"]["done"] == shown["shared"]["n_items"] == 10
    (row,) = shown["differences"]
    assert (row["field"], row["kind"], row["values"]) == ("temperature", "decoding", [0.0, 0.5])
    waits = setting.run("three", is_performed=False)
    both = {"run_ids": [runs[0], waits]}
    nothing = await member.post(f"{BASE}/models", both, 200)
    assert [run["is_over"] for run in nothing["runs"]] == [True, False]
    assert nothing["ratings"][0]["mean"] is nothing["ratings"][0]["detectable"] is None
    assert (await member.post(f"{BASE}/groups", both, 200))["rows"] == []
    assert (await member.post(f"{BASE}/items", both, 200))["total"] == 0
    performed(setting.resources, waits, RuleAsker(even))  # what is kept is of the run as it was
    now = await member.post(f"{BASE}/models", both, 200)
    assert now["shared"]["n_items"] == PERSONAS * TRAITS * 2


async def test_what_cannot_be_compared_is_said(member, colleague, resources, setting) -> None:
    one = setting.run("one", limit=1, trait_ids=setting.traits[:1])
    other = setting.run("two", limit=1, trait_ids=setting.traits[1:])
    for path in ("models", "groups", "items"):
        apart = await member.post(f"{BASE}/{path}", {"run_ids": [one, other]}, 409)
        assert "no trait in common" in apart["detail"]
        theirs = await colleague.post(f"{BASE}/{path}", {"run_ids": [one, other]}, 404)
        assert theirs["code"] == "benchmark_not_found"
        unknown = await member.post(f"{BASE}/{path}", {"run_ids": [one, 999_999]}, 404)
        assert "999999" in unknown["detail"]
        twice = await member.post(f"{BASE}/{path}", {"run_ids": [one, one]}, 422)
        assert twice["errors"]["run_ids"] == [f"Run {one} is named twice: name each run once."]
        few = await member.post(f"{BASE}/{path}", {"run_ids": [one]}, 422)
        assert "Name " in few["errors"]["run_ids"][0]
    setting.dataset = make_persona_set(resources, member.id, 2)
    people = setting.run("three", limit=1)
    about = await member.post(f"{BASE}/models", {"run_ids": [one, people]}, 409)
    assert "different personas" in about["detail"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"min_difference": 5}, "min_difference"),
        ({"outcome": "both"}, "outcome"),
        ({"limit": 201}, "limit"),
        ({"offset": -1}, "offset"),
        ({"attribute": "gender"}, "category"),
        ({"category": "male"}, "attribute"),
        ({"run_ids": [1, 2, 3]}, "run_ids"),
        ({"trait": 1}, "trait"),
    ],
)
async def test_a_wrong_filter_of_items_names_its_field(member, wrong, field) -> None:
    body = {"run_ids": [1, 2]} | wrong
    assert field in (await member.post(f"{BASE}/items", body, 422))["errors"]


async def test_a_group_that_is_none_is_an_error(member, setting) -> None:
    runs = [setting.run("one", limit=1), setting.run("two", limit=1)]
    for chosen, field in (
        ({"attribute": "gendre", "category": "male"}, "attribute"),
        ({"attribute": "age_group", "category": "30-45"}, "category"),
    ):
        wrong = await member.post(f"{BASE}/items", {"run_ids": runs, **chosen}, 422)
        assert "Did you mean" in wrong["errors"][field][0]
