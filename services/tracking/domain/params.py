"""What a parameter may be called and hold, and what some of them say of a run's length."""

import math
from collections.abc import Mapping
from typing import Any

from services.tracking.domain.tags import fault_of_name

LONGEST_TEXT = 6_000
MOST_PARAMS = 2_000
LENGTHS = {
    "centralized": ("epochs", "num_epochs", "max_epochs", "n_epochs"),
    "federated": ("num_rounds", "num_server_rounds", "rounds"),
}


def fault_of_param(name: str, value: Any) -> str | None:
    """Return what is wrong with a parameter, None for a good one."""
    fault = fault_of_name(name)
    if fault is not None:
        return fault
    if isinstance(value, str):
        long = len(value) > LONGEST_TEXT
        return f"a text has at most {LONGEST_TEXT} characters" if long else None
    if isinstance(value, float) and not math.isfinite(value):
        return "a number is finite"
    if value is None or isinstance(value, bool | int | float):
        return None
    return "a value is a text, a number, true, false or null: give the parts of a list one by one"


def steps_asked(params: Mapping[str, Any], mode: str) -> int | None:
    """Return how many epochs or rounds the parameters speak of, None where they do not."""
    for name in LENGTHS.get(mode, ()):
        text = str(params.get(name, ""))
        if text.isascii() and text.isdigit() and 0 < len(text) < 10:
            return int(text)
    return None
