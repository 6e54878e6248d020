"""``backup``: one file with everything in it."""

from importlib import import_module
from pathlib import Path
from typing import cast

import click
from sqlalchemy.orm import Session

from app.backup.archive import BackupError
from app.backup.databases import Read
from app.backup.installation import save
from app.cli.common import load_settings
from app.cli.progress import progress_bar
from app.db.migrate import newest_revision, revision_at

DOMAINS = "services.domains"  # of which the platform knows no more than this name


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Save database and objects into FILE (.tar or .tar.gz), also while the platform runs."""

    def kept(session: Session) -> set[str]:
        if revision_at(session.connection()) != newest_revision():
            return set()  # before an upgrade: who knows what these rows name
        return cast("Read", import_module(DOMAINS).kept_objects)(session)

    try:
        missing = save(load_settings(), file, progress_bar, kept)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    if missing:
        raise click.ClickException(
            f"Saved in {file}, but {len(missing)} objects that the database names are missing from "
            f"the store, among them {min(missing)}."
        )
    click.echo(f"Saved in {file} ({file.stat().st_size / 1e6:.1f} MB).")
