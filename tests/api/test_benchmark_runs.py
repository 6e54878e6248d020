"""Benchmark runs over HTTP: started, followed, stopped, resumed, deleted; each answer once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models.benchmark import BenchmarkAnswer, BenchmarkRun
from app.models.job import Job
from services.benchmarks.errors import CannotScore
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
    settled,
    start,
)
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"


@pytest.fixture
def people(member, resources) -> int:
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    return make_persona_set(resources, member.id)


async def begin(caller, dataset_id: int, status: int = 200, **fields):
    body = {"dataset_id": dataset_id, "model_name": "tiny"} | fields
    return await caller.post(f"{BASE}/start", body, status)


async def test_a_benchmark_is_started_followed_and_deleted(member, resources, people) -> None:
    run_id = (await begin(member, people, name="First"))["run_id"]
    waiting = await member.get(f"{BASE}/{run_id}/status")
    assert (waiting["status"], waiting["done"], waiting["total"]) == ("queued", 0, 8)
    active = await member.get(f"{BASE}/datasets/{people}/benchmarks/active")
    assert (active["active"], active["run_id"]) == (True, run_id)
    performed(resources, run_id)
    done = await member.get(f"{BASE}/{run_id}/status")
    assert (done["status"], done["done"], done["pct"]) == ("done", 8, 100.0)
    assert (await member.get(f"{BASE}/datasets/{people}/benchmarks/active"))["active"] is False
    (listed,) = (await member.get(f"{BASE}/runs"))["items"]
    assert (listed["name"], listed["n_results"], listed["prompt_tokens"]) == ("First", 8, 80)
    shown = await member.get(f"{BASE}/runs/{run_id}")
    assert shown["probe"]["api"] == "chat"
    assert len(shown["manifest_hash"]) == 64
    answer = await member.call("DELETE", f"{BASE}/runs/{run_id}")
    assert answer.status_code == 200
    assert (await member.get(f"{BASE}/runs/{run_id}", 404))["code"] == "benchmark_not_found"


async def test_both_orders_are_asked_of_the_share_that_was_wanted(
    member, resources, people
) -> None:
    run_id = (await begin(member, people, dual_fraction=0.5, scale_mode="in"))["run_id"]
    asker = performed(resources, run_id)
    orders = [key.scale_order for key in asker.asked]
    assert (orders.count("in"), orders.count("rev")) == (8, 4)


async def test_a_failed_item_is_counted_named_and_asked_again(member, resources, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    performed(
        resources, run_id, RuleAsker(lambda item: "refusal" if item.persona.gender == "male" else 4)
    )
    status = await member.get(f"{BASE}/{run_id}/status")
    assert (status["status"], status["done"], status["failed"]) == ("partial", 4, 4)
    missing = await member.get(f"{BASE}/runs/{run_id}/missing")
    assert (missing["missing"], missing["failures"]) == (4, {"refusal": 4})
    assert {one["adjective"] for one in missing["samples"]} == {"friendly", "competent"}
    assert {(one["wording"], one["cue"], one["repeat"]) for one in missing["samples"]} == {
        (0, 0, 0)
    }
    await member.post(f"{BASE}/{run_id}/resume", {"batch_size": 8}, 200)
    again = performed(resources, run_id)
    assert len(again.asked) == 4
    assert again.asking.endpoint.concurrency == 8
    status = await member.get(f"{BASE}/{run_id}/status")
    assert (status["status"], status["done"], status["failed"]) == ("done", 8, 0)
    assert (await member.post(f"{BASE}/{run_id}/resume", {}, 409))["code"] == "conflict"


async def test_a_stopped_run_goes_on_at_the_very_item(member, resources, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    first = performed(resources, run_id, RuleAsker(limit=3), stop=False)
    with resources.database.read() as session:
        query = select(BenchmarkAnswer.persona_id, BenchmarkAnswer.trait_id)
        kept = set(session.execute(query.where(BenchmarkAnswer.run_id == run_id)).tuples())
    assert len(kept) == 3
    await begin(member, people, 200, resume_run_id=run_id)
    second = performed(resources, run_id)
    keys = [(key.persona_id, key.trait_id) for key in (*first.asked, *second.asked)]
    assert len(keys) == len(set(keys)) == 8


async def test_the_digest_of_the_model_is_part_of_the_manifest_and_stays(
    member, resources, people
) -> None:
    def weights(digest: str) -> dict:
        return {"digest": digest, "source": "/v1/models", "details": {}}

    run_id = (await begin(member, people))["run_id"]
    path = f"{BASE}/runs/{run_id}"
    before = await member.get(path)
    assert before["manifest"]["model_identity"] is None
    performed(resources, run_id, RuleAsker(limit=3, identity=weights("a1")))
    begun = await member.get(path)
    assert begun["manifest"]["model_identity"] == weights("a1")
    assert begun["manifest_hash"] != before["manifest_hash"]
    await member.post(f"{BASE}/{run_id}/resume", {}, 200)
    with pytest.raises(CannotScore, match="their digest is b2, and was a1"):
        performed(resources, run_id, RuleAsker(identity=weights("b2")))
    refused = await member.get(path)
    assert (refused["summary"]["counts"]["done"], refused["manifest"]) == (3, begun["manifest"])
    assert refused["manifest_hash"] == begun["manifest_hash"]


async def test_stopping_keeps_answers_and_twice_is_no_error(member, resources, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    await member.post(f"{BASE}/{run_id}/cancel", {}, 200)
    assert (await member.get(f"{BASE}/{run_id}/status"))["status"] == "cancelled"
    over = await member.post(f"{BASE}/{run_id}/cancel", {}, 409)
    assert over["detail"] == "Benchmark run is already finished."


async def test_a_resume_changes_the_server_and_nothing_else(member, resources, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    refused = await member.post(f"{BASE}/start", {"resume_run_id": run_id}, 409)
    assert refused["code"] == "benchmark_not_over"
    await member.post(f"{BASE}/{run_id}/cancel", {}, 200)
    body = {"resume_run_id": run_id, "temperature": 0.7, "batch_size": 4}
    fixed = await member.post(f"{BASE}/start", body, 409)
    assert fixed["code"] == "manifest_fixed"
    assert list(fixed["errors"]) == ["temperature"]
    await member.post(f"{BASE}/start", body | {"temperature": 0.0}, 200)
    with resources.database.read() as session:
        assert session.get_one(BenchmarkRun, run_id).endpoint["concurrency"] == 4


async def test_what_is_wrong_is_named_and_starts_nothing(member, colleague, people) -> None:
    theirs = await begin(colleague, people, 404)
    assert list(theirs["errors"]) == ["dataset_id"]
    close = await begin(member, people, 422, model_name="tinny")
    assert "Did you mean 'tiny'?" in close["detail"]
    unknown = await begin(member, people, 422, trait_ids=[999_999])
    assert list(unknown["errors"]) == ["trait_ids"]
    long = await begin(member, people, 422, system_prompt="x" * 100_000)
    assert list(long["errors"]) == ["system_prompt"]
    nothing = await member.post(f"{BASE}/start", {}, 422)
    assert set(nothing["errors"]) == {"dataset_id", "model_name"}
    for fields, name in [
        ({"scale_mode": "both"}, "scale_mode"),
        ({"dual_fraction": 1.5}, "dual_fraction"),
        ({"wordings": ["a", "a"]}, "wordings"),
        ({"cues": []}, "cues"),
        ({"equivalence_margin": 0}, "equivalence_margin"),
        ({"language": "fr"}, "language"),
    ]:
        assert name in (await begin(member, people, 422, **fields))["errors"]
    assert (await member.get(f"{BASE}/runs"))["total"] == 0


async def test_what_is_not_shared_does_not_exist(member, colleague, resources) -> None:
    run_id = start(resources, member.actor)
    for path in (f"runs/{run_id}", f"{run_id}/status", f"runs/{run_id}/missing"):
        assert (await colleague.get(f"{BASE}/{path}", 404))["code"] == "benchmark_not_found"
    for path in (f"{run_id}/cancel", f"{run_id}/resume"):
        await colleague.post(f"{BASE}/{path}", {}, 404)
    assert (await colleague.get(f"{BASE}/runs"))["total"] == 0


async def test_the_list_is_narrowed_by_state_model_and_name(member, resources) -> None:
    first = start(resources, member.actor, name="Women and men")
    performed(resources, first)
    people = make_persona_set(resources, member.id)
    other = (await begin(member, people, name="100% sure"))["run_id"]

    async def listed(**query) -> list[int]:
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return [one["id"] for one in (await member.get(f"{BASE}/runs?{text}"))["items"]]

    assert await listed(state="succeeded") == [first]
    assert await listed(state="queued") == [other]
    assert await listed(model="tiny") == [other, first]
    assert await listed(model="large") == []
    assert await listed(q="WOMEN") == [first]
    worded = (await begin(member, people, system_prompt='"system_prompt":null', model_name="tiny",
                          include_rationale=True))["run_id"]  # fmt: skip
    assert await listed(rationale="true") == await listed(custom_prompt="true") == [worded]
    assert await listed(rationale="false") == await listed(custom_prompt="false") == [other, first]
    assert await listed(q="%25") == [other]  # a sign of the database is a letter like others
    assert "state" in (await member.get(f"{BASE}/runs?state=done", 422))["errors"]


async def test_a_list_shows_what_a_run_came_to_once_it_was_computed(member, resources) -> None:
    run_id = start(resources, member.actor, personas=24, traits=2, scale_mode="in")
    rule = RuleAsker(lambda item: 5 if item.persona.gender == "female" else 2)
    performed(resources, run_id, rule)

    async def listed():
        return (await member.get(f"{BASE}/runs"))["items"][0]["result"]

    assert await listed() is None
    found = await member.get(f"{BASE}/runs/{run_id}/overview")
    result = await listed()
    assert (result["verdict"], result["n"], result["n_personas"]) == ("different", 48, 24)
    assert result["largest"]["q_value"] == found["largest"]["q_value"]
    assert result["at_least"] == max(o["at_least"] or 0 for o in found["intensity"]["attributes"])


async def test_every_item_is_shown_with_its_prompt_and_its_answer(
    member, resources, people
) -> None:
    run_id = (await begin(member, people, language="de", scale_mode="rev"))["run_id"]
    performed(
        resources,
        run_id,
        RuleAsker(lambda item: 4 if item.persona.gender == "female" else "refusal"),
    )
    address = f"{BASE}/runs/{run_id}/items"
    answered = await member.get(f"{address}?rating=4&limit=1")
    (first,) = answered["items"]
    assert (answered["total"], first["rating"], first["scale_order"]) == (4, 4, "rev")
    assert "friendly" in first["messages"][-1]["content"]
    failed = await member.get(f"{address}?outcome=failed&text=RATHER")
    assert {one["kind"] for one in failed["items"]} == {"refusal"}
    assert (await member.get(f"{address}?text=%25"))["total"] == 0
    assert (await member.get(f"{address}?rating=6", 422))["errors"]["rating"]


@ON_ONE_DATABASE
async def test_a_german_run_calls_its_items_by_the_adjective_that_it_asked(
    member, resources, people
) -> None:
    word = {"adjective": "brave", "adjective_de": "mutig", "category": "agency", "valence": 1}
    trait = await member.post(f"{BASE}/traits", word, 201)
    run_id = (await begin(member, people, language="de", trait_ids=[trait["id"]]))["run_id"]
    waiting = (await member.get(f"{BASE}/runs/{run_id}/missing"))["samples"]
    assert {one["adjective"] for one in waiting} == {"mutig"}
    performed(resources, run_id)
    answered = (await member.get(f"{BASE}/runs/{run_id}/items"))["items"]
    assert {one["adjective"] for one in answered} == {"mutig"}


async def test_an_attempt_that_kept_an_answer_does_not_count_as_a_death_in_a_row(
    member, resources
) -> None:
    number = start(resources, member.actor)
    performed(resources, number, RuleAsker(limit=3))
    with resources.database.read() as session:
        assert session.scalars(select(Job.checkpoint_attempt)).one() == 1


class NulAsker(RuleAsker):
    """Answers with a rating and a NUL behind it, as JSON can carry one."""

    def ask(self, asking, items, accept, should_stop, on_server, meter) -> None:
        for item in items:
            accept(replace(settled(item, 3), raw='{"rating": 3}\0'))


async def test_an_answer_with_a_nul_is_kept_without_it(member, resources, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    performed(resources, run_id, NulAsker())
    items = (await member.get(f"{BASE}/runs/{run_id}/items"))["items"]
    assert {one["answer_raw"] for one in items} == {'{"rating": 3}'}


class HedgingAsker(RuleAsker):
    """Answers every other item with a remark on how it was read."""

    def ask(self, asking, items, accept, should_stop, on_server, meter) -> None:
        for number, item in enumerate(items):
            flags = ("several_ratings", "hedged") if number % 2 else ()
            accept(replace(settled(item, 3), flags=flags))


async def test_remarks_on_answers_are_kept_shown_and_exported(member, people, resources) -> None:
    run_id = (await begin(member, people))["run_id"]
    performed(resources, run_id, HedgingAsker())
    path = f"{BASE}/runs/{run_id}/items"
    every = (await member.get(path))["items"]
    hedged = (await member.get(f"{path}?flag=hedged"))["items"]
    assert len(hedged) == len(every) // 2
    assert {tuple(one["flags"]) for one in hedged} == {("several_ratings", "hedged")}
    assert (await member.get(f"{path}?flag=lenient"))["total"] == 0
    await member.get(f"{path}?flag=other", 422)
    response = await member.call("GET", f"{BASE}/runs/{run_id}/export/csv")
    assert (await response.get_data(as_text=True)).count(",several_ratings hedged,") == len(hedged)


async def test_a_run_says_whether_it_shows_persons_of_a_private_data_set(member, people) -> None:
    run_id = (await begin(member, people))["run_id"]
    shown = await member.get(f"{BASE}/runs/{run_id}")
    assert shown["reveals_private_data"] is True
    await member.patch(f"{BASE}/datasets/{people}", {"visibility": "team"})
    shown = await member.get(f"{BASE}/runs/{run_id}")
    assert shown["reveals_private_data"] is False
