"""``python -m workers.benchmark_model``: serves a simulated model with effects that you choose."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from workers.benchmark_model.app import ServerSettings
from workers.benchmark_model.effects import parse_effect, parse_refusals
from workers.benchmark_model.model import SimulationSettings
from workers.benchmark_model.serving import serve_model
from workers.benchmark_model.troubles import TroubleSettings, parse_burst

PROGRAM = "python -m app benchmark-model"


def _parsed(parse: Callable[[str], Any]) -> Callable[..., Any]:
    """Return a callback of click that parses one value, or each of several."""

    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        try:
            if isinstance(value, tuple):
                return tuple(parse(one) for one in value)
            return None if value is None else parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error), context, parameter) from None

    return callback


SHARE = click.FloatRange(0, 1)
NOT_NEGATIVE = click.FloatRange(min=0)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--host", default="127.0.0.1", help="Where it listens.")
@click.option("--port", default=8901, type=click.IntRange(1, 65535))
@click.option("--name", default="simulated", help="The model's name.")
@click.option("--seed", default=0, help="Another seed is another model.")
@click.option(
    "--effect",
    "effects",
    multiple=True,
    callback=_parsed(parse_effect),
    help="A shift for a group in rating points: gender=female:+0.4@competence. After @ a category "
    "or an adjective; without it, all traits. Several values: religion=Muslims|Jews:-0.3.",
)
@click.option(
    "--refuse",
    "refusals",
    multiple=True,
    callback=_parsed(parse_refusals),
    help="A share of refusals for a group: gender=diverse:0.2.",
)
@click.option("--position", default=0.0, help="Added to the written number in either order.")
@click.option("--broken", default=0.0, type=SHARE, help="Share of answers that cannot be read.")
@click.option("--person-sd", default=0.3, type=NOT_NEGATIVE, help="How much persons differ.")
@click.option("--item-sd", default=0.4, type=NOT_NEGATIVE, help="How much items differ.")
@click.option(
    "--burst",
    callback=_parsed(parse_burst),
    help="429 with Retry-After: 100:5:2 is 5 answers in every 100, with 2 seconds.",
)
@click.option("--die-after", default=0, type=click.IntRange(0), help="Requests until it is gone.")
@click.option("--dead-for", default=5.0, type=NOT_NEGATIVE, help="Seconds until it is back.")
@click.option("--latency", default=0.0, type=NOT_NEGATIVE, help="Seconds for each answer.")
@click.option("--drift", default=0.0, type=SHARE, help="Share of answers that change under load.")
@click.option("--context", type=click.IntRange(16), help="Tokens; longer prompts are cut silently.")
@click.option("--context-error", is_flag=True, help="Refuse longer prompts in place of a cut.")
@click.option("--no-logprobs", is_flag=True, help="Offer no log-probabilities.")
@click.option("--key", help="The key that requests must carry.")
def main(**values: Any) -> None:
    """Serve a simulated language model at http://HOST:PORT/v1 until Ctrl-C.

    It reads the person, the trait and the scale in the prompt's text: what a prompt does not show
    has no effect. The same prompt gets the same answer.
    """
    settings = server_settings(values)
    host, port = values["host"], values["port"]
    click.echo(f"The simulated model {settings.name!r} answers at http://{host}:{port}/v1 .")
    try:
        asyncio.run(_run(settings, host, port))
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}.") from None


def server_settings(values: dict[str, Any]) -> ServerSettings:
    """Return what the options say."""
    model = SimulationSettings(
        seed=values["seed"],
        effects=values["effects"],
        refusals=values["refusals"],
        position=values["position"],
        broken=values["broken"],
        person_sd=values["person_sd"],
        item_sd=values["item_sd"],
    )
    troubles = TroubleSettings(die_after=values["die_after"], dead_s=values["dead_for"])
    if values["burst"]:
        every, length, seconds = values["burst"]
        troubles = replace(troubles, burst_every=every, burst_length=length, burst_wait_s=seconds)
    return ServerSettings(
        name=values["name"],
        model=model,
        troubles=troubles,
        key=values["key"],
        latency_s=values["latency"],
        context=values["context"],
        context_error=values["context_error"],
        logprobs=not values["no_logprobs"],
        drift=values["drift"],
    )


async def _run(settings: ServerSettings, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve_model(settings, host, port, stop)


if __name__ == "__main__":
    main(prog_name=PROGRAM)
