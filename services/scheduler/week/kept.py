"""Answers that are kept for half a minute: several pages of one person cost one of them."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from app.db.engine import Database

T = TypeVar("T")
SECONDS = 30.0
MOST = 64  # readers


class KeptAnswers(Generic[T]):
    """The newest answers of each database by reader, while ``version`` stays the same."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Database, OrderedDict[Hashable, tuple[float, object, T]]]
        self._kept = WeakKeyDictionary()
        self._lock = Lock()

    def of(self, database: Database, reader: Hashable, version: object, make: Callable[[], T]) -> T:
        """Return the answer for a reader; it is made where none of this version is fresh."""
        with self._lock:
            answers = self._kept.setdefault(database, OrderedDict())
            kept = answers.get(reader)
        if kept is not None and kept[0] > time.monotonic() and kept[1] == version:
            return kept[2]
        answer = make()
        with self._lock:
            answers[reader] = (time.monotonic() + SECONDS, version, answer)
            answers.move_to_end(reader)
            while len(answers) > MOST:
                answers.popitem(last=False)
        return answer
