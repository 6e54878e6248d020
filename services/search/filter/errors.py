"""Why a filter cannot be read, and where."""

_SHOWN = 60  # characters of a long filter that are shown around the fault


class FilterError(ValueError):
    """A fault in a filter; ``column`` counts from 1."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column = column
        self.reason = reason


def pointed(text: str, error: FilterError) -> list[str]:
    """Return the sentence of ``error``, and the place in ``text`` with a caret under it."""
    place = min(error.column - 1, len(text))
    begin = max(0, place - _SHOWN // 2)
    line = text[begin : begin + _SHOWN].translate({9: " ", 10: " ", 13: " "})
    return [str(error), f"{line}\n{' ' * (place - begin)}^"]
