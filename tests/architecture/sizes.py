"""Sizes that CI holds: ``python -m tests.architecture.sizes`` lists what is too long.

The aim is far below: functions near 10 lines, modules near 150. A file is split when it has two
reasons to change, never to pass this gate.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import named, python_files, tree

MAX_FUNCTION_LINES = 60
MAX_MODULE_LINES = 400
# Migrations, schemas and tables of data are lists: their length says nothing.
EXCEPTED = ("app/db/migrations/", "/schemas")


def too_long(path: Path) -> Iterator[str]:
    """Yield a sentence for each function or module of ``path`` above its limit."""
    if any(part in named(path) for part in EXCEPTED):
        return
    module = tree(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > MAX_MODULE_LINES:
        yield f"{named(path)}: {lines} lines, at most {MAX_MODULE_LINES}"
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{named(path)}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"


def main() -> int:
    """Print what is too long; return 1 if there is any."""
    found = [line for path in python_files() for line in too_long(path)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
