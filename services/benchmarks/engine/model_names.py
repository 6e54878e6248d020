"""Whether the model that answered is the one that was asked for."""

import re
from collections.abc import Collection

_SNAPSHOT = re.compile(r"[-:@_](?:latest|v?\d[\d.-]*)")


def is_same_model(name: str, answered: str | None, aliases: Collection[str] = ()) -> bool:
    """Return whether a server that calls itself ``answered`` runs the model ``name``.

    A server that names none is believed; a dated snapshot, a tag, a folder in front and another
    case are the same model; whatever else differs is an alias by setting, or another model.
    """
    if not answered or answered == name or answered in aliases:
        return True
    one, other = name.casefold(), answered.casefold()
    if one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}"):
        return True
    rest = other.removeprefix(one) if other.startswith(one) else one.removeprefix(other)
    related = other.startswith(one) or one.startswith(other)
    return related and _SNAPSHOT.fullmatch(rest) is not None
