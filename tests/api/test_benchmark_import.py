"""Ratings of other programs become benchmark runs: previewed, named where they do not map, whole."""

import json
import zlib
from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage
from sqlalchemy import func, select

from app.models.audit import AuditEntry
from app.models.benchmark import BenchmarkAnswer
from app.models.persona import Trait
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.factories.callers import Caller
from tests.factories.evaluation_logs import eval_log, header, line, lm_eval_zip, results
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"
GENDERS = ("female", "male")
TABLES = (
    "metrics",
    "means?attribute=religion",
    "deltas?attribute=gender",
    "order-metrics",
    "refusals",
    "retries",
    "stability",
    "option-ratings",
)
METADATA = {"persona": {"id": "p1", "gender": "female"}, "trait": "friendly", "order": "in"}
MAPPING = {
    "persona": "metadata.persona.id",
    "trait": "metadata.trait",
    "order": "metadata.order",
    "rating": "scores.rating.value",
    "repeat": "epoch",
    "attributes": {"gender": "metadata.persona.gender"},
}


def rated(identity: str, rating: Any = 4, epoch: int = 1, **metadata: Any) -> dict[str, Any]:
    """Return a sample of Inspect that rates a person; metadata differs from METADATA as said."""
    return {
        "id": identity,
        "epoch": epoch,
        "input": f"How friendly? {identity}",
        "scores": {"rating": {"value": rating}},
        "metadata": {**METADATA, **metadata},
        "output": {"completion": f'{{"rating": {rating}}}'},
    }


def person(name: str, gender: str) -> dict[str, Any]:
    return {"id": name, "gender": gender}


def log_of(*samples: Any, **head: Any) -> bytes:
    return eval_log(header(**head), *samples)


GOOD = log_of(
    rated("a"),
    rated("b", 2, persona=person("p2", "male")),
    rated("c", 5, persona=person("p2", "male"), order="rev"),
)


def rule(item: Any) -> int | str:
    """Rate by a hash of the item, women higher, and refuse some."""
    key = item.key
    number = zlib.crc32(f"{item.persona.uuid} {key.trait_id} {key.scale_order} {key.cue}".encode())
    if number % 11 == 0:
        return "refusal"
    return 1 + (number + (item.persona.gender == "female")) % 5


def tries(item: Any) -> int:
    """Accept some at the second attempt."""
    return 1 + (item.key.persona_id + item.key.trait_id) % 2


def _said(value: Any) -> str:
    """Return a value as a form has it."""
    if isinstance(value, bool | dict):
        return json.dumps(value)
    return str(value)


async def call(caller: Caller, path: str, content: bytes, form: dict[str, Any]) -> Any:
    values = {name: _said(one) for name, one in form.items()}
    files = {"file": FileStorage(BytesIO(content), filename=form.get("name") or "mine")}
    return await caller.call("POST", f"{BASE}/import/{path}", form=values, files=files)


async def preview(caller: Caller, kind: str, content: bytes, status: int = 200, **form: Any) -> Any:
    answer = await call(caller, f"{kind}/preview", content, form)
    assert answer.status_code == status, answer.body
    return answer.body


async def bring_in(
    caller: Caller, kind: str, content: bytes, status: int = 201, **form: Any
) -> Any:
    answer = await call(caller, kind, content, form)
    assert answer.status_code == status, answer.body
    return answer.body["run_id"] if status == 201 else answer.body


async def file_of(caller: Caller, run_id: int, path: str) -> bytes:
    answer = await caller.call("GET", f"{BASE}/runs/{run_id}/{path}")
    assert answer.status_code == 200
    return await answer.get_data()


@pytest.fixture
def own_run(member, resources) -> int:
    number = start(
        resources, member.actor, personas=12, traits=3, dual_fraction=0.5, cues=("label", "prose"),
        repeats=2,
    )  # fmt: skip
    options = {"1": 0.1, "2": 0.2, "3": 0.3, "4": 0.2, "5": 0.1}
    performed(resources, number, RuleAsker(rule, tries, options=options))
    return number


async def tables_of(caller: Caller, run_id: int) -> dict[str, Any]:
    return {name: await caller.get(f"{BASE}/runs/{run_id}/{name}") for name in TABLES}


FULL = pytest.mark.full


@pytest.mark.parametrize("path", [pytest.param("export/parquet", marks=FULL), "export/csv"])
async def test_what_was_exported_and_brought_in_again_has_the_same_tables(
    member: Caller, own_run: int, path: str
) -> None:
    content = await file_of(member, own_run, path)
    shown = await preview(member, "items", content)
    assert shown["problem"] is None
    assert (shown["left"], shown["new_traits"], shown["mapping_from"]) == ([], [], "names")
    assert shown["num_personas"] == 12
    number = await bring_in(member, "items", content, name="Again")
    assert await tables_of(member, number) == await tables_of(member, own_run)


