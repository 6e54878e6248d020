"""Reports as one page of HTML: no network, no script, light and dark, and fit to be printed."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.runs.results.report.comparison import ComparisonReport
from services.runs.results.report.contents import RunReport, decimals, figure, in_utc, per_cent
from services.runs.results.report.drawing import COLOURS, Chart, ChartLine, drawn
from services.runs.results.report.text import STATISTICS, best_step, known_number, titled

MAX_ROWS = 500  # of a table that people read
MAX_OTHERS = 12  # pictures of metrics that have names of their own
LOSS = ("train_loss", "val_loss")
SHARES = ("train_acc", "train_f1", "val_acc", "val_precision", "val_recall", "val_f1", "val_auroc")
KNOWN = {"epoch", *LOSS, *SHARES}


def run_page(report: RunReport) -> str:
    """Return the report of one run."""
    history = report.results.training_history
    return _rendered(
        "run.html",
        report=report,
        history=[history[place] for place in _evenly(len(history))],
        columns=[name for name in report.table if name in KNOWN and _measured(report, name)],
        pictures=_pictures(run_pictures(report)),
        statistics=STATISTICS,
    )


def comparison_report(report: ComparisonReport) -> str:
    """Return the report of two to twenty runs side by side."""
    return _rendered("comparison.html", report=report, pictures=_pictures(report.pictures))


def run_pictures(report: RunReport) -> list[Chart]:
    """Return the loss, the shares and whatever else the table holds, where measured."""
    groups = [("Loss", LOSS), ("Metrics", SHARES)]
    others = [name for name in report.table if name not in KNOWN][:MAX_OTHERS]
    pictures = [
        _picture(report, title, [name for name in names if _measured(report, name)])
        for title, names in [*groups, *((name, (name,)) for name in others)]
    ]
    return [picture for picture in pictures if picture.lines]


def _picture(report: RunReport, title: str, names: Sequence[str]) -> Chart:
    steps = report.table["epoch"].astype(np.float64)
    lines = [
        ChartLine(
            label=report.column_title(name),
            steps=steps,
            values=report.table[name].astype(np.float64),
        )
        for name in names
    ]
    return Chart(title=title, x_label=report.steps.removesuffix("s"), lines=lines)


def _measured(report: RunReport, name: str) -> bool:
    return name in report.table and bool(np.isfinite(report.table[name]).any())


def _evenly(count: int) -> list[int]:
    places: list[int] = np.linspace(0, count - 1, min(count, MAX_ROWS)).astype(int).tolist()
    return places


def _pictures(pictures: Sequence[Chart]) -> list[dict[str, Any]]:
    return [
        {
            "title": picture.title,
            "svg": Markup(drawn(picture, number)),  # noqa: S704 - it holds no text of people
            "legend": [(line.label, place % COLOURS) for place, line in enumerate(picture.lines)],
        }
        for number, picture in enumerate(pictures)
    ]


def _rendered(template: str, **values: Any) -> str:
    return report_environment().get_template(template).render(**values)


@cache
def report_environment(*folders: Path) -> Environment:
    """Return what renders pages: templates of ``folders`` first, then those that all share."""
    environment = Environment(
        loader=FileSystemLoader([*folders, Path(__file__).parent / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "decimals": decimals,
        "figure": figure,
        "per_cent": per_cent,
        "in_utc": in_utc,
        "titled": titled,
    }
    environment.globals |= {"best_step": best_step, "known_number": known_number}
    return environment
