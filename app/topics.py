"""Names such as ``run:7``: what topics, jobs and the audit log call one resource of a kind."""

from app.ids import MAX_ID


def name_of(kind: str, number: int) -> str:
    """Return the name of resource ``number`` of ``kind``."""
    return f"{kind}:{number}"


def id_of(kind: str, name: str) -> int:
    """Return the number in a ``name`` of this kind; raises ValueError where it is none."""
    number = number_of(kind, name)
    if number is None:
        raise ValueError(f"{name!r} names no {kind}.")
    return number


def number_of(kind: str, name: str) -> int | None:
    """Return the number in a ``name`` of this kind, None where ``name_of`` never wrote it."""
    prefix, _, digits = name.partition(":")
    if prefix != kind or not (digits.isascii() and digits.isdigit()) or len(digits) > 19:
        return None
    number = int(digits)
    return number if str(number) == digits and 1 <= number <= MAX_ID else None
