"""What is wrong with the rows of a file or a list: the same fault of one column said once."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from services.datasets.inspection.faults import row_ranges

MAX_SENTENCES = 20  # of one column
# of one row, and of several
PLACES = {
    "line": ("Line {}: {}", "Lines {}: {}"),
    "persona": ("Persona {}: {}", "Personas {}: {}"),
    "sample": ("Sample {}: {}", "Samples {}: {}"),
}


class RowFaults:
    """Faults by column, in the order in which they came; each sentence with its rows.

    ``row`` is what a row is called, one of PLACES.
    """

    def __init__(self, row: str = "line") -> None:
        self._row = row
        self._lines: dict[str, dict[str, list[int]]] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, column: str, line: int, sentence: str) -> None:
        """Note that the cell of ``column`` in ``line`` is wrong."""
        self._lines.setdefault(column, {}).setdefault(sentence, []).append(line)

    def named(self, line: int) -> str:
        """Return how a line is called within a sentence."""
        return f"{self._row} {line}"

    def by_column(self) -> dict[str, list[str]]:
        """Return sentences by column, such as "Lines 3-5, 9: 'femal' is not a known gender."."""
        return {column: self._said(known) for column, known in self._lines.items()}

    def _said(self, known: Mapping[str, list[int]]) -> list[str]:
        shown = [
            PLACES[self._row][len(lines) > 1].format(row_ranges(lines), sentence)
            for sentence, lines in list(known.items())[:MAX_SENTENCES]
        ]
        more = len(known) - len(shown)
        return [*shown, f"There are {more} more faults in this column."] if more else shown


def hint(given: str, valid: Iterable[str]) -> str:
    """Return a sentence with the nearest valid name, or with all of them where none is near."""
    by_plain = {name.casefold(): name for name in valid}
    near = get_close_matches(given.casefold()[:100], by_plain, n=1, cutoff=0.5)
    if near:
        return f"Did you mean '{by_plain[near[0]]}'?"
    names = list(by_plain.values())
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"Give one of {', '.join(names[:10])}{more}."
