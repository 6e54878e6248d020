"""The requests for the routes of benchmarks, and the rows that they are about.

A reading route that answers 200 needs no line.
"""

from dataclasses import asdict
from typing import Any
from uuid import uuid4

from app.clock import now
from app.models.attribute_generation import AttributeGeneration
from app.models.benchmark import BenchmarkAnalysis, BenchmarkModel, BenchmarkRun
from app.models.benchmark_queue import QueueEntry
from app.models.persona import Persona, PersonaSet, Trait
from app.resources import Resources
from services.benchmarks.generations.manifest import make_generation_manifest
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.runs.manifest import make_manifest
from services.benchmarks.runs.types import BenchmarkRequest
from tests.support.asks import Ask, DomainAsks


def a_trait(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a trait; ``id`` is its number."""
    word = uuid4().hex
    row = Trait(
        code=f"x{word}", adjective=word, adjective_key=word, owner_id=owner_id,
        visibility=visibility, created_at=now(), updated_at=now(),
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


def a_set(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a set of one persona; ``id`` is the set's."""
    at = now()
    row = PersonaSet(
        name=uuid4().hex, kind="uploaded", owner_id=owner_id, visibility=visibility, config={},
        num_personas=1, created_at=at, updated_at=at,
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
        unit.session.flush()
        persona = Persona(set_id=row.id, uuid=uuid4().hex, gender="female")
        unit.session.add(persona)
    return {"id": row.id, "persona": persona.id}


def a_persona(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a set of one persona; ``id`` is the persona's."""
    return {"id": a_set(resources, owner_id, visibility)["persona"]}


def a_model(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a model without a key; ``id`` is its number."""
    row = BenchmarkModel(
        name=uuid4().hex, owner_id=owner_id, visibility=visibility,
        base_url="https://models.example.org", created_at=now(), updated_at=now(),
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


def a_benchmark(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a run that is over and has no answer; ``id`` is its number."""
    set_id = a_set(resources, owner_id, visibility)["id"]
    model_id = a_model(resources, owner_id, visibility)["id"]
    request = BenchmarkRequest(dataset_id=set_id, model_name="matrix")
    trait = Trait(id=1, code="g1", adjective="friendly", category="sociability", valence=1)
    with resources.database.write() as unit:
        people = unit.session.get_one(PersonaSet, set_id)
        manifest = make_manifest(request, people, [], [trait])
        row = BenchmarkRun(
            name="matrix", owner_id=owner_id, visibility=visibility, set_id=set_id,
            model_id=model_id, model_name="matrix", manifest=dict(manifest.content),
            manifest_hash=manifest.hash, endpoint=asdict(request.endpoint), total=1,
            created_at=now(), finished_at=now(),
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        return {"id": row.id}


def an_export(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a run with an export whose file is there; ``analysis_id`` is the export's number."""
    run_id = a_benchmark(resources, owner_id, visibility)["id"]
    key = f"benchmarks/{run_id}/analyses/{uuid4().hex}.json"
    resources.store.put(key, b"{}")
    about = {"file_name": "matrix.json", "media_type": "application/json"}
    row = BenchmarkAnalysis(
        run_id=run_id, type="export", params={}, params_hash="", status="completed",
        summary=about, object_key=key, created_at=now(),
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": run_id, "analysis_id": row.id}


RUN = {"dataset_id": 999_999, "model_name": "matrix"}
RUNS = {
    "POST /api/benchmarks/start": Ask(404, json=RUN, code="dataset_not_found"),
    "POST /api/benchmarks/benchmarks/start": Ask(404, json=RUN, code="dataset_not_found"),
    "POST /api/benchmarks/benchmarks/{id}/cancel": Ask(409, json={}),
    "POST /api/benchmarks/sample": Ask(json={}),
    "POST /api/benchmarks/probe": Ask(404, json=RUN, code="dataset_not_found"),
    "POST /api/benchmarks/estimate": Ask(404, json=RUN, code="dataset_not_found"),
    "POST /api/benchmarks/import/{kind}": Ask(404),  # a format that nobody knows
    "POST /api/benchmarks/import/{kind}/preview": Ask(404),
    "DELETE /api/benchmarks/runs/{id}": Ask(),
    "DELETE /api/benchmarks/runs/{id}/cache": Ask(),
    "PATCH /api/benchmarks/runs/{id}": Ask(json={"name": "new name"}),
    "POST /api/benchmarks/runs/{id}/acknowledge": Ask(409),  # it did not fail
    "POST /api/benchmarks/{id}/cancel": Ask(409, json={}),
    "POST /api/benchmarks/{id}/resume": Ask(json={}),
    "POST /api/benchmarks/runs/{id}/warm-cache": Ask(json={}),
    "POST /api/benchmarks/runs/{id}/analyze": Ask(json={"type": "order"}),
    "GET /api/benchmarks/runs/{id}/analysis/{analysis_id}/file": Ask(about=an_export),
    "GET /api/benchmarks/datasets/{id}/benchmarks/active": Ask(about=a_set),
    "GET /api/benchmarks/datasets/{id}/runs": Ask(about=a_set),
    "GET /api/benchmarks/runs/{id}/means": Ask(query="?attribute=gender"),
    "GET /api/benchmarks/runs/{id}/deltas": Ask(query="?attribute=gender"),
    "GET /api/benchmarks/runs/{id}/mixed": Ask(query="?attribute=gender"),
    "GET /api/benchmarks/runs/{id}/forest": Ask(query="?attribute=gender"),
} | {
    f"POST /api/benchmarks/runs/compare/{name}": Ask(422, json={})  # it names no runs
    for name in (
        "metrics",
        "order-metrics",
        "deltas",
        "bias-intensity-csv",
        "models",
        "groups",
        "items",
    )
}
TRAITS = {
    "POST /api/benchmarks/traits": Ask(409, json={"adjective": "Friendly"}, code="trait_exists"),
    "POST /api/benchmarks/traits/import": Ask(400),  # there is no file in it
    "GET /api/benchmarks/traits/{id}": Ask(about=a_trait),
    "PATCH /api/benchmarks/traits/{id}": Ask(json={"category": "new"}, about=a_trait),
    "DELETE /api/benchmarks/traits/{id}": Ask(204, about=a_trait),
}
POOL = {"name": "a pool", "kind": "pool", "n": 2}
PERSONAS = {
    "POST /api/benchmarks/datasets": Ask(
        201, json={"name": "matrix", "personas": [{"gender": "male"}]}
    ),
    "POST /api/benchmarks/datasets/build": Ask(201, json=POOL),
    "GET /api/benchmarks/datasets/{id}": Ask(about=a_set),
    "PATCH /api/benchmarks/datasets/{id}": Ask(json={"name": "new name"}, about=a_set),
    "DELETE /api/benchmarks/datasets/{id}": Ask(204, about=a_set),
    "GET /api/benchmarks/datasets/{id}/personas": Ask(about=a_set),
    "GET /api/benchmarks/datasets/{id}/csv": Ask(about=a_set),
    "GET /api/benchmarks/personas/{id}": Ask(about=a_persona),
    "PATCH /api/benchmarks/personas/{id}": Ask(json={"age": 40}, about=a_persona),
}
ENDPOINT = {"name": "matrix", "base_url": "https://models.example.org/v1"}
MODELS = {
    "GET /api/benchmarks/models/{id}/probe": Ask(about=a_model),
} | {
    f"{method} /api/benchmarks/{path}": ask
    for models in ("models", "admin/models")
    for method, path, ask in (
        ("POST", models, Ask(201, json=ENDPOINT | {"name": f"matrix {models}"})),
        ("GET", f"{models}/{{id}}", Ask(about=a_model)),
        ("PATCH", f"{models}/{{id}}", Ask(json={"input_price": 0.5}, about=a_model)),
        ("DELETE", f"{models}/{{id}}", Ask(204, about=a_model)),
    )
}


def a_generation(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write an attribute generation that is over and wrote nothing; ``id`` is its number."""
    set_id = a_set(resources, owner_id, visibility)["id"]
    model_id = a_model(resources, owner_id, visibility)["id"]
    request = GenerationRequest(dataset_id=set_id, model_name="matrix")
    with resources.database.write() as unit:
        people = unit.session.get_one(PersonaSet, set_id)
        manifest = make_generation_manifest(request, people, [])
        row = AttributeGeneration(
            name="matrix", owner_id=owner_id, visibility=visibility, set_id=set_id,
            model_id=model_id, model_name="matrix", manifest=dict(manifest.content),
            manifest_hash=manifest.hash, endpoint=asdict(request.endpoint), total=1,
            created_at=now(), finished_at=now(),
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        return {"id": row.id}


GENERATIONS = {
    "POST /api/benchmarks/attrgen/start": Ask(404, json=RUN, code="dataset_not_found"),
    "GET /api/benchmarks/attrgen/runs/{id}": Ask(about=a_generation),
    "GET /api/benchmarks/attrgen/runs/{id}/personas": Ask(about=a_generation),
    "PATCH /api/benchmarks/attrgen/runs/{id}": Ask(json={"name": "new"}, about=a_generation),
    "POST /api/benchmarks/attrgen/runs/{id}/acknowledge": Ask(409, about=a_generation),
    "DELETE /api/benchmarks/attrgen/runs/{id}": Ask(about=a_generation),
    "GET /api/benchmarks/attrgen/{id}/status": Ask(about=a_generation),
    "POST /api/benchmarks/attrgen/{id}/cancel": Ask(409, json={}, about=a_generation),
    "POST /api/benchmarks/attrgen/{id}/resume": Ask(json={}, about=a_generation),
}


def an_entry(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write an entry of a queue that failed; ``id`` is its number."""
    config = {"name": uuid4().hex, "kind": "pool", "n": 2}
    with resources.database.write() as unit:
        row = QueueEntry(
            owner_id=owner_id, visibility=visibility, type="pool_gen", status="failed",
            position=1, label="matrix", config=config, created_at=now(), finished_at=now(),
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        return {"id": row.id}


QUEUE = {
    "POST /api/benchmarks/queue": Ask(
        201, json={"type": "pool_gen", "config": {"name": "a queued pool", "n": 2}}
    ),
    "POST /api/benchmarks/queue/add": Ask(
        201, json={"type": "pool_gen", "config": {"name": "another queued pool", "n": 2}}
    ),
    "POST /api/benchmarks/queue/start": Ask(json={}),
    "POST /api/benchmarks/queue/stop": Ask(json={}),
    "POST /api/benchmarks/queue/pause": Ask(json={}),
    "POST /api/benchmarks/queue/resume": Ask(json={}),
    "GET /api/benchmarks/queue/{id}": Ask(about=an_entry),
    "DELETE /api/benchmarks/queue/{id}": Ask(204, about=an_entry),
    "POST /api/benchmarks/queue/{id}/cancel": Ask(409, json={}, about=an_entry),
    "POST /api/benchmarks/queue/{id}/retry": Ask(json={}, about=an_entry),
}
BENCHMARK_ASKS: dict[str, Ask] = RUNS | TRAITS | PERSONAS | MODELS | GENERATIONS | QUEUE
DOMAIN_ASKS = DomainAsks(BENCHMARK_ASKS, {"/api/benchmarks/": a_benchmark})
