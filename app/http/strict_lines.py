"""Lines of a request's head, strictly by RFC 9112: each ends in CR LF, and none is folded.

h11 takes a bare LF and a folded line, as that RFC allows (2.2, 5.2). A proxy in front of us may
read the same bytes as another request, so here they are refused.
"""

import re

import h11
from h11._receivebuffer import ReceiveBuffer

_BARE_OR_FOLDED = re.compile(rb"(?<!\r)\n|\n[ \t]")


class StrictLines(ReceiveBuffer):
    """What h11 has received of a connection, whose heads have only plain lines."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return the lines of a whole head, None for none yet. Raises RemoteProtocolError."""
        held = bytes(self._data)
        lines = super().maybe_extract_lines()
        taken = held[: len(held) - len(self._data)]
        if lines is not None and _BARE_OR_FOLDED.search(taken):
            raise h11.RemoteProtocolError("a line ends without CR or is folded")
        return lines


def keep_lines_strict(connection: h11.Connection) -> None:
    """Refuse from now on what is not one plain line after another."""
    connection._receive_buffer = StrictLines()  # h11 has no setting for it
