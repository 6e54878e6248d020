"""Ids in paths are text until they have been checked, so that no form of id is a bare 404."""

from app.errors import Invalid

MAX_ID = 2**63 - 1


def parse_id(text: str, what: str = "run_id") -> int:
    """Return the id that ``text`` writes as a positive whole number.

    Raises Invalid, naming the value, for anything else.
    """
    if (
        not (text.isascii() and text.isdigit())
        or not 1 <= int(text[:20]) <= MAX_ID
        or len(text) > 19
    ):
        shown = text if len(text) <= 40 else text[:40] + "…"
        detail = f"{what} is {shown!r}: give a whole number from 1."
        raise Invalid(detail, errors={what: [detail]})
    return int(text)
