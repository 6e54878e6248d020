"""``user``: the people of this installation."""

import click

from app.cli.accounts import pass_on, ready_settings

PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.command(add_help_option=False, context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Pass everything on."""
    pass_on(ready_settings(), "user", *arguments)
