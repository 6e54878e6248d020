"""Passing commands on to the accounts domain, which this layer may not import."""

import json
from pathlib import Path
from typing import NoReturn

from app.cli.common import become, call_module, load_settings, ready_home
from app.settings import Settings

ACCOUNTS = "services.accounts.admin_cli"


def first_link(settings: Settings) -> str:
    """Return a one-time sign-in address of the first admin, who is made where there is none."""
    return call_module(ACCOUNTS, ["first-link"], settings)


def has_people(settings: Settings) -> bool:
    """Return whether there is any account."""
    return bool(json.loads(call_module(ACCOUNTS, ["user", "list", "--json"], settings)))


def ready_settings() -> Settings:
    """Read the settings, and make the home and its SQLite file where nothing was started yet."""
    settings = load_settings()
    ready_home(settings)
    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).exists():
        call_module("app", ["migrate"], settings)
    return settings


def pass_on(settings: Settings, *arguments: str) -> NoReturn:
    """Become the accounts domain's own command line."""
    become(ACCOUNTS, arguments, settings)
