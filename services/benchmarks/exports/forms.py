"""The forms in which a whole run can leave, each written to a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from app import strict_json
from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from services.benchmarks.exports.items import export as items
from services.benchmarks.exports.page.page import report_page
from services.benchmarks.exports.report import report_of

Write = Callable[[Database, BenchmarkRun, str, Path], BinaryIO]


@dataclass(frozen=True, kw_only=True)
class ExportForm:
    """``ending`` is what a file's name has behind the number of its run."""

    extension: str
    ending: str
    media_type: str
    write: Write


def _json(database: Database, run: BenchmarkRun, language: str, folder: Path) -> BinaryIO:
    return _file(folder, strict_json.dump_bytes(report_of(database, run, language)))


def _html(database: Database, run: BenchmarkRun, language: str, folder: Path) -> BinaryIO:
    return _file(folder, report_page(database, run, language).encode())


def _items_in(form: items.ItemForm) -> Write:
    return lambda database, run, _, folder: items.written_items(database, run, form, folder)


def _file(folder: Path, content: bytes) -> BinaryIO:
    """Return a file without a name that holds ``content``, at its beginning."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file: BinaryIO = TemporaryFile(dir=folder)  # noqa: SIM115 - whoever sends it closes it
    file.write(content)
    file.seek(0)
    return file


FORMS: Mapping[str, ExportForm] = {
    "json": ExportForm(
        extension="json", ending=".json", media_type="application/json", write=_json
    ),
    "html": ExportForm(extension="html", ending=".html", media_type="text/html", write=_html),
    **{
        form.extension: ExportForm(
            extension=form.extension,
            ending=f"-items.{form.extension}",
            media_type=form.media_type,
            write=_items_in(form),
        )
        for form in (items.CSV, items.PARQUET)
    },
}
