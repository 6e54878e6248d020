"""Timing the statements of an engine, waiting for locks included."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def measure_statements(engine: Engine, observe: Callable[[float], object]) -> None:
    """Call ``observe`` with the seconds of every statement of ``engine``."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any,
              _many: bool) -> None:  # fmt: skip  # noqa: FBT001 - SQLAlchemy's signature
        context.began = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any,
            _many: bool) -> None:  # fmt: skip  # noqa: FBT001 - SQLAlchemy's signature
        observe(time.perf_counter() - context.began)
