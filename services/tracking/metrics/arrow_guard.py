"""A look at the frames of an Arrow IPC stream before a library reads it.

The library trusts what a stream says of its own size once it is unpacked. So only streams that
are not compressed pass, whose buffers lie inside of the body and cannot grow.
"""

import struct

from app.errors import BadRequest

CONTINUATION = 0xFFFFFFFF
RECORD_BATCH = 3  # MessageHeader of Message.fbs; 1 is the schema, 2 a dictionary
DICTIONARY = 2
MOST_MESSAGES = 10_000
MOST_ROWS = 1_000_000


def _refused(reason: str) -> BadRequest:
    return BadRequest(f"The body cannot be read as an Arrow stream: {reason}.")


def check_stream(content: bytes) -> None:
    """Raise BadRequest unless ``content`` is a whole, plain Arrow stream."""
    try:
        _walk(content)
    except (struct.error, IndexError):
        raise _refused("it is cut off or no Arrow IPC stream") from None


def _walk(content: bytes) -> None:
    place = rows = 0
    for _ in range(MOST_MESSAGES):
        if place == len(content):
            return
        mark, size = struct.unpack_from("<Ii", content, place)
        if mark != CONTINUATION:
            raise _refused("it is no Arrow IPC stream of version 1.0 or newer")
        if size == 0:
            return
        place += 8
        if size < 0 or place + size > len(content):
            raise _refused("it is cut off")
        body, found = _message(content[place : place + size])
        place += size + body
        rows += found
        if body < 0 or place > len(content):
            raise _refused("it is cut off")
        if rows > 2 * MOST_ROWS:  # rows and the texts of dictionaries
            raise _refused(f"it has more than {MOST_ROWS:,} rows")
    raise _refused(f"it has more than {MOST_MESSAGES:,} parts: put rows together")


def _message(table: bytes) -> tuple[int, int]:
    """Return the length of the body and how many rows a message has."""
    message = _Table.root(table)
    kind, body = message.number(1, "<B"), message.number(3, "<q")
    if kind == DICTIONARY:
        return body, _rows(message.table(2).table(1), body)
    if kind == RECORD_BATCH:
        return body, _rows(message.table(2), body)
    return body, 0


def _rows(batch: "_Table", body: int) -> int:
    if batch.offset(3):
        raise _refused("it is compressed: write it without compression")
    length = batch.number(0, "<q")
    for rows, nulls in batch.pairs(1):
        if not 0 <= nulls <= rows <= 2 * MOST_ROWS:
            raise _refused("it has too many rows")
    for begin, size in batch.pairs(2):
        if begin < 0 or size < 0 or begin + size > body:
            raise _refused("a part of it lies outside of it")
    if not 0 <= length <= 2 * MOST_ROWS:
        raise _refused("it has too many rows")
    return length


class _Table:
    """One table of a flatbuffer (https://flatbuffers.dev/internals): a list of optional fields."""

    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place
        self._fields = place - self._read("<i", place)
        self._size = self._read("<H", self._fields)

    @classmethod
    def root(cls, content: bytes) -> "_Table":
        return cls(content, struct.unpack_from("<I", content, 0)[0])

    def _read(self, kind: str, place: int) -> int:
        if place < 0:
            raise IndexError
        return int(struct.unpack_from(kind, self._content, place)[0])

    def offset(self, field: int) -> int:
        """Return where the field lies; 0 when it is left out."""
        entry = 4 + 2 * field
        if entry + 2 > self._size:
            return 0
        distance = self._read("<H", self._fields + entry)
        return self._place + distance if distance else 0

    def number(self, field: int, kind: str) -> int:
        place = self.offset(field)
        return self._read(kind, place) if place else 0

    def table(self, field: int) -> "_Table":
        place = self.offset(field)
        if not place:
            raise IndexError
        return _Table(self._content, place + self._read("<I", place))

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """Return a vector of structs of two whole numbers."""
        place = self.offset(field)
        if not place:
            return []
        place += self._read("<I", place)
        count = self._read("<I", place)
        if place + 4 + 16 * count > len(self._content):
            raise IndexError
        return list(struct.iter_unpack("<qq", self._content[place + 4 : place + 4 + 16 * count]))
