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
        detail = _placed(message, row, column)
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


def _placed(message: str, row: int | None, column: int | None) -> str:
    if row is None:
        return message if column is None else f"Column {column}: {message}"
    return f"Row {row}: {message}" if column is None else f"Row {row}, column {column}: {message}"
