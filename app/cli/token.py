"""``token``: API tokens; the first one brings the first admin with it."""

import click

from app.cli.accounts import first_link, has_people, pass_on, ready_settings
from app.cli.user import PASSED_ON


@click.command(add_help_option=False, context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Pass everything on."""
    settings = ready_settings()
    shows_help = not {"-h", "--help"}.isdisjoint(arguments)
    if "create" in arguments and not shows_help and not has_people(settings):
        first_link(settings)
    pass_on(settings, "token", *arguments)