@ON_ONE_DATABASE
async def test_our_own_log_maps_on_the_personas_of_its_data_set(
    member: Caller, own_run: int
) -> None:
    content = await file_of(member, own_run, "logs")
    refused = await preview(member, "items", content)
    assert refused["problem"]["field"] == "mapping.attributes"
    number = (await member.get(f"{BASE}/runs/{own_run}"))["dataset_id"]
    # it has no repeat: what was asked twice cannot be told apart
    answer = await bring_in(member, "items", content, 422, dataset_id=number)
    assert answer["code"] == "samples_refused"
    made = await bring_in(member, "items", content, dataset_id=number, skip_faults=True)
    shown = await member.get(f"{BASE}/runs/{made}")
    assert shown["dataset_id"] == number
    (left,) = shown["manifest"]["source"]["left"]
    assert left["cause"] == "the item is there already, with the same repeat"


async def test_a_log_of_inspect_becomes_a_run_that_says_where_it_is_from(
    member: Caller, viewer: Caller
) -> None:
    shown = await preview(member, "inspect", GOOD)
    assert shown["problem"] is None
    assert (shown["num_items"], shown["num_personas"], shown["orders"]) == (
        3,
        2,
        {"in": 2, "rev": 1},
    )
    assert shown["groups"] == {"gender": {"female": 1, "male": 1}}
    assert (shown["new_traits"], shown["earlier"]) == (["friendly"], None)
    assert {"name": "id", "count": 3} in shown["unused"]
    assert (await member.get(f"{BASE}/runs"))["total"] == 0

    number = await bring_in(member, "inspect", GOOD, name="colours.eval", mapping=MAPPING)
    run = await member.get(f"{BASE}/runs/{number}")
    summary, manifest = run["summary"], run["manifest"]
    assert (summary["origin"], summary["state"], summary["status"]) == (
        "imported", "succeeded", "done",
    )  # fmt: skip
    assert (run["model_name"], run["include_rationale"]) == ("fixture/parrot", None)
    assert manifest["decoding"] == {
        "temperature": None, "max_new_tokens": None, "seed": None, "logprobs": None,
    }  # fmt: skip
    assert (manifest["source"]["kind"], manifest["source"]["task"]) == ("inspect", "colours")
    assert manifest["source"]["sha256"] == shown["sha256"]
    assert manifest["source"]["mapping"]["attributes"] == MAPPING["attributes"]
    means = await member.get(f"{BASE}/runs/{number}/means?attribute=gender")
    assert {row["category"]: row["mean"] for row in means["rows"]} == {"female": 4.0, "male": 1.5}
    await viewer.get(f"{BASE}/runs/{number}", 404)


@ON_ONE_DATABASE
async def test_an_imported_run_is_neither_resumed_nor_a_model_to_ask(member: Caller) -> None:
    number = await bring_in(member, "inspect", GOOD)
    refused = await member.call("POST", f"{BASE}/{number}/resume", json={})
    assert (refused.status_code, refused.body["code"]) == (409, "benchmark_imported")
    stopped = await member.call("POST", f"{BASE}/{number}/cancel", json={})
    assert stopped.status_code == 409
    assert (await member.get(f"{BASE}/models"))["items"] == []
    body = {"dataset_id": (await member.get(f"{BASE}/runs/{number}"))["dataset_id"]}
    started = await member.call("POST", f"{BASE}/start", json=body | {"model_name": "imported"})
    assert started.status_code == 422
    (item,) = (await member.get(f"{BASE}/runs/{number}/items?limit=1"))["items"]
    assert (item["messages"], item["latency_ms"]) == ([], None)


@ON_ONE_DATABASE
@pytest.mark.parametrize("language", ["en", "de"])
async def test_card_and_report_say_that_it_was_imported(member: Caller, language: str) -> None:
    number = await bring_in(member, "inspect", GOOD)
    card = await member.get(f"{BASE}/runs/{number}/validity?language={language}")
    facts = {one["name"]: one["text"] for one in card["facts"]}
    assert "inspect_ai" in facts["source"]
    said = " ".join(card["cannot_be_concluded"])
    sentence = "another program" if language == "en" else "ein anderes Programm"
    assert sentence in said
    page = (await file_of(member, number, f"export/html?language={language}")).decode()
    assert facts["source"].split(" ")[0] in page
    rows = (await file_of(member, number, "export/csv")).decode().splitlines()
    assert len(rows) == 1 + 3
    assert "None" not in said


