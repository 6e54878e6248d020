"""Takes a sample of a file: its beginning, and pieces from all over a large one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.tabular.blocks import TextBlocks
from services.tabular.encoding import Encoding
from services.tabular.errors import UnreadableTable
from services.tabular.records import MAX_QUOTED_LINES, Record, records_of, split_quoted

HEAD_BYTES = 512 * 1024
_PIECES = 40
_PIECE_BYTES = 16 * 1024
MAX_RECORDS = 2000
_FEW_LINES = 20
MAX_CELLS = 200_000


@dataclass(frozen=True)
class Sample:
    """The first lines, and whole lines from further on whose numbers are not known."""

    head: str
    is_whole: bool
    spread: tuple[str, ...]
    ends_with_newline: bool


def take_sample(path: Path, encoding: Encoding) -> Sample:
    """Return the beginning of the file as text with line feeds, and lines from its rest."""
    is_small = path.stat().st_size <= HEAD_BYTES
    data, is_whole = b"", False
    for block in TextBlocks(path, encoding, HEAD_BYTES):
        data, is_whole = data + block.data, block.is_last
        if data.count(b"\n") >= _FEW_LINES and not is_small:
            break
    if not data.strip():
        raise UnreadableTable("empty_file", "The file is empty: it has only blank lines.")
    head = data.decode("utf-8", "replace")
    spread = (*_beyond_head(head), *(() if is_whole else _spread(path, encoding)))
    return Sample(head, is_whole, spread, data.endswith(b"\n"))


def _beyond_head(text: str) -> list[str]:
    """Return the lines of the beginning that are too many to be looked at one by one."""
    return text.split("\n")[MAX_RECORDS:-1]


def _spread(path: Path, encoding: Encoding) -> Iterator[str]:
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        for number in range(_PIECES):
            place = HEAD_BYTES + (size - HEAD_BYTES) * (number + 1) // (_PIECES + 1)
            file.seek(place - place % 4 + encoding.bom_bytes % 4)
            text = file.read(_PIECE_BYTES).decode(encoding.name, "replace")
            yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[1:-1]


def head_records(sample: Sample, separator: str) -> list[Record]:
    """Return the records of the head. Raises ``UnreadableTable`` for a quote never closed."""
    collected: list[Record] = []
    cells = 0
    records = records_of(sample.head, separator, 1)
    try:
        for record in records:
            collected.append(record)
            cells += record.width
            if len(collected) >= MAX_RECORDS or cells >= MAX_CELLS:
                break
    except UnreadableTable as error:
        # the head may end inside a quoted cell of many lines
        follow = sample.head.count("\n") - (error.row or 0)
        if sample.is_whole or not collected or follow > MAX_QUOTED_LINES:
            raise
    return collected


def spread_records(sample: Sample, separator: str) -> list[Record]:
    """Return records from further on; their lines are 0."""
    collected = []
    for line in sample.spread[:: max(1, len(sample.spread) // MAX_RECORDS)]:
        cells, opened = (
            split_quoted(line, separator) if '"' in line else (line.split(separator), None)
        )
        if opened is None:
            collected.append(Record(0, cells))
    return collected
