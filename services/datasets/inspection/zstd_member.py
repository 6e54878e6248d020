"""A member of a zip that is packed with Zstandard (method 93), which zipfile of Python 3.11 lacks.

The directory of the zip is still read by zipfile; only the unpacking is done here, by pyarrow.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

HEADER = struct.Struct("<4s22xHH")  # of a member: its mark, and how long name and extra field are
MARK = b"PK\x03\x04"


def zstd_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """Return the unpacked bytes of a member as a stream, to be closed.

    It ends at the size that the directory declares. Raises BadZipFile, here or while it is read,
    where bytes, size or check sum are not those.
    """
    file = Path(str(opened.filename)).open("rb")  # noqa: SIM115 (the stream closes it)
    try:
        return io.BufferedReader(_Unpacked(_packed(file, info), info))
    except (zipfile.BadZipFile, OSError):
        file.close()
        raise


def _packed(file: IO[bytes], info: zipfile.ZipInfo) -> "_PackedBytes":
    file.seek(info.header_offset)
    head = file.read(HEADER.size)
    if len(head) < HEADER.size or not head.startswith(MARK):
        raise zipfile.BadZipFile("a member does not begin where the directory says")
    _, name_length, extra_length = HEADER.unpack(head)
    file.seek(name_length + extra_length, io.SEEK_CUR)
    return _PackedBytes(file, info.compress_size)


class _PackedBytes(io.RawIOBase):
    """The next ``left`` bytes of a file, which it closes."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        super().__init__()
        self._file, self._left = file, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """What a member holds, counted and summed as it is read."""

    def __init__(self, packed: _PackedBytes, info: zipfile.ZipInfo) -> None:
        import pyarrow as pa

        super().__init__()
        self._damage = (pa.ArrowInvalid, OSError)
        self._packed = packed
        self._stream = pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd")
        self._left, self._sum, self._expected = info.file_size, 0, info.CRC

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._next(min(len(buffer), self._left)) if self._left else b""
        self._left -= len(data)
        self._sum = zlib.crc32(data, self._sum)
        buffer[: len(data)] = data
        if not data:
            self._check_end()
        return len(data)

    def _next(self, size: int) -> bytes:
        try:
            return bytes(self._stream.read(size))
        except self._damage:
            raise zipfile.BadZipFile("the packed bytes are damaged") from None

    def _check_end(self) -> None:
        if self._left or self._sum != self._expected or self._next(1):
            raise zipfile.BadZipFile("size or check sum are not those of the directory")

    def close(self) -> None:
        self._stream.close()
        self._packed.close()
        super().close()
