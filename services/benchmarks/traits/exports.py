"""Traits as a CSV file."""

from sqlalchemy import select

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.persona import Trait
from services.benchmarks.csv_files import written_csv

COLUMNS = (
    "code",
    "adjective",
    "adjective_de",
    "category",
    "valence",
    "is_active",
    "case_template",
)


def export_traits(database: Database, actor: Actor) -> bytes:
    """Return every trait that the actor may see; the file can be imported again."""
    query = select(Trait).where(visible(Trait, actor)).order_by(Trait.id)
    with database.read() as session:
        rows = session.scalars(query).all()
    return written_csv(COLUMNS, ({name: getattr(row, name) for name in COLUMNS} for row in rows))
