"""Writing in one transaction what several threads bring at the same moment.

Nobody waits for others to come: whoever finds nobody writing writes at once, with everything
that came while the one before was writing. So one writer alone loses nothing, and many writers
share the commit, which costs more than all the rest.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.errors import RoundhouseError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(eq=False)
class _Ticket(Generic[Item, Answer]):
    item: Item
    answer: Answer | RoundhouseError | None = None


class GroupCommit(Generic[Item, Answer]):
    """Calls ``write`` with some items; it answers each, or says what is wrong with it."""

    def __init__(
        self, write: Callable[[Sequence[Item]], Sequence[Answer | RoundhouseError]]
    ) -> None:
        self._write = write
        self._waiting: deque[_Ticket[Item, Answer]] = deque()
        self._turn = threading.Lock()

    def submit(self, item: Item) -> Answer:
        """Return the answer to ``item`` once it is committed; raises what is wrong with it."""
        mine: _Ticket[Item, Answer] = _Ticket(item)
        self._waiting.append(mine)
        with self._turn:
            if mine.answer is None:
                self._lead(mine)
        if mine.answer is None:
            raise RuntimeError("The writer left an item without an answer.")
        if isinstance(mine.answer, RoundhouseError):
            raise mine.answer
        return mine.answer

    def _lead(self, mine: _Ticket[Item, Answer]) -> None:
        others = [ticket for ticket in self._taken() if ticket is not mine]
        try:
            self._answer([mine, *others])
        except SQLAlchemyError:
            if not others:
                raise
            self._answer([mine])  # whose fault was it? the others find theirs not answered

    def _taken(self) -> list[_Ticket[Item, Answer]]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _answer(self, tickets: Sequence[_Ticket[Item, Answer]]) -> None:
        answers = self._write([ticket.item for ticket in tickets])
        for ticket, answer in zip(tickets, answers, strict=True):
            ticket.answer = answer
