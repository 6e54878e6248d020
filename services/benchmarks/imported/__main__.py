"""``python -m services.benchmarks.imported``: a request on stdin, an answer on stdout, in JSON.

It reads a foreign file in a process of its own, and writes the items as lines of JSON to a file.
"""

import errno
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from app import sandbox


def main() -> None:
    """Read one file within limits and answer what it holds or what is wrong with it."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    json.dump(_answer(request), sys.stdout, allow_nan=False)
    sys.stdout.flush()
    os._exit(0)  # thread pools of libraries must not delay the end


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from services.benchmarks.domain.item_mapping import MappingError
    from services.benchmarks.imported.reading import read_ratings
    from services.benchmarks.imported.types import SourceError

    try:
        return {"reading": read_ratings(request, Path(request["target"]))}
    except SourceError as error:
        return {"refused": str(error)}
    except MappingError as error:
        return {"mapping": {"field": error.field, "detail": str(error)}}
    except MemoryError:
        return {"refused": TOO_LARGE}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return {"refused": TOO_LARGE}


TOO_LARGE = "The file needs more memory or space to be read than is allowed."

if __name__ == "__main__":
    main()
