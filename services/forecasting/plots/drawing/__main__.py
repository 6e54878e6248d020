"""``python -m services.forecasting.plots.drawing``: JSON on stdin, a PNG on stdout."""

import json
import os
import sys

from app import sandbox


def main() -> None:
    """Draw one plot within limits."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    from services.forecasting.plots.drawing.sample_plot import draw_samples

    sys.stdout.buffer.write(draw_samples(request["drawing"]))
    sys.stdout.flush()
    os._exit(0)  # thread pools of libraries must not delay the end


if __name__ == "__main__":
    main()
