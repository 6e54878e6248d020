"""``python -m services.datasets.inspection``: a request on stdin, an answer on stdout, in JSON."""

import dataclasses
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from app import sandbox
from services.datasets.limits import InspectionLimits


def main() -> None:
    """Validate one upload within limits and answer what it holds or what is wrong with it."""
    request = json.load(sys.stdin)
    limits = InspectionLimits(**request["limits"])
    sandbox.enter(request["parent"], limits.of_process())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    json.dump(_inspect(request, limits), sys.stdout)
    sys.stdout.flush()
    # Thread pools of libraries must not delay the end, nor turn it into a failure.
    os._exit(0)


def _inspect(request: dict[str, Any], limits: InspectionLimits) -> dict[str, Any]:
    from services.datasets.inspection.faults import UploadError
    from services.datasets.inspection.images import inspect_images, preview_images
    from services.datasets.inspection.table import inspect_table, preview_table
    from services.datasets.types import ReaderOptions

    of_images = request["kind"] == "images"
    inspect = inspect_images if of_images else inspect_table
    preview = preview_images if of_images else preview_table
    options, source = ReaderOptions(**request["options"]), Path(request["source"])
    try:
        if request["target"] is None:
            rows, schema, notes = preview(source, options, limits)
            columns = [dataclasses.asdict(one) for one in schema]
            return {"preview": {"num_rows": rows, "column_schema": columns, "notes": notes}}
        summary = inspect(source, Path(request["target"]), options, limits)
    except UploadError as fault:
        return {"errors": fault.errors, "total": fault.total - fault.in_first + 1}
    except MemoryError:
        return {"errors": {"file": ["The file needs more memory than is allowed."]}, "total": 1}
    return {"summary": dataclasses.asdict(summary)}


if __name__ == "__main__":
    main()
