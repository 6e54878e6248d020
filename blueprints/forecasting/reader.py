"""How the routes read a file of a session: in a child process, unless the app brings a reader."""

from quart import current_app

from services.forecasting.files.create import Reader
from services.forecasting.files.early import read_head_in_child
from services.forecasting.files.parts import Join
from services.forecasting.files.reading import read_in_child
from services.tabular.join import join_values

READER = "series_reader"
JOINER = "series_joiner"


def series_reader() -> Reader:
    """Return what reads files for this app."""
    reader: Reader = current_app.extensions.get(READER, read_in_child)
    return reader


def early_reader() -> Reader:
    """Return what reads the beginning of a file for this app, within narrower limits."""
    reader: Reader = current_app.extensions.get(READER, read_head_in_child)
    return reader


def series_joiner() -> Join:
    """Return what merges the values of two files for this app."""
    join: Join = current_app.extensions.get(JOINER, join_values)
    return join
