"""How the routes read a file of a session: in a child process, unless the app brings a reader."""

from quart import current_app

from services.forecasting.files.create import Reader
from services.forecasting.files.reading import read_in_child

READER = "series_reader"


def series_reader() -> Reader:
    """Return what reads files for this app."""
    reader: Reader = current_app.extensions.get(READER, read_in_child)
    return reader
