"""The frames of a TensorBoard event file: length, check sum, content, check sum.

A writer that died leaves its last frame cut off. What stands before it is whole, so it counts.
Frames come from a stream, one at a time: an event file may be larger than the memory.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import google_crc32c

HEAD, FOOT = 12, 4
MAX_READ = 16 * 1024 * 1024  # bytes; numbers are small, what is larger is a picture or a graph
_CHUNK = 1024 * 1024
_MASK = 0xA282EAD8


class RecordError(ValueError):
    """A frame is damaged; the message says where."""


@dataclass
class Records:
    """The contents of the frames of ``stream``; ``note`` says why reading ended early, if it did.

    ``too_large`` counts the frames that were passed over.
    """

    stream: IO[bytes]
    note: str | None = field(default=None, init=False)
    too_large: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[bytes]:
        """Yield each content.

        Raises RecordError when the very first frame is damaged: then this is no event file.
        """
        at = 0
        while head := self.stream.read(HEAD):
            try:
                length = _length(head)
                content = self._content(length)
            except RecordError as error:
                if at == 0:
                    raise RecordError(f"byte 0: {error}") from None
                self.note = f"byte {at}: {error}; what stands before it was read"
                return
            if content is not None:
                yield content
            at += HEAD + length + FOOT

    def _content(self, length: int) -> bytes | None:
        """Return the content, None for one that is too large; raises RecordError."""
        if length > MAX_READ:
            self._pass_over(length + FOOT)
            return None
        frame = self.stream.read(length + FOOT)
        if len(frame) < length + FOOT:
            raise RecordError("the last record is cut off")
        content = frame[:length]
        if masked_crc(content) != struct.unpack("<I", frame[length:])[0]:
            raise RecordError("a record is damaged")
        return content

    def _pass_over(self, length: int) -> None:
        self.too_large += 1
        while length:
            skipped = len(self.stream.read(min(length, _CHUNK)))
            if not skipped:
                raise RecordError("the last record is cut off")
            length -= skipped


def _length(head: bytes) -> int:
    if len(head) < HEAD:
        raise RecordError("the last record is cut off")
    length, check = struct.unpack("<QI", head)
    if masked_crc(head[:8]) != check:
        raise RecordError("a record is damaged")
    return int(length)


def masked_crc(data: bytes) -> int:
    """Return the CRC-32C of ``data``, turned and shifted as these files keep it.

    Formula: ((crc >> 15) | (crc << 17)) + 0xa282ead8, modulo 2**32 (TFRecord's description).
    """
    crc = int(google_crc32c.value(data))
    turned = ((crc >> 15) | (crc << 17)) & 0xFFFFFFFF
    return (turned + _MASK) & 0xFFFFFFFF
