"""Deleting what an upload of weights left behind when its process was killed."""

from app.db.engine import Database
from app.storage import ObjectStore
from services.datasets.sweep import sweep_objects
from services.weights import repository
from services.weights.create import PREFIX


def sweep_weights(database: Database, store: ObjectStore) -> int:
    """Delete day-old objects that no weights point at; return how many."""
    return sweep_objects(database, store, PREFIX, repository.is_kept)
