"""Decides what a row without a readable time is: a comment, a heading, a footer or a fault."""

from dataclasses import dataclass, field

from services.tabular.errors import UnreadableTable
from services.tabular.plan import Plan
from services.tabular.reading import MAX_ROWS_LISTED
from services.tabular.separator import CANDIDATES
from services.tabular.time_shapes import shape_of

MAX_FOOTERS = 20


@dataclass
class Listed:
    """How many rows there are of a kind, and the first lines of them."""

    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count a row."""
        self.count += 1
        if len(self.rows) < MAX_ROWS_LISTED:
            self.rows.append(line)


@dataclass(frozen=True)
class BadRow:
    """A row whose time cannot be read: its line, its cells, whether it looks like a time."""

    line: int
    time: str
    cells: tuple[str, ...]
    has_form: bool
    is_cut: bool


@dataclass
class BadRows:
    """Sorts the rows of a file that have no readable time, in file order.

    Rows that are no times wait until the file ends, where they are footers; a row of data after
    them makes the first of them a fault.
    """

    plan: Plan
    skip: bool
    comments: Listed = field(default_factory=Listed)
    repeated: Listed = field(default_factory=Listed)
    footers: Listed = field(default_factory=Listed)
    skipped: Listed = field(default_factory=Listed)
    truncated: int | None = None
    _waiting: list[BadRow] = field(default_factory=list)

    def add(self, row: BadRow) -> None:
        """Take the next bad row. Raises ``UnreadableTable`` for a time that does not exist."""
        if not any(cell.strip() for cell in row.cells):
            return
        if row.cells[0].lstrip().startswith(("#", "//")):
            self.comments.add(row.line)
        elif self._is_heading(row):
            self._refuse_other_order(row)
            self.repeated.add(row.line)
        elif row.is_cut and not row.has_form and row.time[:1].isdigit():
            self.truncated = row.line
        elif self.skip:
            self.skipped.add(row.line)
        elif (
            row.has_form
            or shape_of(row.time)
            or self._other_separator(row)
            or len(self._waiting) >= MAX_FOOTERS
        ):
            self._refuse(self._waiting[0] if self._waiting else row)
        else:
            self._waiting.append(row)

    def good_row_follows(self) -> None:
        """Note that data follows: what waits is no footer."""
        if self._waiting:
            self._refuse(self._waiting[0])

    def end(self) -> None:
        """Note that the file ends: what waits are footers."""
        for row in self._waiting:
            self.footers.add(row.line)

    def _is_heading(self, row: BadRow) -> bool:
        cells = tuple(cell.strip() for cell in row.cells)
        if cells in self.plan.heading:
            return True
        filled = [cell for cell in cells if cell]
        return len(filled) > 1 and set(filled) <= set(self.plan.names)

    def _refuse_other_order(self, row: BadRow) -> None:
        """Raise for a heading that names the columns in another order than the first one."""
        cells = [cell.strip() for cell in row.cells]
        names = self.plan.names
        if tuple(cells) in self.plan.heading or not any(names):
            return
        for column, (cell, name) in enumerate(zip(cells, names, strict=False), start=1):
            if cell and cell != name:
                raise UnreadableTable(
                    "changed_header",
                    f"the header here has {cell[:40]!r} where the first one has {name[:40]!r}. Put "
                    "the columns into one order, or upload the two parts as files of their own.",
                    row=row.line,
                    column=column,
                )

    def _other_separator(self, row: BadRow) -> str | None:
        """Return the sign that parts this row, if it is not that of the file."""
        if row.has_form or len(row.cells) != 1:
            return None
        others = (sign for sign in CANDIDATES if sign != self.plan.separator and sign in row.time)
        return next((s for s in others if any(map(shape_of, row.time.split(s)))), None)

    def _refuse(self, row: BadRow) -> None:
        column = self.plan.time.columns[0] + 1
        text = row.time[:40]
        if sign := self._other_separator(row):
            raise UnreadableTable(
                "mixed_separators",
                f"columns are parted by {self.plan.separator!r} above and by {sign!r} here.",
                row=row.line,
                column=1,
            )
        if not row.has_form and shape_of(row.time):
            raise UnreadableTable(
                "mixed_time_formats",
                f"{text!r} is written in another way than the times above "
                f"({self.plan.time.form.name}).",
                row=row.line,
                column=column,
            )
        what = f"{text!r} is no time" if text else "the time is missing"
        raise UnreadableTable(
            "bad_time",
            f"{what} in the format {self.plan.time.form.name}. Correct it, or choose to skip "
            "unreadable rows.",
            row=row.line,
            column=column,
        )
