"""An MLflow database that was damaged on its way is read or refused, never a raw exception."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from services.imports.errors import ImportRefused
from services.imports.formats import opened
from services.imports.types import Candidate
from tests.factories.mlflow_files import TrackingFile

PAGE = 4096
SCHEMA = range(3 * PAGE)  # the header, and where SQLite keeps the statements that made the tables


def cut_off(content: bytearray, dice: random.Random) -> None:
    del content[dice.randrange(len(content)) :]


def flip_bits(content: bytearray, dice: random.Random) -> None:
    written = [place for place, byte in enumerate(content) if byte]
    for place in dice.choices(written, k=dice.randrange(1, 20)):
        content[place] ^= 1 << dice.randrange(8)


def overwrite(content: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randrange(1, 30)):
        content[dice.randrange(len(content))] = dice.randrange(256)


def damage_heads_of_pages(content: bytearray, dice: random.Random) -> None:
    start = PAGE * dice.randrange(len(content) // PAGE)
    for _ in range(dice.randrange(1, 6)):
        content[start + dice.randrange(16)] = dice.randrange(256)


def damage_the_schema(content: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randrange(1, 10)):
        content[dice.choice(SCHEMA)] = dice.randrange(128, 256)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a good database of two runs."""
    file = TrackingFile(tmp_path_factory.mktemp("whole") / "mlflow.db")
    for run in ("r1", "r2"):
        file.run(run, f"the run {run}")
        file.metric(run, "loss", *((step, 0.5) for step in range(60)))
        file.insert("params", ("lr", "0.1", run))
        file.insert("tags", ("mlflow.note.content", "# Why", run), ("site", "north", run))
    return file.close().read_bytes()


def refusal_of(path: Path) -> str | None:
    """Read every run of the file; return why it is refused, None where it is not."""
    try:
        _, candidates = opened("mlflow", path, "mine")
        for one in candidates:
            if isinstance(one, Candidate):
                one.read()
    except ImportRefused as refusal:
        return refusal.detail
    return None


@pytest.mark.parametrize(
    "damage", [cut_off, flip_bits, overwrite, damage_heads_of_pages, damage_the_schema]
)
def test_a_damaged_database_is_read_or_refused_in_a_sentence(
    whole: bytes, tmp_path: Path, damage: Callable[[bytearray, random.Random], None]
) -> None:
    dice, path = random.Random(12), tmp_path / "mlflow.db"
    path.write_bytes(whole)
    assert refusal_of(path) is None
    refusals = set()
    for _ in range(40):
        content = bytearray(whole)
        damage(content, dice)
        path.write_bytes(content)
        refusals.add(refusal_of(path))
    sentences = [one for one in refusals if one is not None]
    assert sentences
    assert all(one.endswith(".") and one.isprintable() for one in sentences)
