"""``import-ratings``: ratings that another program asked for become a benchmark run."""

from pathlib import Path

import click

from app.cli.accounts import ready_settings
from app.cli.common import become

IMPORTS = "services.benchmarks.imported.cli"
KINDS = ("inspect", "lm-eval", "items")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("path", type=FILE)
@click.option("--owner", required=True, help="The e-mail address of whose run it will be.")
@click.option("--mapping", type=FILE, help="JSON that says which field of a sample is what.")
@click.option("--name", help="The name of the run; that of the file otherwise.")
@click.option("--model", help="The name of the model; as the file says otherwise.")
@click.option("--dataset", type=int, help="The data set whose persons these are.")
@click.option("--language", type=click.Choice(("en", "de")), help="The language of the prompts.")
@click.option("--team", is_flag=True, help="Share the run with the team.")
@click.option("--preview", is_flag=True, help="Say what would come of the file; store nothing.")
@click.option("--skip-faults", is_flag=True, help="Leave out samples that are no items.")
@click.option("--again", is_flag=True, help="Import a file that is a run already.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def command(
    kind: str,
    path: Path,
    *,
    owner: str,
    mapping: Path | None,
    name: str | None,
    model: str | None,
    dataset: int | None,
    language: str | None,
    team: bool,
    preview: bool,
    skip_faults: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Make a benchmark run of a log of Inspect, results of lm-eval, or a table of items."""
    flags = {
        "--team": team,
        "--preview": preview,
        "--skip-faults": skip_faults,
        "--again": again,
        "--json": as_json,
    }
    texts = {
        "--mapping": mapping and mapping.absolute(),
        "--name": name,
        "--model": model,
        "--dataset": dataset,
        "--language": language,
    }
    options = [part for option, text in texts.items() if text for part in (option, str(text))]
    chosen = [flag for flag, given in flags.items() if given]
    where = str(path.absolute())  # the command goes on in the folder of the program
    become(IMPORTS, [kind, where, "--owner", owner, *options, *chosen], ready_settings())
