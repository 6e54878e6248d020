"""``user``: passed on to the accounts domain, which this layer may not import."""

import click

from app.cli.common import become, load_settings

ACCOUNTS = "services.accounts.admin_cli"


@click.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Pass everything on."""
    become(ACCOUNTS, ["user", *arguments], load_settings())
