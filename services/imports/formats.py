"""The formats that runs can be imported from, each with its reader; web never imports this."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.imports.errors import ImportRefused
from services.imports.flower import read_flower
from services.imports.inspect_log import read_inspect
from services.imports.lm_eval import count_lm_eval, read_lm_eval
from services.imports.mlflow import count_mlflow, read_mlflow
from services.imports.tensorboard import count_tensorboard, read_tensorboard
from services.imports.types import Candidate, SkippedRecord


@dataclass(frozen=True, kw_only=True)
class Format:
    """How files of one kind are read: the runs in it, and beforehand how many there are."""

    read: Callable[[Path, str], Iterator[Candidate | SkippedRecord]]
    count: Callable[[Path], int]
    takes_folder: bool = False


FORMATS: dict[str, Format] = {
    "flower": Format(read=read_flower, count=lambda _: 1),
    "tensorboard": Format(read=read_tensorboard, count=count_tensorboard, takes_folder=True),
    "inspect": Format(read=read_inspect, count=lambda _: 1),
    "lm-eval": Format(read=read_lm_eval, count=count_lm_eval, takes_folder=True),
    "mlflow": Format(read=lambda path, _: read_mlflow(path), count=count_mlflow),
}


def opened(kind: str, path: Path, name: str) -> tuple[int, Iterator[Candidate | SkippedRecord]]:
    """Return how many runs lie at ``path``, and each of them; a single one is called ``name``.

    The order is always the same for the same file. Raises ImportRefused for what is not of its
    kind.
    """
    one = FORMATS[kind]
    if path.is_dir() and not one.takes_folder:
        raise ImportRefused("This is a folder: give a file.")
    return one.count(path), one.read(path, name)
