"""``python -m services.tabular``: a request on stdin, an answer on stdout, in JSON."""

import errno
import json
import os
import signal
import sys
from pathlib import Path

from app import sandbox
from app.errors import Invalid
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions


def main() -> None:
    """Read one file within limits and answer what it holds or what is wrong with it."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    answer = _read(
        Path(request["source"]),
        ImportOptions.from_json(request["options"]),
        Path(request["target"]),
    )
    json.dump(answer, sys.stdout, allow_nan=False)
    sys.stdout.flush()
    # Thread pools of libraries must not delay the end, nor turn it into a failure.
    os._exit(0)


def _read(source: Path, options: ImportOptions, target: Path) -> dict[str, object]:
    from services.tabular.read import read_series_to_parquet
    from services.tabular.to_json import to_json

    try:
        return {"reading": to_json(read_series_to_parquet(source, options, target))}
    except UnreadableTable as fault:
        return {"fault": fault.to_json()}
    except Invalid as refused:
        return {"refused": {"detail": refused.detail, "errors": refused.errors}}
    except MemoryError:
        return _too_large()
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return _too_large()


def _too_large() -> dict[str, object]:
    message = "The file needs more memory or space to be read than is allowed."
    return {"fault": {"kind": "too_large", "message": message, "row": None, "column": None}}


if __name__ == "__main__":
    main()
