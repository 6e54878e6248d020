"""The rounds of a run as a table that grows while they happen."""

from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

COLUMNS = ("Round", "Accuracy", "Loss", "AUROC", "Clients", "Seconds")


class RoundTable:
    """Takes a run's events and shows its rounds: live in a terminal, else line by line."""

    def __init__(self, console: Console, title: str) -> None:
        self.rounds = 0
        self.accuracy: float | None = None
        self._console = console
        self._clients = 0
        self._measured: dict[str, float | None] = {}
        self._table = Table(*COLUMNS, title=title, title_justify="left")
        for column in self._table.columns:
            column.justify = "right"
        self._live = Live(self._table, console=console, auto_refresh=False, transient=False)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def take(self, event: dict[str, Any]) -> None:
        """Show what the event adds."""
        data = event["data"]
        if event["type"] == "training_mode":
            self._clients = data["num_clients"]
        elif event["type"] == "round_metrics":
            self._measured = data["metrics"]
            if data["round"] == 0:  # the untrained model: nobody has trained it
                self._add(data, "-", "-")
        elif event["type"] == "round_end":
            answered = self._clients - len(data["refused"])
            self._add(data, f"{answered}/{self._clients}", f"{data['seconds']:.1f}")

    def _add(self, data: dict[str, Any], clients: str, seconds: str) -> None:
        self.rounds = data["round"]
        self.accuracy = self._measured.get("accuracy")
        figures = [_figure(self._measured.get(name)) for name in ("accuracy", "loss", "auroc")]
        cells = (f"{data['round']}/{data['total_rounds']}", *figures, clients, seconds)
        self._table.add_row(*cells)
        if self._console.is_terminal:
            self._live.refresh()
        else:
            named = zip(COLUMNS, cells, strict=True)
            self._console.print(", ".join(f"{name} {cell}" for name, cell in named), soft_wrap=True)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
