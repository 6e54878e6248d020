"""``python -m workers.superlink ID``: the SuperLink of one federation, until SIGTERM."""

import os
import signal
import sys

import click
import structlog

from app.db.engine import Database
from app.log import configure_logging
from app.settings import Settings
from services.federations.folder import FederationFolder
from services.federations.registry import note_problem
from services.runs.engine.environment import silence

log = structlog.get_logger(__name__)


@click.command()
@click.argument("federation", type=int)
def main(federation: int) -> None:
    """Serve the sites of one federation."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    silence()
    folder = FederationFolder(settings.home, federation)
    os.environ["FLWR_HOME"] = str(folder.path / "flower")
    from services.federations.engine.superlink import PortTakenError, serve

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor
    database = Database(settings.database_url, pool_size=3)
    try:
        serve(database, federation, folder)
    except PortTakenError as error:
        note_problem(database, federation, str(error))
        log.error(str(error))
        sys.exit(1)
    finally:
        database.close()


if __name__ == "__main__":
    main()
