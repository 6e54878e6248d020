"""The hash of an upload is computed beside the writing of it, in order."""

import hashlib
import random

from services.uploads.running_hash import RunningHash

CONTENT = random.Random(3).randbytes(3_000_000)


def test_the_hash_is_that_of_all_bytes_in_order():
    running, size = RunningHash(hashlib.sha256()), 100_001
    for begin in range(0, len(CONTENT), size):
        running.extend(memoryview(CONTENT)[begin : begin + size])
    assert running.so_far().result().digest() == hashlib.sha256(CONTENT).digest()


def test_a_hash_that_was_taken_does_not_change_with_what_follows():
    running = RunningHash(hashlib.sha256(b"before "))
    running.extend(memoryview(b"now"))
    taken = running.so_far()
    running.extend(memoryview(b" and later"))
    running.so_far().result()
    assert taken.result().digest() == hashlib.sha256(b"before now").digest()


def test_bytes_may_change_once_they_are_earlier_ones_that_were_waited_for():
    running, block = RunningHash(hashlib.sha256()), bytearray(CONTENT)
    running.extend(memoryview(block))
    running.extend(memoryview(b"end"))
    running.wait_for_earlier()
    block[:] = bytes(len(block))
    assert running.so_far().result().digest() == hashlib.sha256(CONTENT + b"end").digest()


def test_of_a_write_that_failed_only_what_was_written_counts():
    running = RunningHash(hashlib.sha256(b"safe "))
    running.extend(memoryview(b"written and lost"))
    running.replace_last(memoryview(b"written"))
    assert running.so_far().result().digest() == hashlib.sha256(b"safe written").digest()
