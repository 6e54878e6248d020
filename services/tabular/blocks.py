"""Yields a file as blocks of whole lines in UTF-8 with single line feeds, whatever it was."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.tabular.encoding import Encoding
from services.tabular.errors import UnreadableTable

BLOCK_BYTES = 4 * 1024 * 1024
MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass
class TextBlock:
    """Whole lines: UTF-8, each ended by a line feed except perhaps the file's last one."""

    data: bytes
    first_line: int
    is_last: bool

    @cached_property
    def feeds(self) -> NDArray[np.int64]:
        """Where the line feeds are."""
        return np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord("\n"))

    @property
    def lines(self) -> int:
        """How many line feeds there are."""
        return len(self.feeds)


def count_byte(data: bytes, byte: bytes) -> int:
    """Return how often a byte occurs; quicker than ``bytes.count`` where it occurs often."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == byte[0]))


@dataclass
class LineEnds:
    """Which line ends there are, and which lines held NUL or bytes of another encoding.

    ``crlf``, ``lf`` and ``cr`` are 0 only where no line ends in that way.
    """

    crlf: int = 0
    lf: int = 0
    cr: int = 0
    nul_rows: list[int] = field(default_factory=list)
    nul_count: int = 0
    foreign_rows: list[int] = field(default_factory=list)
    foreign_count: int = 0

    @property
    def newline(self) -> str:
        """The line end of the file, or "mixed"."""
        kinds = [text for text, n in (("\r\n", self.crlf), ("\n", self.lf), ("\r", self.cr)) if n]
        if len(kinds) > 1:
            return "mixed"
        return kinds[0] if kinds else "\n"


class TextBlocks:
    """Reads ``path`` once per iteration; ``ends`` is complete after a whole iteration."""

    def __init__(self, path: Path, encoding: Encoding, block_bytes: int = BLOCK_BYTES) -> None:
        self._path, self._encoding, self._size = path, encoding, block_bytes
        self.ends = LineEnds()

    def __iter__(self) -> Iterator[TextBlock]:
        self.ends = LineEnds()
        line, rest = 1, b""
        for piece, is_last in self._unified():
            cut = piece.rfind(b"\n") + 1
            if is_last:
                block, rest = rest + piece, b""
            elif cut:
                block, rest = rest + piece[:cut], piece[cut:]
            else:
                block, rest = b"", rest + piece
            if len(rest) > MAX_LINE_BYTES:
                raise UnreadableTable(
                    "line_too_long", f"The line has over {MAX_LINE_BYTES} bytes.", row=line
                )
            block = self._clean(block, line)
            whole = TextBlock(block, line, is_last)
            if block or is_last:
                yield whole
            line += whole.lines

    def _raw(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._encoding.bom_bytes)
            while piece := file.read(self._size):
                yield piece

    def _recoded(self) -> Iterator[bytes]:
        name = self._encoding.name
        if name in ("utf-8", "ascii"):
            yield from self._raw()
            return
        decoder = codecs.getincrementaldecoder(name)("replace")
        for piece in self._raw():
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")

    def _unified(self) -> Iterator[tuple[bytes, bool]]:
        """Yield pieces whose line ends are all line feeds; a CR at an end waits for its LF."""
        held = b""
        for piece in self._recoded():
            data = held + piece
            held = b"\r" if data.endswith(b"\r") else b""
            yield self._line_feeds(data[: len(data) - len(held)]), False
        yield self._line_feeds(held), True

    def _line_feeds(self, data: bytes) -> bytes:
        if b"\r" not in data:
            self.ends.lf += b"\n" in data  # one is enough to know that there are such lines
            return data
        feeds = count_byte(data, b"\n")
        pairs = data.count(b"\r\n")
        self.ends.crlf += pairs
        self.ends.lf += feeds - pairs
        data = data.replace(b"\r\n", b"\n")
        if lone := data.count(b"\r"):
            self.ends.cr += lone
            data = data.replace(b"\r", b"\n")
        return data

    def _clean(self, block: bytes, line: int) -> bytes:
        if b"\0" in block:
            block = self._without_nul(block, line)
        if block.isascii():
            return block
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return self._with_foreign_lines(block, line)
        return block

    def _without_nul(self, block: bytes, line: int) -> bytes:
        for number, text in enumerate(block.split(b"\n"), start=line):
            if b"\0" in text:
                self.ends.nul_count += 1
                if len(self.ends.nul_rows) < 20:
                    self.ends.nul_rows.append(number)
        return block.replace(b"\0", b"")

    def _with_foreign_lines(self, block: bytes, line: int) -> bytes:
        """Read lines that are no UTF-8 as Windows-1252: two exports joined into one file."""
        lines = block.split(b"\n")
        for position, text in enumerate(lines):
            try:
                text.decode("utf-8")
            except UnicodeDecodeError:
                lines[position] = text.decode("cp1252", "replace").encode()
                self.ends.foreign_count += 1
                if len(self.ends.foreign_rows) < 20:
                    self.ends.foreign_rows.append(line + position)
        return b"\n".join(lines)
