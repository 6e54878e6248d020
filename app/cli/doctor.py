"""``doctor``: what could be wrong with this machine and this installation."""

import json
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from app.auth.origin import unnamed_proxy
from app.cli.common import AS_JSON, load_settings
from app.cli.health import Health, look_at_parts
from app.cli.status import COLOURS
from app.settings import Settings
from app.settings_help import RETIRED, describe, unknown_names, unknown_sentence
from app.supervisor.child import ROOT
from app.supervisor.home import Home, HomeError, prepare_home
from app.supervisor.redis_server import RedisMissingError, find_server, server_version

LIBRARIES = ("quart", "sqlalchemy", "rq", "redis", "torch", "lightning", "flwr", "monai")
WAL_RESET_FIXED = (3, 51, 3)
RUNNING_PARTS = ("redis", "web", "clock", "workers")


@click.command()
@AS_JSON
@click.option("--settings", "only_settings", is_flag=True, help="Only list every setting.")
@click.option("--markdown", is_flag=True, help="List the settings as the table of the README.")
def command(*, as_json: bool, only_settings: bool, markdown: bool) -> None:
    """Check versions, permissions, disk, database, Redis and storage; exit code 1 on a failure."""
    if markdown:
        click.echo(settings_markdown())
        return
    unknown = unknown_names(os.environ)
    settings = load_settings()
    if only_settings:
        _print_settings(settings, as_json=as_json)
        return
    findings = [*_findings(settings), *_unknown(unknown)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        _print(findings)
    raise SystemExit(any(finding.status == "failed" for finding in findings))


def settings_markdown() -> str:
    """Return the table of all settings in Markdown."""
    rows = [f"| `{name}` | `{default}` | {what} |" for name, default, what in describe()]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows]).replace(
        "``", ""
    )


def _findings(settings: Settings) -> Iterator[Health]:
    yield Health("python", "ok", sys.version.split()[0])
    yield Health("libraries", *_libraries())
    yield Health("sqlite", *_sqlite())
    yield Health("redis program", *_redis_program(settings))
    yield Health("home", *_home(settings.home))
    yield Health("pages", *_pages())
    yield Health("proxies", *_proxies(settings))
    is_running = Home(settings.home).is_running()
    for part in look_at_parts(settings):
        if is_running or part.name not in RUNNING_PARTS:
            yield part


def _libraries() -> tuple[str, str]:
    installed, missing = [], []
    for name in LIBRARIES:
        try:
            installed.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return "failed", f"missing: {', '.join(missing)}; run `make setup`"
    return "ok", ", ".join(installed)


def _sqlite() -> tuple[str, str]:
    if sqlite3.sqlite_version_info >= WAL_RESET_FIXED:
        return "ok", sqlite3.sqlite_version
    return "ok", (
        f"{sqlite3.sqlite_version}: before 3.51.3 a log reset by two processes could harm the "
        "file, so only the clock process resets it"
    )


def _redis_program(settings: Settings) -> tuple[str, str]:
    if not settings.redis_is_embedded:
        return "ok", "not needed: REDIS_URL is set"
    try:
        program = find_server()
    except RedisMissingError as error:
        return "failed", str(error)
    return "ok", f"{program} {'.'.join(map(str, server_version(program)))}"


def _unknown(names: Sequence[str]) -> Iterator[Health]:
    for name in names:
        yield Health("settings", "warning" if name in RETIRED else "failed", unknown_sentence(name))


def _home(home: Path) -> tuple[str, str]:
    try:
        prepare_home(home)
    except HomeError as error:
        return "failed", str(error)
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o077:
        return "failed", f"{home} has mode {mode:o}, but must be 700: others could read it"
    return "ok", f"{home}, mode {mode:o}"


def _proxies(settings: Settings) -> tuple[str, str]:
    wrong = unnamed_proxy(settings.public_url, settings.trusted_proxies)
    return ("ok", "as the address needs") if wrong is None else ("warning", wrong)


def _pages() -> tuple[str, str]:
    built = (ROOT / "static" / "dist" / "index.html").is_file()
    return ("ok", "built") if built else ("failed", "not built: run `make setup`")


def _print(findings: list[Health]) -> None:
    table = Table("Part", "Finding", "Detail")
    for finding in findings:
        table.add_row(
            finding.name, f"[{COLOURS[finding.status]}]{finding.status}[/]", finding.detail
        )
    Console().print(table)


def _print_settings(settings: Settings, *, as_json: bool) -> None:
    rows = describe(settings)
    if as_json:
        click.echo(json.dumps({name: value for name, value, _ in rows}))
        return
    table = Table("Variable", "Value", "What it is")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
