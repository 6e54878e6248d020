"""``backup``: one file with everything in it."""

from pathlib import Path

import click

from app.backup.archive import BackupError
from app.backup.installation import save
from app.cli.common import load_settings
from app.cli.progress import progress_bar


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Save database and objects into FILE (.tar or .tar.gz), also while the platform runs."""
    try:
        save(load_settings(), file, progress_bar)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Saved in {file} ({file.stat().st_size / 1e6:.1f} MB).")
