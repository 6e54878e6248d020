"""What a training meets of us: a person's wish to stop, and nothing else."""

import contextlib
import functools
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("roundhouse")

QUIET = "ROUNDHOUSE_QUIET"
NOT_QUIET = ("", "0", "false", "no", "off")
MAX_MESSAGES = 1_000

_warned: set[str] = set()
_warned_lock = threading.Lock()


class StopRequested(KeyboardInterrupt):
    """Somebody requested this run to stop, in the browser.

    It is a kind of ``KeyboardInterrupt``, as if the person had sat at this terminal: training
    libraries know how to end in order then, and ``except Exception`` lets it pass.
    """


class Refused(Exception):
    """The platform will never take this; ``final`` when it will take nothing of this run.

    Of what is ``divisible`` it may take a part.
    """

    def __init__(self, reason: str, *, final: bool = False, divisible: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.divisible = divisible


class Unreachable(Exception):
    """The platform is away, or busy; ``wait`` is how many seconds it requested."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def warn(message: str) -> None:
    """Log a warning for whoever watches the training; the same message only once."""
    with _warned_lock:
        if message in _warned or len(_warned) > MAX_MESSAGES:
            return
        _warned.add(message)
        if len(_warned) > MAX_MESSAGES:
            message = f"more than {MAX_MESSAGES:,} warnings: no further ones are shown"
    log.warning("%s", message)


def announce(message: str) -> None:
    """Print a line for whoever watches the training, unless ROUNDHOUSE_QUIET asks for silence."""
    if os.environ.get(QUIET, "").strip().lower() not in NOT_QUIET:
        return
    with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or there is none
        sys.stderr.write(f"roundhouse: {message}\n")
        sys.stderr.flush()


def harmless(function: Callable[P, R]) -> Callable[P, R | None]:
    """Make a call that can do no harm to a training: what it raises becomes a warning.

    ``StopRequested`` is no ``Exception`` and passes.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a border: logging must not break a training
            warn(f"roundhouse.{function.__name__}: {type(error).__name__}: {error}")
            return None

    return guarded
