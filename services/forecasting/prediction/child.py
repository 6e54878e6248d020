"""The process in which a kept model runs: the web loads no library that runs graphs."""

import dataclasses
import json
import os
from collections.abc import Mapping
from typing import Any

from app import sandbox
from app.errors import Invalid
from app.sandbox import ProcessLimits
from services.forecasting.prediction.errors import PredictionTooLarge, PredictionUnavailable

MIB = 1024 * 1024
LIMITS = ProcessLimits(
    memory_bytes=4096 * MIB, cpu_seconds=60, wall_seconds=60, output_bytes=64 * MIB
)
MODULE = "services.forecasting.prediction"
TOO_LARGE = "The model or its windows need more memory or time than a forecast may use."


def run_in_child(request: Mapping[str, Any], limits: ProcessLimits = LIMITS) -> dict[str, Any]:
    """Return the answer of the process to ``request`` (see ``perform``).

    Raises PredictionTooLarge beyond ``limits``, PredictionUnavailable where the process broke or
    the file is not the kept one, Invalid for rows or settings that windows refuse.
    """
    request = {**request, "parent": os.getpid(), "limits": dataclasses.asdict(limits)}
    try:
        output = sandbox.run_module(MODULE, request, wall_seconds=limits.wall_seconds)
    except (sandbox.OutOfTime, sandbox.OutOfBounds):
        raise PredictionTooLarge(TOO_LARGE) from None
    except sandbox.ProcessBroken:
        raise PredictionUnavailable("The forecast failed on our side. Try again later.") from None
    answer: dict[str, Any] = json.loads(output)
    if "too_large" in answer:
        raise PredictionTooLarge(TOO_LARGE)
    if "foreign" in answer:
        raise PredictionUnavailable(f"The kept model cannot be used. {answer['foreign']}")
    if "refused" in answer:
        raise Invalid(answer["refused"]["detail"], errors=answer["refused"]["errors"])
    return answer
