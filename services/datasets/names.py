"""How datasets and weights may be called."""

from pathlib import PurePosixPath

from app.errors import Invalid

LONGEST_NAME = 200


def checked_name(text: str) -> str:
    """Return the name on one line; raise Invalid for an empty, over-long or unprintable one."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        detail = f"Give a name of 1 to {LONGEST_NAME} printable characters."
        raise Invalid(detail, errors={"name": [detail]})
    return name


def name_of_upload(given: str | None, filename: str | None, otherwise: str) -> str:
    """Return what an upload is called: as its owner says, or else as its file; raises Invalid."""
    return checked_name(given) if given else name_of_file(filename, otherwise)


def name_of_file(filename: str | None, otherwise: str) -> str:
    """Return a name made from that of an uploaded file, which is never used as a path."""
    stem = PurePosixPath((filename or "").replace("\\", "/")).stem
    printable = "".join(letter if letter.isprintable() else " " for letter in stem)
    return " ".join(printable.split())[:LONGEST_NAME].strip() or otherwise
