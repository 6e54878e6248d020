"""The commands. Each module is loaded only when its command is called: a start must be quick."""

import importlib

import click

from app.process import importing

COMMANDS = {
    "up": "Start the platform and keep it running until Ctrl-C.",
    "demo": "Train the demo, show its rounds, and serve it until Ctrl-C.",
    "status": "List the processes and the health of each part.",
    "web": "Run the web process alone.",
    "worker": "Run one worker of one queue alone.",
    "clock": "Run the clock alone.",
    "migrate": "Bring the database to the newest schema.",
    "user": "List, make, invite and deactivate people.",
    "token": "Make, list and revoke API tokens.",
    "site": "Take part in a federation with data that stays here.",
    "import": "Bring in runs from Flower, TensorBoard, MLflow, Inspect or lm-eval.",
    "import-ratings": "Make a benchmark run of ratings that another program asked for.",
    "benchmark-model": "Serve a simulated language model to try a benchmark on.",
    "schedules": "Write schedules to a file, compare a file with them, and apply it.",
    "backup": "Save database and objects into one file.",
    "restore": "Bring a backup into an empty home.",
    "doctor": "Check this machine and this installation.",
}
# a module cannot be called like a statement, or with a hyphen
MODULES = {
    "import": "imports",
    "import-ratings": "import_ratings",
    "benchmark-model": "benchmark_model",
}


UNUSED = ("rich",)  # of what every command loads: structlog would draw the traces of failures


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name)
        with importing(without=UNUSED):
            importlib.import_module("structlog")
        with importing():
            command: click.Command = importlib.import_module(f"app.cli.{module}").command
        command.short_help = COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Train models on your own machines and watch every round.

    Settings come from the environment; `python -m app doctor --settings` lists them.
    """


def main() -> None:
    """Run the command line."""
    cli(prog_name="python -m app")
