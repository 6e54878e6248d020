"""The items of a run as a file to take along."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from app import strict_json
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from services.benchmarks.exports.items.files import Write, write_csv, write_parquet
from services.benchmarks.exports.items.rows import item_batches
from services.benchmarks.resolve import visible_benchmark


@dataclass(frozen=True, kw_only=True)
class ItemForm:
    """A form in which items can leave."""

    extension: str
    media_type: str
    write: Write


PARQUET = ItemForm(
    extension="parquet", media_type="application/vnd.apache.parquet", write=write_parquet
)
CSV = ItemForm(extension="csv", media_type="text/csv", write=write_csv)


def export_items(
    database: Database, actor: Actor, run_id: str, form: ItemForm, folder: Path
) -> BinaryIO:
    """Return a file with a row per settled item, at its beginning; whoever sends it closes it.

    Raises what ``visible_benchmark`` raises.
    """
    with database.read() as session:
        run = visible_benchmark(session, actor, run_id)
    return written_items(database, run, form, folder)


def written_items(database: Database, run: BenchmarkRun, form: ItemForm, folder: Path) -> BinaryIO:
    """Return the file of ``run``, which has no name in ``folder`` and goes when it is closed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    file: BinaryIO = TemporaryFile(dir=folder)  # noqa: SIM115 - whoever sends it closes it
    form.write(file, item_batches(database, run), described(run))
    file.seek(0)
    return file


def described(run: BenchmarkRun) -> Mapping[str, str]:
    """Return what a file says about the run: number, model, manifest with its hash, revision."""
    return {
        "run_id": str(run.id),
        "run_name": run.name,
        "model": run.model_name,
        "manifest_hash": run.manifest_hash,
        "manifest": strict_json.dumps(run.manifest),
        "revision": str(run.revision),
        "platform": f"Roundhouse {run.manifest['platform']}",
    }
