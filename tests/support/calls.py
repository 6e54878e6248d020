"""How often a function is called, without changing it."""

import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self


class Calls:
    """Counts the calls of ``function`` that this thread makes inside of the block."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._code = getattr(function, "__func__", function).__code__
        self.count = 0

    def __enter__(self) -> Self:
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.setprofile(self._before)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        self.count += event == "call" and frame.f_code is self._code
