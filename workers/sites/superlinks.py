"""``python -m workers.sites.superlinks``: one SuperLink for each federation that should run.

A supervisor of its own, of which the platform's supervisor knows nothing: it starts what the
table asks for, starts again what ends, and stops what should not run any more.
"""

import os
import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from app import pulse
from app.db.engine import Database
from app.log import configure_logging
from app.outages import report_failure
from app.settings import Settings
from app.supervisor.child import Child, Program, end
from app.supervisor.signals import Signals
from services.federations.registry import federations_to_run
from workers.schema import await_schema

LOOK_SECONDS = 1.0
PATIENCE = 4.0  # seconds that a SuperLink may take to end


class Links:
    """The SuperLinks of this host: federation id to its process and what it was started for."""

    def __init__(self, settings: Settings) -> None:
        self._environment = settings.environment()
        self._children: dict[int, tuple[tuple[str, int], Child]] = {}

    def keep(self, targets: dict[int, tuple[str, int]]) -> None:
        """Stop what should not run, or not at this address; start and keep alive what should."""
        for number, (place, child) in list(self._children.items()):
            if targets.get(number) != place:
                end([child])
                del self._children[number]
                pulse.beat()  # who waits for several to end does not hang
        for number, place in targets.items():
            if number not in self._children:
                self._children[number] = (place, Child(self._program(number)))
            self._children[number][1].keep_alive()

    def stop(self) -> None:
        """Stop every SuperLink."""
        end([child for _, child in self._children.values()])

    def _program(self, number: int) -> Program:
        return Program(
            name=f"superlink-{number}",
            command=[sys.executable, "-m", "workers.sites.superlink", str(number)],
            stage=0,
            patience=PATIENCE,
            environment=self._environment,
        )


@click.command()
def main() -> None:
    """Keep the SuperLinks of this host running until SIGTERM."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings, "federations")
    database, links = Database(settings.database_url, pool_size=1), Links(settings)
    with Signals() as signals:
        try:
            await_schema(database, signals.wait, lambda: bool(signals.stop))
            while not signals.stop:
                pulse.beat()
                try:
                    links.keep(federations_to_run(database))
                except SQLAlchemyError as error:
                    report_failure(error)
                signals.wait(LOOK_SECONDS)
        finally:
            links.stop()
            database.close()


if __name__ == "__main__":
    main()
