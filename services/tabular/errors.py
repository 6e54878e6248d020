"""What a person reads about a table that cannot be read."""

from app.errors import Invalid, Unavailable


class UnreadableTable(Invalid):
    """The file cannot be read as it is; ``row`` and ``column`` say where it is wrong.

    Rows are physical lines as an editor counts them and columns count from 1; None where the
    fault has no place. ``kind`` is stable, the message is for people.
    """

    code = "unreadable_table"

    def __init__(
        self, kind: str, message: str, *, row: int | None = None, column: int | None = None
    ) -> None:
        place = _place(row, column)
        detail = f"{place}: {message}" if place else message
        super().__init__(detail, errors={"file": [detail]})
        self.kind = kind
        self.message = message
        self.row = row
        self.column = column

    def to_json(self) -> dict[str, object]:
        """Return what a client needs to show the fault at its place."""
        return {
            "kind": self.kind,
            "message": self.message,
            "row": self.row,
            "column": self.column,
        }


class TableReaderUnavailable(Unavailable):
    """The process that reads tables broke; the file may be good."""

    code = "table_reader_unavailable"


def _place(row: int | None, column: int | None) -> str:
    parts = []
    if row is not None:
        parts.append(f"Row {row}")
    if column is not None:
        parts.append(f"column {column}" if parts else f"Column {column}")
    return ", ".join(parts)
