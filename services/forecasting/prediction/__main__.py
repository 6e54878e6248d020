"""``python -m services.forecasting.prediction``: a request on stdin, an answer on stdout (JSON)."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import sandbox, strict_json
from app.errors import RoundhouseError


def main() -> None:
    """Forecast within limits and answer the forecast, or what is wrong."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    sys.stdout.buffer.write(strict_json.dump_bytes(_answer(request)))
    sys.stdout.flush()
    # thread pools of libraries must not delay the end, nor turn it into a failure
    os._exit(0)


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    from services.forecasting.prediction.bundle import ForeignBundle, read_bundle
    from services.forecasting.prediction.perform import forecast, predict_rows
    from services.forecasting.prediction.perform_batch import forecast_batch

    try:
        bundle = read_bundle(Path(request["bundle"]))
        tasks = {"predict": predict_rows, "forecast": forecast, "batch": forecast_batch}
        return tasks[request["task"]](bundle, request)
    except ForeignBundle as foreign:
        return {"foreign": str(foreign)}
    except RoundhouseError as refused:
        return {"refused": {"detail": refused.detail, "errors": refused.errors}}
    except MemoryError:
        return {"too_large": True}


if __name__ == "__main__":
    main()
