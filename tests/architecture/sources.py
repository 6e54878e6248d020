"""What the architecture tests read: the tracked files of the repository, parsed once."""

import ast
import gc
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bench", "harness")
PRODUCTION = ("app", "services", "blueprints", "workers", "roundhouse", *TOOLS, "wsgi.py")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the repository that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    paths = {ROOT / name for name in listed.stdout.split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def python_files(*tops: str) -> tuple[Path, ...]:
    """Return the Python files below the folders (or files) ``tops``; production by default."""
    chosen = tops or PRODUCTION
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in chosen
    )


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file.

    The collector waits meanwhile: in Python 3.11 a finalizer that runs inside the parser makes
    it fail with "AST constructor recursion depth mismatch".
    """
    source = path.read_text(encoding="utf-8")
    gc.disable()
    try:
        return ast.parse(source, filename=str(path))
    finally:
        gc.enable()


def named(path: Path) -> str:
    """Return the path as people write it."""
    return path.relative_to(ROOT).as_posix()
