"""What a parameter may be called and hold, and what some of them say of a run's length."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.tracking.domain.tags import fault_of_name

MAX_TEXT_LENGTH = 6_000
MAX_PARAMS = 2_000
MAX_NUMBER_LENGTH = 64  # characters of a text that is read as a number
MAX_EXACT_INTEGER = 2**53  # up to here a float holds every integer
LENGTHS = {
    "centralized": ("epochs", "num_epochs", "max_epochs", "n_epochs", "total_steps", "max_steps"),
    "federated": ("num_rounds", "num_server_rounds", "rounds"),
}
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")


def fault_of_param(name: str, value: Any) -> str | None:
    """Return what is wrong with a parameter, None for a good one."""
    fault = fault_of_name(name)
    if fault is not None:
        return fault
    if isinstance(value, str):
        long = len(value) > MAX_TEXT_LENGTH
        return f"a text has at most {MAX_TEXT_LENGTH} characters" if long else None
    if isinstance(value, float) and not math.isfinite(value):
        return "a number is finite"
    if value is None or isinstance(value, bool | int | float):
        return None
    return "a value is a text, a number, true, false or null: give the parts of a list one by one"


def number_text(value: int | float) -> str:
    """Return the one spelling of a finite number: ``1e-5`` for 1e-05 and 0.00001, ``1`` for 1.0.

    It is the shortest that reads as the same number, as ``repr`` has it, with a plain exponent.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT_INTEGER:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def number_in(text: str) -> Decimal | None:
    """Return the number that a text spells, exactly; None where it spells none."""
    text = text.strip()
    if len(text) > MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def comparable(text: str) -> Decimal | str:
    """Return what two values of a parameter have in common when they are the same.

    Texts that spell one number are the same, however it is spelled.
    """
    number = number_in(text)
    return text if number is None else number


def planned_steps(params: Mapping[str, Any], mode: str) -> int | None:
    """Return how many epochs or rounds the parameters speak of, None where they do not."""
    return next(iter(_announced(params, mode)), None)


def share_done(params: Mapping[str, Any], mode: str, series: Sequence[tuple[int, int]]) -> float:
    """Return which share of the announced epochs, rounds or steps was logged, 0 to 1.

    ``series`` are the number of points and the last step of each curve. Programs count from 0 or
    from 1: a curve with more points than its last step says began at 0, so that steps 0 to 8 are
    nine epochs as 1 to 9 are; of a federation's rounds 0 is the untrained model. One measurement
    before the first epoch is no epoch. Steps beyond what was announced count something else
    (batches, beside announced epochs), so that nothing can be said: 0.
    """
    done = max((_counted(*one, mode) for one in series), default=0)
    before = mode != "federated" and any(points > last for points, last in series)
    for total in _announced(params, mode):
        if total and done <= total + before:
            return min(done / total, 1.0)
    return 0.0


def _counted(points: int, last: int, mode: str) -> int:
    return last + 1 if points > last and mode != "federated" else last


def _announced(params: Mapping[str, Any], mode: str) -> Iterable[int]:
    for name in LENGTHS.get(mode, ()):
        value = params.get(name)
        number = None if value is None or isinstance(value, bool) else number_in(str(value))
        if number is not None and 0 <= number < 10**9 and number == number.to_integral_value():
            yield int(number)