@ON_ONE_DATABASE
async def test_the_same_file_twice_makes_one_run_unless_somebody_says_so(
    member: Caller, colleague: Caller
) -> None:
    first = await bring_in(member, "inspect", GOOD)
    assert (await preview(member, "inspect", GOOD))["earlier"] == first
    refused = await bring_in(member, "inspect", GOOD, 409)
    assert (refused["code"], refused["errors"]["file"]) == (
        "ratings_imported",
        [f"This file is benchmark run {first} already. Import it again if you mean to."],
    )
    second = await bring_in(member, "inspect", GOOD, again=True)
    sets = {(await member.get(f"{BASE}/runs/{one}"))["dataset_id"] for one in (first, second)}
    assert len(sets) == 1, "runs of the same persons can be compared"
    compared = await member.call(
        "POST", f"{BASE}/runs/compare/models", json={"run_ids": [first, second]}
    )
    assert compared.status_code == 200
    assert (await preview(colleague, "inspect", GOOD))["earlier"] is None


@ON_ONE_DATABASE
async def test_samples_that_are_no_items_are_named_and_left_out_only_where_one_says_so(
    member: Caller,
) -> None:
    content = log_of(rated("a"), rated("x", 9, epoch=2))
    shown = await preview(member, "inspect", content, mapping=MAPPING)
    assert (shown["num_samples"], shown["num_items"]) == (2, 1)
    sentences = {"rating": ["Sample 2: '9' is no whole number from 1 to 5."]}
    assert shown["faults"] == sentences
    refused = await bring_in(member, "inspect", content, 422, mapping=MAPPING)
    assert (refused["code"], refused["errors"]) == ("samples_refused", sentences)
    assert (await member.get(f"{BASE}/runs"))["total"] == 0
    number = await bring_in(member, "inspect", content, mapping=MAPPING, skip_faults=True)
    source = (await member.get(f"{BASE}/runs/{number}"))["manifest"]["source"]
    assert (source["num_samples"], source["num_items"], source["left"]) == (2, 1, shown["left"])


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("kind", "mapping", "status", "field", "sentence"),
    [
        ("inspect", '{"raiting": "x"}', 422, "mapping", "Did you mean 'rating'?"),
        ("inspect", "[1", 422, "mapping", "Give the mapping as a JSON object."),
        ("items", "{}", 400, "file", "The file is no text but xlsx or zip."),
        ("helm", "{}", 404, None, "use inspect, lm-eval, items"),
    ],
)
async def test_a_mapping_or_a_file_that_is_none_is_refused_in_words(
    member: Caller, kind: str, mapping: str, status: int, field: str | None, sentence: str
) -> None:
    answer = await call(member, f"{kind}/preview", GOOD, {"mapping": mapping})
    assert answer.status_code == status
    said = answer.body["detail"] if field is None else answer.body["errors"][field][0]
    assert sentence in said


@ON_ONE_DATABASE
async def test_lm_eval_texts_are_read_by_our_parser_and_a_mapping_of_the_task_counts(
    member: Caller,
) -> None:
    def sample_of(number: int, text: str, gender: str) -> dict[str, Any]:
        doc = {"who": f"p{number}", "sex": gender, "adjective": "lazy"}
        return line(number, filtered_resps=[text], doc=doc)

    mapping = {
        "persona": "doc.who",
        "trait": "doc.adjective",
        "order": "=in",
        "text": "answer",
        "attributes": {"gender": "doc.sex"},
        "values": {"gender": {"w": "female", "m": "male"}},
    }
    texts = ['{"rating": 2}', "I cannot rate people.", "four", '{"rating": 7}']
    lines = [sample_of(n, text, "wm"[n % 2]) for n, text in enumerate(texts)]
    config = {"sky": {"metadata": {"benchmark_mapping": mapping}}}
    content = lm_eval_zip(results(configs=config), {"sky": lines})
    shown = await preview(member, "lm-eval", content)
    assert (shown["mapping_from"], shown["num_items"], shown["num_ratings"]) == ("file", 4, 1)
    assert shown["failures"] == {"refusal": 1, "no_json": 1, "out_of_range": 1}
    number = await bring_in(member, "lm-eval", content)
    run = await member.get(f"{BASE}/runs/{number}")
    assert (run["summary"]["status"], run["summary"]["counts"]["failed"]) == ("partial", 3)
    missing = await member.get(f"{BASE}/runs/{number}/missing")
    assert len(missing["samples"]) == 3
    with member.database.read() as session:
        trait = session.scalars(select(Trait)).one()
        assert (trait.adjective, trait.is_active) == ("lazy", False)
        assert session.scalar(select(func.count()).select_from(BenchmarkAnswer)) == 1
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("benchmark_imported") == 1


@ON_ONE_DATABASE
async def test_viewers_and_foreign_data_sets_are_refused(
    member: Caller, viewer: Caller, colleague: Caller
) -> None:
    assert (await call(viewer, "inspect", GOOD, {})).status_code == 403
    number = await bring_in(colleague, "inspect", GOOD)
    foreign = (await colleague.get(f"{BASE}/runs/{number}"))["dataset_id"]
    answer = await bring_in(member, "inspect", GOOD, 404, dataset_id=foreign)
    assert answer["code"] == "dataset_not_found"
