"""Bodies unpacked piece by piece, never beyond a limit: what is packed may be a bomb.

httpx unpacks each piece as a whole, 64 kB into 64 MB. Only gzip and deflate are accepted; a server
that sends another coding than was offered (RFC 9110, 12.5.3) is not read.
"""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.sites.errors import PageUnreadable

ACCEPTED = "gzip, deflate"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS  # what some servers call deflate
_GZIP_MARK = b"\x1f\x8b"
_MAX_MEMBERS = 100  # of one gzip file; each one more copies what is left


class Unpacker:
    """Unpacks one body, of which at most ``limit`` bytes are given out; then it ``is_full``."""

    def __init__(self, coding: str, limit: int) -> None:
        self.is_full = False
        self._room = limit
        self._is_plain = coding in ("", "identity")
        self._codec = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._is_first = True
        self._members_left = _MAX_MEMBERS
        if not self._is_plain and coding not in ("gzip", "x-gzip", "deflate"):
            raise PageUnreadable("The page is packed with a method that was not offered.")

    def feed(self, piece: bytes) -> bytes:
        """Return what ``piece`` unpacks to, up to the limit. Raises PageUnreadable."""
        out = piece if self._is_plain else self._unpacked(piece)
        self.is_full = self.is_full or len(out) > self._room
        out = out[: self._room]
        self._room -= len(out)
        return out

    def finish(self) -> None:
        """Check that nothing is missing. Raises PageUnreadable."""
        if not (self._is_plain or self._is_first or self._codec.eof):
            raise PageUnreadable("The packed page ends too early.")

    def _unpacked(self, piece: bytes) -> bytes:
        try:
            return self._members(piece)
        except zlib.error:
            raise PageUnreadable("The page says that it is packed, and is not.") from None

    def _members(self, piece: bytes) -> bytes:
        """Unpack what may be several members of gzip, at most one byte beyond the limit."""
        out = bytearray(self._first(piece) if self._is_first else self._some(piece, 0))
        self._is_first = self._is_first and not piece
        while self._codec.eof and self._codec.unused_data.startswith(_GZIP_MARK):
            self._members_left -= 1
            if self._members_left < 0:
                raise PageUnreadable("The page is packed in more parts than any page is.")
            rest = self._codec.unused_data
            self._codec = zlib.decompressobj(_GZIP_OR_ZLIB)
            out += self._some(rest, len(out))
        return bytes(out)

    def _first(self, piece: bytes) -> bytes:
        try:
            return self._some(piece, 0)
        except zlib.error:
            self._codec = zlib.decompressobj(_RAW)
            return self._some(piece, 0)

    def _some(self, piece: bytes, already: int) -> bytes:
        return self._codec.decompress(piece, max(self._room - already, 0) + 1)


@dataclass(frozen=True)
class BodyLimits:
    """Most bytes of a body as it comes and as it is; beyond them it is cut, or no body at all."""

    packed: int
    unpacked: int
    cuts: bool = False


async def unpacked(
    pieces: AsyncIterator[bytes], coding: str, limits: BodyLimits
) -> tuple[bytes, int]:
    """Return a body and how many bytes came. Raises PageUnreadable."""
    unpacker, body, packed = Unpacker(coding, limits.unpacked), bytearray(), 0
    async for piece in pieces:
        packed += len(piece)
        body += unpacker.feed(piece)
        if unpacker.is_full or packed > limits.packed:
            if limits.cuts:
                return bytes(body), packed
            raise PageUnreadable("The page is larger than a page that is analysed may be.")
    unpacker.finish()
    return bytes(body), packed
