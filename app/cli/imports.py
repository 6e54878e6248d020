"""``import``: runs that another program tracked become runs here."""

from pathlib import Path

import click

from app.cli.accounts import ready_settings
from app.cli.common import become

IMPORTS = "services.imports.cli"
KINDS = ("flower", "tensorboard", "mlflow", "inspect", "lm-eval")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--owner", required=True, help="The e-mail address of whose runs they will be.")
@click.option("--team", is_flag=True, help="Share the runs with the team.")
@click.option("--name", help="The name of a single run; that of the file otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def command(
    kind: str, path: Path, owner: str, name: str | None, *, team: bool, as_json: bool
) -> None:
    """Make runs of what another program wrote: what it is, KIND says.

    A result of Flower, event files of TensorBoard, MLflow's mlflow.db, a log of Inspect (.eval or
    .json), or results of lm-eval: the results_….json, its folder or a zip of it.

    What was imported before is left out, so that an import can be begun again at any time.
    """
    flags = [flag for flag, given in (("--team", team), ("--json", as_json)) if given]
    named = ["--name", name] if name else []
    where = str(path.absolute())  # the command goes on in the folder of the program
    become(IMPORTS, [kind, where, "--owner", owner, *named, *flags], ready_settings())
