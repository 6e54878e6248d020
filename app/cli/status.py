"""``status``: which processes run, and how each part is."""

import json
from dataclasses import asdict
from typing import Any

import click
import psutil
from rich.console import Console
from rich.table import Table

from app.cli.common import AS_JSON, load_settings
from app.cli.health import Health, look_at_parts
from app.supervisor.home import Home

COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@click.command()
@AS_JSON
def command(*, as_json: bool) -> None:
    """List the processes of the running home, and the health of each part.

    Exit code 0 means that it runs and every part is well.
    """
    settings = load_settings()
    home = Home(settings.home)
    running = home.is_running()
    state = home.read() if running else {}
    parts = look_at_parts(settings)
    processes = _processes(state)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "running": running,
                    "home": str(settings.home),
                    "url": settings.public_url,
                    "processes": processes,
                    "health": [asdict(part) for part in parts],
                }
            )
        )
    else:
        _print(running, processes, parts)
    raise SystemExit(0 if running and all(part.status != "failed" for part in parts) else 1)


def _processes(state: dict[str, Any]) -> list[dict[str, Any]]:
    if not state:
        return []
    supervisor = {
        "name": "supervisor",
        "pid": state["pid"],
        "since": state["started_at"],
        "restarts": 0,
    }
    return [entry | _memory(entry["pid"]) for entry in [supervisor, *state["processes"]]]


def _memory(pid: int) -> dict[str, float | None]:
    """Return resident and proportional memory in MB; null where the process is gone."""
    try:
        usage = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return {"memory_mb": None, "pss_mb": None}
    shared = getattr(usage, "pss", None)
    return {
        "memory_mb": round(usage.rss / 1e6, 1),
        "pss_mb": None if shared is None else round(shared / 1e6, 1),
    }


def _print(running: bool, processes: list[dict[str, Any]], parts: list[Health]) -> None:  # noqa: FBT001
    console = Console()
    if not running:
        console.print("The platform does not run in this home.")
    else:
        table = Table("Process", "Id", "Memory MB", "Since", "Restarts")
        for entry in processes:
            table.add_row(
                entry["name"],
                str(entry["pid"]),
                "-" if entry["memory_mb"] is None else f"{entry['memory_mb']:.0f}",
                entry["since"][:19],
                str(entry["restarts"]),
            )
        console.print(table)
    health = Table("Part", "Health", "Detail")
    for part in parts:
        health.add_row(part.name, f"[{COLOURS[part.status]}]{part.status}[/]", part.detail)
    console.print(health)
