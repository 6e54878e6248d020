"""``python -m bench.abuse``: the table of attacks alone; exit code 1 if one does not hold."""

import logging
import sys

import click
import structlog

from bench.abuse.attacks import ATTACKS
from bench.abuse.table import measure
from bench.figures import show


@click.command()
@click.option("--quick", is_flag=True, help="Fewer runs in the lists and shorter attacks.")
@click.option("--only", multiple=True, type=click.Choice([one.name for one in ATTACKS]))
def main(*, quick: bool, only: tuple[str, ...]) -> None:
    """Attack a platform of its own and print what others noticed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures = []
    for figure in measure(quick=quick, only=only):
        figures.append(figure)
        print(figure.name, f"{figure.value:.0f}", figure.unit, figure.note, flush=True)
    show("One client against the others", figures)
    sys.exit(1 if any(figure.is_met is False for figure in figures) else 0)


if __name__ == "__main__":
    main()
