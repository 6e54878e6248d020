"""Imports what the programs of an attacked host need, in the one process they are forked from.

Nothing may run in it: threads, connections and files begin in the forked ones.
"""

import importlib
import os

from sqlalchemy.orm import configure_mappers

from app.process import importing

PID = os.getpid()  # of the one that imported this, which the forked ones have as their parent
MODULES = (
    "alembic.command",  # by who migrates: the web process
    "harness.chaos.model_server",
    "harness.chaos.process",
    "harness.chaos.web",
    "hypercorn.asyncio",
    "hypercorn.config",
    "wsgi",
)

with importing():
    for module in MODULES:
        importlib.import_module(module)
    configure_mappers()
