"""The three forms of a session's id, and the id of a file.

Clients name sessions: by a UUID, as ``session_<digits>_<letters and digits>``, or as
``session_<UUID>``. The server's own name is a UUID too; given a UUID, the two are equal.
"""

import re
import uuid

from services.forecasting.errors import BadSessionId

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PLAIN = re.compile(_UUID)
_NAMED = re.compile(rf"session_(?:{_UUID}|[0-9]{{1,20}}_[A-Za-z0-9]{{1,60}})")


def checked_session_id(text: object, field: str = "sessionId") -> str:
    """Return the id as it is stored; a UUID in lower case. Raises BadSessionId."""
    from services.forecasting.domain.numbers import shown

    if isinstance(text, str) and _PLAIN.fullmatch(text):
        return text.lower()
    if isinstance(text, str) and _NAMED.fullmatch(text):
        return text
    forms = "a UUID, session_<digits>_<letters> or session_<UUID>"
    raise BadSessionId(field, f"{field} is {shown(text, 60)}, but it must be {forms}.")


def number_of(text: object) -> int | None:
    """Return the number of a session in our own addresses, None where ``text`` is none."""
    digits = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 15
    return int(text) if digits and isinstance(text, str) else None


def is_uuid(text: str) -> bool:
    """Return whether ``text`` is a UUID."""
    return _PLAIN.fullmatch(text) is not None


def server_uuid(wire_id: str) -> str:
    """Return the server's name for a new session of that id."""
    return wire_id if is_uuid(wire_id) else str(uuid.uuid4())
