"""Which parts of a file are not there yet."""

from collections.abc import Collection

MAX_NAMED = 20


def missing_numbers(total: int, there: Collection[int]) -> list[int]:
    """Return the numbers from 0 to ``total - 1`` that are not in ``there``, in order."""
    present = frozenset(there)
    return [number for number in range(total) if number not in present]


def named(numbers: list[int]) -> str:
    """Return numbers as a person reads them: runs as ``3-7``, at most 20 of them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    more = len(texts) - MAX_NAMED
    return ", ".join(texts[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
