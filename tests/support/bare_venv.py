"""A virtual environment as a stranger has it: a few packages, and nothing of Roundhouse."""

import re
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path


def bare_python(folder: Path, *packages: str) -> Path:
    """Make an environment of ``packages`` and what they require; return its Python.

    They are those of this environment, so nothing is fetched: links to their files.
    """
    venv.create(folder, symlinks=True, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    for one in _with_requirements(packages, set()):
        tops = {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}
        for top in tops:
            if not (site / top).exists():
                (site / top).symlink_to(str(one.locate_file(top)))
    return folder / "bin/python"


def _with_requirements(names: tuple[str, ...], known: set[str]) -> Iterator[Distribution]:
    for name in names:
        if name in known:
            continue
        known.add(name)
        one = distribution(name)
        yield one
        yield from _with_requirements(_required(one), known)


def _required(one: Distribution) -> tuple[str, ...]:
    lines = [line for line in one.requires or () if "extra ==" not in line]
    names = (re.match(r"[\w.-]+", line) for line in lines)
    return tuple(name[0] for name in names if name)
