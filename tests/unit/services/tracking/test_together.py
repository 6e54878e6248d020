"""What threads bring at the same moment is written at once, and nobody pays for another's fault."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import Conflict
from services.tracking.metrics.group_commit import GroupCommit


class Book:
    """Writes down groups of numbers; the first group is kept waiting until it is told to go."""

    def __init__(self):
        self.groups = []
        self.begun, self.go = threading.Event(), threading.Event()

    def write(self, items):
        self.groups.append(list(items))
        self.begun.set()
        assert self.go.wait(60)
        if 13 in items:
            raise OperationalError("no", {}, Exception("no"))
        return [Conflict(f"{item} is odd") if item % 2 else item * 10 for item in items]


def test_one_alone_is_written_at_once():
    book = Book()
    book.go.set()
    assert GroupCommit(book.write).submit(4) == 40
    assert book.groups == [[4]]


def submitted(book, *items):
    """Submit 0, and while it is being written the others; return their futures."""
    together = GroupCommit(book.write)
    pool = ThreadPoolExecutor(1 + len(items))
    first = pool.submit(together.submit, 0)
    assert book.begun.wait(60)
    others = [pool.submit(together.submit, item) for item in items]
    while len(together._waiting) < len(items):
        threading.Event().wait(0.001)
    book.go.set()
    assert first.result(60) == 0
    return others


def test_those_that_come_meanwhile_are_written_as_one_group():
    book = Book()
    assert [one.result(60) for one in submitted(book, 2, 4, 6)] == [20, 40, 60]
    assert [sorted(group) for group in book.groups] == [[0], [2, 4, 6]]


def test_a_fault_of_one_is_raised_to_that_one_alone():
    two, three = submitted(Book(), 2, 3)
    assert two.result(60) == 20
    with pytest.raises(Conflict, match="3 is odd"):
        three.result(60)


def test_a_group_that_the_database_refuses_is_written_one_by_one():
    two, bad, four = submitted(Book(), 2, 13, 4)
    assert (two.result(60), four.result(60)) == (20, 40)
    with pytest.raises(OperationalError):
        bad.result(60)
