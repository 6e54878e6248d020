"""``demo``: a client of the platform's own HTTP API, from an empty folder to a trained model."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console

from app.cli.accounts import ACCOUNTS, first_link
from app.cli.common import AS_JSON, call_module, load_settings
from app.cli.demo_bias import BiasResult, benchmark, conclude_bias
from app.cli.demo_client import DemoError, DemoPlatform
from app.cli.demo_forecast import ForecastResult, conclude, forecast
from app.cli.demo_platform import own_platform, private_settings
from app.cli.demo_schedule import ScheduleResult, keep_time
from app.cli.demo_table import RoundTable
from app.settings import Settings

FEDERATED, CENTRAL = "demo_federated", "demo_central"


@dataclass(frozen=True, kw_only=True)
class DemoResult:
    """How the demo ended. ``seconds`` count from the start of the command."""

    run_id: int
    status: str
    rounds: int
    accuracy: float | None
    seconds: float
    url: str

    @property
    def is_complete(self) -> bool:
        """Return whether the run came to its end."""
        return self.status == "completed"


Outcome = DemoResult | ForecastResult | BiasResult | ScheduleResult
Show = Callable[[Settings, Console, float], Outcome]


@click.command()
@click.argument("what", type=click.Choice(["runs", "forecast", "bias", "schedule"]), default="runs")
@click.option("--exit", "leave", is_flag=True, help="Do it in a new home, stop, leave nothing.")
@AS_JSON
def command(*, what: str, leave: bool, as_json: bool) -> None:
    """Show the demo as it goes, and serve it until Ctrl-C.

    WHAT is runs (a federation of hospitals, the default), forecast (the load of a building),
    bias (a language model with a known bias) or schedule (work that fails, and recovers).
    """
    begun = time.monotonic()
    console = Console(stderr=as_json)
    show = SHOWS[what]
    try:
        if leave:
            with private_settings() as settings, own_platform(settings):
                outcome = show(settings, console, begun)
            _finish(outcome, as_json=as_json)
        else:
            _serve(load_settings(), console, begun, show, as_json=as_json)
    except DemoError as error:
        raise click.ClickException(str(error)) from None


def _serve(
    settings: Settings, console: Console, begun: float, show: Show, *, as_json: bool
) -> None:
    with own_platform(settings) as supervisor:
        outcome = show(settings, console, begun)
        if as_json:
            click.echo(json.dumps(vars(outcome)))
        console.print("It keeps running until Ctrl-C.")
        supervisor.wait()


def _train(settings: Settings, console: Console, begun: float) -> DemoResult:
    """Train both runs of the demo, or find them, and show the federated one."""
    _welcome(settings, console)
    with _signed_in(settings) as platform:
        federated, central = platform.ensure_run(FEDERATED), platform.ensure_run(CENTRAL)
        table = RoundTable(console, platform.preset(FEDERATED)["title"])
        with table:
            for event in platform.follow(federated):
                table.take(event)
        run, compared = platform.wait_for(federated), platform.wait_for(central)
    outcome = _outcome(run, table, settings, begun)
    _conclude(console, outcome, compared)
    return outcome


def _welcome(settings: Settings, console: Console) -> None:
    console.print(f"Roundhouse is at [bold]{settings.public_url}[/bold]", soft_wrap=True)
    link = first_link(settings)
    console.print("Sign in once with:", end=" ")
    console.print(link, style="bold", soft_wrap=True, highlight=False)


def _forecast(settings: Settings, console: Console, begun: float) -> ForecastResult:
    """Train the models of a sample session, and show how they stand."""
    _welcome(settings, console)
    with _signed_in(settings) as platform:
        result = forecast(platform, console, begun)
    conclude(console, result, settings.public_url)
    return result


def _bias(settings: Settings, console: Console, begun: float) -> BiasResult:
    """Benchmark the simulated model, and show what it came to."""
    _welcome(settings, console)
    with _signed_in(settings) as platform:
        result = benchmark(platform, console, begun)
    conclude_bias(console, result, settings.public_url)
    return result


def _schedule(settings: Settings, console: Console, begun: float) -> ScheduleResult:
    """Let a schedule come due, fail and recover."""
    _welcome(settings, console)
    with _signed_in(settings) as platform:
        return keep_time(platform, settings, console, begun)


SHOWS: dict[str, Show] = {
    "runs": _train,
    "forecast": _forecast,
    "bias": _bias,
    "schedule": _schedule,
}


@contextmanager
def _signed_in(settings: Settings) -> Iterator[DemoPlatform]:
    made = call_module(
        ACCOUNTS, ["token", "create", "--name", "demo", "--expires-days", "1", "--json"], settings
    )
    with DemoPlatform(settings, json.loads(made)["token"]) as platform:
        yield platform


def _outcome(
    run: dict[str, Any], table: RoundTable, settings: Settings, begun: float
) -> DemoResult:
    return DemoResult(
        run_id=run["id"],
        status=run["status"],
        rounds=table.rounds,
        accuracy=table.accuracy,
        seconds=round(time.monotonic() - begun, 1),
        url=f"{settings.public_url}/runs/{run['id']}",
    )


def _conclude(console: Console, outcome: DemoResult, compared: dict[str, Any]) -> None:
    reached = _figure(outcome.accuracy)
    test = (compared["manifest"] or {}).get("test", {"metrics": {}})
    compared_to = _figure(test["metrics"].get("accuracy"))
    text = (
        f"Federated: {outcome.status}, accuracy {reached} on rows that no hospital has.\n"
        f"The same in one place: {compared['status']}, accuracy {compared_to} on the "
        "same rows.\n"
        f"Look at it: {outcome.url}"
    )
    console.print(text, soft_wrap=True)


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _finish(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(vars(outcome)))
    if not outcome.is_complete:
        raise SystemExit(1)
