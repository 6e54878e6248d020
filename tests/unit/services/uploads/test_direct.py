"""Bytes go to the disk past the cache where they can, and every one of them in every case."""

import os
import random
from collections.abc import Iterator
from mmap import PAGESIZE, mmap
from pathlib import Path

import pytest

from services.uploads.direct import LEAST, REFUSALS, write_some

DATA = random.Random(7).randbytes(LEAST + 3 * PAGESIZE)


def memory(data: bytes, position: int) -> memoryview:
    """Return ``data`` where ``position`` lies in a page."""
    shift = position % PAGESIZE
    block = mmap(-1, shift + len(data))
    block[shift:] = data
    return memoryview(block)[shift:]


@pytest.fixture(params=["disk", "memory"])
def descriptor(request, tmp_path: Path) -> Iterator[int]:
    """An empty file on a disk, and in memory, whose file system may know no other way."""
    if request.param == "memory":
        made = os.memfd_create("upload")
    else:
        made = os.open(tmp_path / "upload", os.O_RDWR | os.O_CREAT)
    yield made
    os.close(made)


def write_all(descriptor: int, data: memoryview, position: int) -> list[int]:
    """Write ``data`` and return in which numbers of bytes."""
    numbers = []
    while data:
        numbers.append(write_some(descriptor, data, position))
        data, position = data[numbers[-1] :], position + numbers[-1]
    return numbers


@pytest.mark.parametrize("position", [0, 1, 777, PAGESIZE - 1, PAGESIZE, 3 * PAGESIZE + 9])
@pytest.mark.parametrize("length", [1, PAGESIZE, LEAST - 1, LEAST, LEAST + 1, len(DATA)])
def test_every_byte_comes_to_its_place(descriptor, position, length):
    os.pwrite(descriptor, b"x" * position, 0)
    write_all(descriptor, memory(DATA[:length], position), position)
    assert os.pread(descriptor, position + length + 1, 0) == b"x" * position + DATA[:length]


def test_the_pages_at_both_ends_that_are_not_whole_are_written_apart(descriptor):
    numbers = write_all(descriptor, memory(DATA, 777), 777)
    assert numbers == [PAGESIZE - 777, len(DATA) // PAGESIZE * PAGESIZE - PAGESIZE, 777]


def test_memory_that_lies_otherwise_than_the_file_is_written_too(descriptor):
    crooked = memoryview(bytearray(b"x" + DATA))[1:]
    assert write_all(descriptor, crooked, 0) == [len(DATA)]
    assert os.pread(descriptor, len(DATA), 0) == DATA


def test_pieces_of_any_size_join(descriptor):
    draw, position = random.Random(3), 0
    while position < len(DATA):
        piece = DATA[position : position + draw.choice([1, 100, PAGESIZE, LEAST, LEAST + 5])]
        write_all(descriptor, memory(piece, position), position)
        position += len(piece)
    assert os.pread(descriptor, len(DATA), 0) == DATA


def test_the_file_is_left_as_it_was_opened(descriptor):
    write_all(descriptor, memory(DATA, 0), 0)
    assert os.write(descriptor, b"odd") == 3


def test_other_errors_than_refusals_are_raised(tmp_path):
    (tmp_path / "upload").touch()
    reading = os.open(tmp_path / "upload", os.O_RDONLY)
    with pytest.raises(OSError, match="Bad file descriptor") as raised:
        write_some(reading, memory(DATA, 0), 0)
    os.close(reading)
    assert raised.value.errno not in REFUSALS
