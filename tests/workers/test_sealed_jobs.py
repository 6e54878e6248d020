"""Whatever somebody writes into Redis, a worker takes one integer to one function or nothing."""

import json
import zlib

import pytest
from rq.job import Job as RqJob

from app.db.doorbell import Dispatch
from app.jobs.dispatch import PERFORM, Dispatcher, ForgedJob, SealedJob
from tests.support.databases import ON_ONE_DATABASE

CALL = Dispatch(queue="io", job_id=42, dispatch_id="one")


@pytest.fixture
def key(redis) -> str:
    Dispatcher(redis).dispatch(CALL)
    return SealedJob.key_for("one")


def fetch(redis) -> SealedJob:
    return SealedJob.fetch("one", connection=redis, serializer="json")


def test_an_honest_call_carries_the_row_id(redis, key: str) -> None:
    assert fetch(redis).row_id == 42


def test_an_honest_call_keeps_nothing_in_redis_when_it_is_done(redis, key: str) -> None:
    assert (fetch(redis).timeout, redis.hget(key, "result_ttl")) == (-1, b"0")


DATA = {
    "another function": ["os.system", None, [42], {}],
    "another function of ours": ["workers.runtime.Heart", None, [42], {}],
    "a bound instance": [PERFORM, "app.settings", [42], {}],
    "a text for the id": [PERFORM, None, ["42"], {}],
    "a truth for the id": [PERFORM, None, [True], {}],
    "a fraction for the id": [PERFORM, None, [4.2], {}],
    "no argument": [PERFORM, None, [], {}],
    "two arguments": [PERFORM, None, [42, 43], {}],
    "a named argument": [PERFORM, None, [42], {"holder": "me"}],
    "an object": {"a": 1},
    "a number": 7,
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_a_forged_call_does_not_exist(redis, key: str, data) -> None:
    redis.hset(key, "data", zlib.compress(json.dumps(data).encode()))
    with pytest.raises(ForgedJob):
        fetch(redis)
    assert not redis.exists(key)


FIELDS = {
    "success_callback_name": "os.system",
    "failure_callback_name": "os.system",
    "stopped_callback_name": "os.system",
    "webhooks": '[{"url": "http://127.0.0.1:9/"}]',
    "retries_left": "3",
    "retry_intervals": "[1]",
    "enqueue_at_front_on_retry": "1",
    "number_of_retries": "1",
    "repeats_left": "9",
    "repeat_intervals": "[1]",
    "dependency_id": "other",
    "dependency_ids": '["other"]',
    "meta": '{"a": 1}',
    "result": '"x"',
    "exc_info": "x",
    "ttl": "5",
    "timeout": "10",
    "result_ttl": "500",
    "failure_ttl": "500",
    "group_id": "g",
    "rate_limit_key": "k",
    "rate_limit_concurrency": "1",
    "allow_dependency_failures": "1",
    "enqueue_at_front": "1",
    "success_callback_timeout": "5",
    "failure_callback_timeout": "5",
    "stopped_callback_timeout": "5",
    "anything_new": "1",
}


@pytest.mark.parametrize(("name", "value"), FIELDS.items(), ids=FIELDS)
def test_a_call_with_more_than_an_id_does_not_exist(redis, key: str, name: str, value: str) -> None:
    redis.hset(key, name, value)
    with pytest.raises(ForgedJob):
        fetch(redis)


BROKEN = {
    "not compressed": b"[]",
    "not JSON": zlib.compress(b"{"),
    "NaN": zlib.compress(b"[NaN]"),
    "a pickle": zlib.compress(b"\x80\x04."),
    "ten megabytes": zlib.compress(b" " * 10_000_000),
    "empty": b"",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_call_does_not_exist(redis, key: str, data: bytes) -> None:
    redis.hset(key, "data", data)
    with pytest.raises(ForgedJob):
        fetch(redis)


def test_a_sealed_job_cannot_be_performed_by_rq(redis, key: str) -> None:
    with pytest.raises(ForgedJob):
        fetch(redis).perform()


@ON_ONE_DATABASE
def test_a_forged_call_does_not_stop_the_worker_nor_run(
    redis, toy_worker, queue_job, wait_for, tmp_path
) -> None:
    witness = tmp_path / "witness"
    job = RqJob.create(
        "os.system", args=[f"touch {witness}"], connection=redis, serializer="json", id="evil"
    )
    job.save()
    redis.rpush("rq:queue:io", "evil", "unknown-id", "x" * 1000)
    worker = toy_worker()
    wait_for(queue_job(), "succeeded")
    assert not witness.exists()
    assert worker.poll() is None
