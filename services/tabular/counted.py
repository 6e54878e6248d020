"""A count in a sentence: "1 row has", "7 rows have"."""


def counted(count: int, one: str, many: str) -> str:
    """Return the text of one, or that of many with the count in the place of {n}."""
    return one if count == 1 else many.format(n=count)
