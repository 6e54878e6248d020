"""``python -m workers.sites.superlink ID``: the SuperLink of one federation, until SIGTERM."""

import os
import signal
import sys
import time

import click
import structlog

from app.db.engine import Database
from app.log import configure_logging
from app.settings import Settings
from services.engine_kit.environment import silence
from services.federations.folder import FederationFolder
from services.federations.limits import own_ports
from services.federations.registry import listening_of, note_problem

PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class CannotStartError(Exception):
    """The federation cannot be served from here; the message says what to do."""


@click.command()
@click.argument("federation", type=int)
def main(federation: int) -> None:
    """Serve the sites of one federation."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings, f"superlink-{federation}")
    silence()
    folder = FederationFolder(settings.home, federation)
    os.environ["FLWR_HOME"] = str(folder.path / "flower")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor
    database = Database(settings.database_url, pool_size=3)
    try:
        _require_keys(folder)
        _require_port(settings, listening_of(database, federation).port)
        _serve(database, federation, folder)
    except CannotStartError as error:
        note_problem(database, federation, str(error))
        log.error(str(error))
        time.sleep(PAUSE_SECONDS)  # nothing changes by itself; looking often helps nobody
        sys.exit(1)
    finally:
        database.close()


def _require_keys(folder: FederationFolder) -> None:
    if not folder.is_here:
        raise CannotStartError(
            f"The keys of this federation are not in {folder.path}. Bring that folder back from "
            "where it was, or from a backup; or make a new federation."
        )


def _require_port(settings: Settings, port: int) -> None:
    if port in own_ports(settings):
        raise CannotStartError(
            f"Port {port} cannot be used: the platform itself has it. Give the federation another "
            "port, and its sites the new address."
        )


def _serve(database: Database, federation: int, folder: FederationFolder) -> None:
    from services.federations.engine.superlink import PortTakenError, serve

    try:
        serve(database, federation, folder)
    except PortTakenError as error:
        raise CannotStartError(str(error)) from None


if __name__ == "__main__":
    main()
