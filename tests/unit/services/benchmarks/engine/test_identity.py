"""Which weights a server serves: every place where a kind of server says it."""

import pytest

from services.benchmarks.engine.identity import identity_of, native_digest, native_route, row_of

VLLM = {"id": "m", "object": "model", "created": 1_764_000_000, "owned_by": "vllm",
        "root": "meta-llama/Llama-3.1-8B", "parent": None, "max_model_len": 8192}  # fmt: skip
LLAMA = {"id": "m", "created": 1_764_000_000, "owned_by": "llamacpp",
         "meta": {"n_params": 8_030_261_248, "size": 4_912_898_304, "n_vocab": 128_256}}  # fmt: skip
OLLAMA = {"id": "llama3.2", "created": 1_764_000_000, "owned_by": "library"}
TGI = {"id": "m", "created": 0, "owned_by": "m"}
TAGS = {"models": [{"name": "llama3.2:latest", "digest": "a80c4f17acd5"}, {"name": "qwen"}]}


@pytest.mark.parametrize(
    ("row", "digest", "details"),
    [
        ({"id": "m", "digest": "sha256:12"}, "sha256:12", {}),
        ({"id": "m", "revision": "0f1e2d"}, "0f1e2d", {}),
        (VLLM, None, {"root": "meta-llama/Llama-3.1-8B", "max_model_len": 8192}),
        (LLAMA, None, LLAMA["meta"]),
        ({}, None, {}),
        ({"digest": True, "root": ["m"], "meta": "large"}, None, {}),
    ],
)
def test_a_row_says_its_digest_and_what_tells_models_apart(row, digest, details):
    identity = identity_of(row)
    assert (identity["digest"], identity["details"]) == (digest, details)
    assert identity["source"] == ("/v1/models" if digest else None)


def test_the_row_of_the_model_is_taken_and_no_other():
    body = {"data": [{"id": "other", "digest": "1"}, {"id": "m", "digest": "2"}, "text"]}
    assert row_of(body, "m")["digest"] == "2"
    assert [row_of(one, "m") for one in ({"data": []}, {"data": None}, None, [])] == [{}] * 4


def test_servers_with_a_route_of_their_own_are_asked_there():
    assert [native_route(one) for one in (OLLAMA, TGI, VLLM, LLAMA, {})] == [
        "/api/tags", "/info", None, None, None,
    ]  # fmt: skip
    assert native_digest("/api/tags", TAGS, "llama3.2") == "a80c4f17acd5"
    assert native_digest("/api/tags", TAGS, "qwen") is None
    assert native_digest("/info", {"model_sha": "4e2c"}, "m") == "4e2c"
    assert [native_digest("/info", one, "m") for one in ({"model_sha": 4}, None, [])] == [None] * 3
