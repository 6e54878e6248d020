"""``python -m services.forecasting.plots.drawing``: JSON on stdin, a PNG on stdout."""

import json
import os
import resource
import sys
from typing import Any

from app.process import cap, die_with_parent


def main() -> None:
    """Draw one plot within limits."""
    request = json.load(sys.stdin)
    _enter(request["parent"], request["limits"])
    from services.forecasting.plots.drawing.sample_plot import draw_samples

    sys.stdout.buffer.write(draw_samples(request["drawing"]))
    sys.stdout.flush()
    os._exit(0)  # thread pools of libraries must not delay the end


def _enter(parent: int, limits: dict[str, Any]) -> None:
    die_with_parent(parent)
    os.umask(0o077)
    cap(resource.RLIMIT_AS, limits["memory_bytes"])
    cap(resource.RLIMIT_CPU, limits["cpu_seconds"])
    cap(resource.RLIMIT_CORE, 0)


if __name__ == "__main__":
    main()
