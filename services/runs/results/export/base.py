"""What every export is: a report in, a file out."""

from dataclasses import dataclass
from typing import Protocol

from services.runs.results.report.contents import RunReport

VARIANTS = ("safe", "raw")
COLUMNS = ("history", "all")


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """``safe`` keeps a spreadsheet from computing a name; ``all`` columns are every series."""

    variant: str = "safe"
    columns: str = "history"


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file to hand out."""

    content: bytes
    media_type: str
    filename: str


class Exporter(Protocol):
    """One form in which a run can leave."""

    prefix: str
    media_type: str
    extension: str

    def export(self, report: RunReport, options: ExportOptions) -> bytes:
        """Return the file.

        Raises NotFound where there is nothing to put into it.
        """
        ...
