"""``restore``: a backup in an empty home."""

from pathlib import Path

import click

from app.backup.archive import BackupError
from app.backup.installation import restore
from app.cli.common import RefusedError, load_settings
from app.cli.progress import progress_bar
from app.supervisor.home import Home, HomeError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Bring the backup FILE into an empty home; refuse where there is anything already."""
    settings = load_settings()
    try:
        with Home(settings.home):  # nobody may start the platform meanwhile
            manifest = restore(settings, file, progress_bar)
    except HomeError as error:
        raise RefusedError(str(error)) from None
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored what was saved at {manifest.facts['created_at']}.")
