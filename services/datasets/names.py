"""How datasets and weights may be called."""

from pathlib import PurePosixPath

from app.errors import Invalid
from app.unseen import is_unseen

MAX_NAME_LENGTH = 200
JOINERS = "\u200c\u200d"  # not printable by themselves; Persian words and many emoji need them


def checked_name(text: str) -> str:
    """Return the name on one line; raise Invalid for an empty, over-long or unprintable one."""
    name = " ".join(text.split())
    if is_unseen(name) or len(name) > MAX_NAME_LENGTH or not all(map(_is_shown, name)):
        detail = f"Give a name of 1 to {MAX_NAME_LENGTH} printable characters."
        raise Invalid(detail, errors={"name": [detail]})
    return name


def name_of_upload(given: str | None, filename: str | None, otherwise: str) -> str:
    """Return what an upload is called: as its owner says, or else as its file; raises Invalid."""
    return checked_name(given) if given else name_of_file(filename, otherwise)


def name_of_file(filename: str | None, otherwise: str) -> str:
    """Return a name made from that of an uploaded file, which is never used as a path."""
    stem = PurePosixPath((filename or "").replace("\\", "/")).stem
    printable = "".join(letter if _is_shown(letter) else " " for letter in stem)
    name = " ".join(printable.split())[:MAX_NAME_LENGTH].strip()
    return otherwise if is_unseen(name) else name


def _is_shown(letter: str) -> bool:
    return letter.isprintable() or letter in JOINERS
