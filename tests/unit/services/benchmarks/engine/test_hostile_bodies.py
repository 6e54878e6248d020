"""Bodies that no server should send: each has a class of trouble, and none ends the worker."""

import base64
import gzip
import json
import random
from dataclasses import replace

import orjson
import pytest

from services.benchmarks.domain.answers import EMPTY, parse_answer
from services.benchmarks.engine.ask import ask_items
from services.benchmarks.engine.client import ModelClient
from services.benchmarks.engine.error_bodies import error_of
from services.benchmarks.engine.faults import Trouble, judge
from services.benchmarks.engine.identity import identity_of, native_digest, native_route, row_of
from services.benchmarks.engine.masks import masking
from services.benchmarks.engine.ports import AskItem
from services.benchmarks.engine.reading import read_answer
from services.benchmarks.engine.replies import MAX_TOKENS, read_reply
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.engine.shape import adapted, first_shape
from tests.support.model_servers import ok, scripted_server

KEY = "sk-a/b+secret-77"
SETTINGS = AskSettings(base_url="http://models.test/v1", model="m", api_key=KEY, logprobs=True)
SHAPE = first_shape(SETTINGS)
NAMES = (
    "choices", "message", "content", "text", "reasoning", "finish_reason", "logprobs", "error",
    "model", "usage", "code", "type", "prompt_tokens", "completion_tokens", "param", "status",
    "detail", "loc", "data", "id", "delta", "models", "name", "meta",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 3.7, 1e308, 2**63 - 1, "", "m", "\0", "length", "429",
    "[" * 5000, '{"rating":' * 2000, '{"rating": 4}', "<think>",
)  # fmt: skip
GOOD = {
    "model": "m",
    "choices": [{"message": {"content": '{"rating": 4}'}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 5},
}


def junk(draw, depth=0):
    kind = draw.random()
    if depth > 4 or kind < 0.5:
        return draw.choice(VALUES)
    if kind < 0.65:
        return [junk(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {draw.choice(NAMES): junk(draw, depth + 1) for _ in range(draw.randrange(5))}


def changed(value, draw):
    if draw.random() < 0.15:
        return junk(draw, 1)
    if isinstance(value, dict):
        return {name: changed(one, draw) for name, one in value.items()}
    return [changed(one, draw) for one in value] if isinstance(value, list) else value


def look_at(status, body):
    verdict = judge(status, {"retry-after": "1e999"}, body, SHAPE)
    assert verdict.group in Trouble
    adapted(SHAPE, verdict.fields)
    read_answer(verdict, SETTINGS)
    answer = verdict.reply.body if verdict.reply else None
    row = row_of(answer, "m")
    identity_of(row)
    native_route(row)
    native_digest("/api/tags", answer, "m")


def test_no_body_breaks_the_reading_of_answers():
    draw = random.Random(10)
    for number in range(1000):
        body = orjson.dumps(changed(GOOD, draw) if number % 2 else junk(draw))
        body = b"data: " + body + b"\n\ndata: [DONE]" if number % 7 == 0 else body
        look_at(draw.choice((200, 400, 404, 422, 429, 500)), body)


@pytest.mark.parametrize(
    "body",
    [{"data": 5}, {"data": {}}, {"models": True}, {"detail": [{"loc": 1}]}, {"message": "[" * 100_000},
     {"error": {"message": '{"a":' * 100_000}}],
)  # fmt: skip
def test_a_part_of_another_type_is_no_part(body):
    for status in (200, 400):
        look_at(status, orjson.dumps(body))
    error = error_of(body)
    assert error is None or error.locations == ()


@pytest.mark.parametrize("count", ["12", -1, MAX_TOKENS + 1, 2**63 - 1, 1.5, True, None])
def test_a_count_of_tokens_that_cannot_be_is_none(count):
    reply = read_reply(orjson.dumps({**GOOD, "usage": {"prompt_tokens": count}}))
    assert reply.prompt_tokens is None


@pytest.mark.parametrize("text", [b"\\ud83d", b"\\udc00 \\ud83d\\ude00", b"\xff\xfe"])
def test_a_character_that_is_none_is_replaced(text):
    """Models that are cut within an emoji write half of it."""
    body = orjson.dumps(GOOD).replace(b'{\\"rating', text + b'{\\"rating')
    reply = read_reply(body)
    assert reply.text.endswith('{"rating": 4}')
    assert reply.text.encode()


@pytest.mark.parametrize("part", ["<think>", "[thinking] ", "<|channel|> final "])
def test_an_answer_of_nothing_but_openings_is_read_in_one_pass(part):
    assert parse_answer(part * 100_000).kind == EMPTY


@pytest.mark.parametrize("key", [KEY, 'quote"and\\slash'])
def test_a_key_is_blanked_in_every_text_that_comes_back(key):
    mask = masking(key, "m")
    body = json.dumps({"a": f"Bearer {key}", "b": [key, 77], key: {"c": "x"}}).encode()
    clean = mask(body)
    assert key not in str(orjson.loads(clean))
    assert orjson.loads(clean)["a"] == "Bearer ***"
    escaped = mask(body.replace(b"/", b"\\/"))
    assert key not in str(orjson.loads(escaped))


@pytest.mark.parametrize(
    ("key", "model"), [(None, "m"), ("EMPTY", "m"), ("lm-studio", "lm-studio/x")]
)
def test_a_word_in_place_of_a_key_is_no_secret(key, model):
    body = orjson.dumps({"model": model, "text": "EMPTY"})
    assert masking(key, model)(body) == body


async def asked(script):
    outcomes = []
    item = AskItem(key=1, messages=[{"role": "user", "content": "?"}])
    async with scripted_server(script) as served:
        settings = replace(SETTINGS, base_url=served.url("SV-001"), allow_private=True)
        async with ModelClient(settings) as client:
            await ask_items(
                [item], client, settings, outcomes.append, lambda: False, lambda _: None
            )
    return outcomes[0]


async def test_a_key_in_an_answer_is_not_stored():
    text = f"Your key is {KEY}. " + '{"rating": 4}'
    body = {"model": "m", "choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    outcome = await asked(lambda *_: ok(body))
    assert (outcome.rating, KEY in outcome.raw) == (4, False)


def packed(coding, body):
    body = base64.b64encode(body)
    return {"status": 200, "headers": {"content-encoding": coding}, "body_base64": body}


async def test_what_is_packed_twice_or_badly_is_not_unpacked():
    twice = packed("gzip, gzip", gzip.compress(gzip.compress(b" " * 1000)))
    badly = packed("gzip", b"no gzip")
    wrong = {1: twice, 2: badly}
    outcome = await asked(lambda number, _: wrong.get(number, ok(GOOD)))
    assert (outcome.rating, outcome.attempt, outcome.requests) == (4, 1, 3)
    assert outcome.uncounted == 2
