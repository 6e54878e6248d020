"""The domain itself over HTTP: its health, what a client has to know, and the contract's names."""

from app.clock import now
from tests.factories.benchmarks import make_benchmark_model
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"


def states_of(health) -> dict[str, str]:
    return {one["name"]: one["status"] for one in health["checks"]}


@ON_ONE_DATABASE
async def test_health_names_the_part_that_is_missing(member, resources) -> None:
    health = await member.get(f"{BASE}/health")
    assert (health["ok"], health["status"]) == (False, "failing")  # no worker listens in a test
    states = states_of(health)
    assert {states["database"], states["redis"], states["storage"]} == {"ok"}
    assert states["benchmarks workers"] == states["io workers"] == "failing"
    beat = now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for queue in ("benchmarks", "io"):
        resources.redis.hset(f"rq:worker:{queue}-host-1-a", "last_heartbeat", beat)
    states = states_of(await member.get(f"{BASE}/health"))
    assert states["benchmarks workers"] == states["io workers"] == "ok"


@ON_ONE_DATABASE
async def test_config_has_what_a_client_needs_and_no_secret(member, resources) -> None:
    make_benchmark_model(resources, member.id, key_encrypted="sealed")
    answer = await member.call("GET", f"{BASE}/config")
    config = answer.body
    assert config["languages"] == ["en", "de"]
    assert {(one["language"], one["name"].split("-")[-1]) for one in config["templates"]} == {
        (language, cue) for language in ("en", "de") for cue in ("label", "name", "prose")
    }
    assert config["analysis"] | {"attributes": None} == {
        "alpha": 0.05,
        "permutations": 4000,
        "equivalence_margin": 0.25,
        "min_personas": 10,
        "attributes": None,
    }
    start = config["start"]
    assert start["max_attempts"] == {"required": False, "default": 3, "min": 1, "max": 10}
    assert start["scale_mode"]["choices"] == ["in", "rev", "random50"]
    assert start["equivalence_margin"]["min_is_excluded"] is True
    assert config["attrgen"]["model_name"]["required"] is True
    assert config["build"]["n"]["max"] == config["max_personas"]
    text = (await answer.get_data()).decode()
    assert not any(word in text for word in ("sealed", "api_key", str(resources.settings.home)))


@ON_ONE_DATABASE
async def test_the_bounds_that_config_names_are_those_that_a_start_keeps(member) -> None:
    start = (await member.get(f"{BASE}/config"))["start"]
    for name in ("batch_size", "max_attempts", "repeats"):
        for wrong in (start[name]["min"] - 1, start[name]["max"] + 1):
            body = {"dataset_id": 1, "model_name": "tiny", name: wrong}
            assert name in (await member.post(f"{BASE}/start", body, 422))["errors"]


async def test_the_contracts_names_of_models_lead_to_the_same_models(member, colleague) -> None:
    body = {"name": "tiny", "base_url": "https://models.example.org/v1", "api_key": "k-123"}
    made = await member.post(f"{BASE}/admin/models", body, 201)
    assert (made["has_key"], "k-123" in str(made)) == (True, False)
    assert (await member.get(f"{BASE}/admin/models")) == (await member.get(f"{BASE}/models"))
    path = f"{BASE}/admin/models/{made['id']}"
    assert await member.get(path) == await member.get(f"{BASE}/models/{made['id']}")
    assert (await member.patch(path, {"input_price": 0.5}))["input_price"] == 0.5
    assert (await member.post(f"{BASE}/admin/models", body, 409))["code"] == "model_exists"
    await colleague.get(path, 404)
    assert (await member.call("DELETE", path)).status_code == 204
    await member.get(f"{BASE}/models/{made['id']}", 404)


@ON_ONE_DATABASE
async def test_the_queue_is_added_to_and_listed_by_the_contracts_words(member) -> None:
    body = {"type": "pool_gen", "config": {"name": "Pool", "n": 3}}
    made = await member.post(f"{BASE}/queue/add", body, 201)
    assert (await member.get(f"{BASE}/queue/list"))["items"] == [made]
