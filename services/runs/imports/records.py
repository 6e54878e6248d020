"""The frames of a TensorBoard event file: length, check sum, content, check sum.

A writer that died leaves its last frame cut off. What stands before it is whole, so it counts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import google_crc32c

HEAD, FOOT = 12, 4
LARGEST_RECORD = 256 * 1024 * 1024
_MASK = 0xA282EAD8


class RecordError(ValueError):
    """A frame is damaged; the message says where."""


@dataclass
class Records:
    """The contents of the frames of ``data``; ``note`` says why reading ended early, if it did."""

    data: bytes
    note: str | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[bytes]:
        """Yield each content.

        Raises RecordError when the very first frame is damaged: then this is no event file.
        """
        at = 0
        while at < len(self.data):
            content = self._content(at)
            if content is None:
                if at == 0:
                    raise RecordError(self.note or "there is no record")
                return
            yield content
            at += HEAD + len(content) + FOOT

    def _content(self, at: int) -> bytes | None:
        try:
            return self._checked(at)
        except RecordError as error:
            self.note = f"byte {at}: {error}; what stands before it was read"
            return None

    def _checked(self, at: int) -> bytes:
        head = self.data[at : at + HEAD]
        if len(head) < HEAD:
            raise RecordError("the last record is cut off")
        length, check = struct.unpack("<QI", head)
        if masked_crc(head[:8]) != check or length > LARGEST_RECORD:
            raise RecordError("a record is damaged")
        frame = self.data[at + HEAD : at + HEAD + length + FOOT]
        if len(frame) < length + FOOT:
            raise RecordError("the last record is cut off")
        content = frame[:length]
        if masked_crc(content) != struct.unpack("<I", frame[length:])[0]:
            raise RecordError("a record is damaged")
        return content


def masked_crc(data: bytes) -> int:
    """Return the CRC-32C of ``data``, turned and shifted as these files keep it.

    Formula: ((crc >> 15) | (crc << 17)) + 0xa282ead8, modulo 2**32 (TFRecord's description).
    """
    crc = int(google_crc32c.value(data))
    turned = ((crc >> 15) | (crc << 17)) & 0xFFFFFFFF
    return (turned + _MASK) & 0xFFFFFFFF
