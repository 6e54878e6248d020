"""A run as plain text: everything that is known of it, in lines of moderate length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from services.runs.results.domain.confusion import ConfusionStatistics
from services.runs.results.report.contents import (
    ResultLine,
    RoundLine,
    RunReport,
    decimals,
    figure,
    in_utc,
    per_cent,
)

STATISTICS = tuple(one.name for one in fields(ConfusionStatistics))
TITLES = {
    "f1_score": "F1",
    "auc": "AUC",
    "auroc": "AUROC",
    "npv": "NPV",
    "fpr": "FPR",
    "fnr": "FNR",
    "mcc": "MCC",
}
LOSSES = ("train_loss", "val_loss")
SHARES = ("train_acc", "train_f1", "val_acc", "val_precision", "val_recall", "val_f1", "val_auroc")
Row = Sequence[str]


def run_text(report: RunReport) -> str:
    """Return the report."""
    title = f"Report of run_{report.id}: {printable(report.name)}"
    parts = [
        [title, "=" * len(title)],
        _section("Experiment", _pairs(report.about)),
        _section("Final metrics of the kept model", _final(report.final)),
        _section(_best_title(report), _best(report.results.metadata)),
        _section(report.confusion_title, _confusion(report.confusion)),
        _section(_history_title(report), _history(report)),
        _section("Federation", _federation(report)),
        _section("Parameters", _pairs(report.params)),
        _section("Tags", _pairs(report.tags)),
        _section("Notes", [printable(line) for line in report.notes.splitlines()]),
        _section("Environment", _pairs(report.environment)),
        [f"Report made {in_utc(report.made_at)}"],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def printable(text: str) -> str:
    """Return the text without what would move the cursor of a terminal."""
    return "".join(one if one.isprintable() else " " for one in text)


def titled(name: str) -> str:
    """Return the name of a metric as people write it."""
    return TITLES.get(name, name.removesuffix("_cm").replace("_", " "))


def _section(title: str, lines: Iterable[str]) -> list[str]:
    indented = [f"  {line}".rstrip() for line in lines]
    return [title, "-" * len(title), *indented] if indented else []


def _pairs(values: Mapping[str, str]) -> list[str]:
    width = max((len(label) for label in values), default=0)
    return [f"{printable(label):<{width}}  {printable(text)}" for label, text in values.items()]


def _numbers(values: Mapping[str, float]) -> dict[str, str]:
    return {titled(name): decimals(value) for name, value in values.items()}


def known_number(values: Mapping[str, Any], name: str) -> float | None:
    """Return a value of the wire, None where its list of missing names has it."""
    return None if name in values["missing"] else values[name]


def _final(final: Sequence[ResultLine]) -> list[str]:
    width = max((len(titled(one.metric)) for one in final), default=0)
    return [
        f"{titled(one.metric):<{width}} {decimals(one.value):>8}{_per_cent(one):<9} {one.rows}"
        for one in final
    ]


def _per_cent(one: ResultLine) -> str:
    return f"   {per_cent(one.value)}" if one.is_share and one.value is not None else ""


def _best_title(report: RunReport) -> str:
    return f"Best values over {report.steps}, on {report.measured_on} rows"


def _best(metadata: Mapping[str, Any]) -> list[str]:
    names = ("accuracy", "precision", "recall", "f1", "auroc", "loss")
    texts = {name: decimals(known_number(metadata, f"best_val_{name}")) for name in names}
    texts["at"] = best_step(metadata, "accuracy")
    texts["at by recall"] = best_step(metadata, "recall")
    return _pairs(texts)


def best_step(metadata: Mapping[str, Any], metric: str) -> str:
    """Return the epoch or round with the best value, a dash where nobody measured the metric."""
    if known_number(metadata, f"best_val_{metric}") is None:
        return decimals(None)
    return str(metadata["best_epoch" if metric == "accuracy" else f"best_epoch_by_{metric}"])


def _confusion(matrix: Mapping[str, Any] | None) -> list[str]:
    if matrix is None:
        return []
    counts = [
        ("", "predicted positive", "predicted negative"),
        ("positive", str(matrix["true_positives"]), str(matrix["false_negatives"])),
        ("negative", str(matrix["false_positives"]), str(matrix["true_negatives"])),
    ]
    statistics = _numbers({name: matrix[name] for name in STATISTICS})
    return [*aligned(counts), "", *_pairs(statistics)]


def aligned(rows: Sequence[Row]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    return [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _history_title(report: RunReport) -> str:
    shown, total = len(report.results.training_history), report.results.total_epochs
    part = f" ({shown} of {total}, evenly chosen)" if shown < total else ""
    return f"Training history by {report.steps.removesuffix('s')}{part}"


def _history(report: RunReport) -> list[str]:
    entries = report.results.training_history
    names = [name for name in (*LOSSES, *SHARES) if any(name not in e["missing"] for e in entries)]
    if not names:
        return []
    header = [
        report.steps.removesuffix("s"),
        *(report.column_title(name).replace("_", " ") for name in names),
    ]
    rows = [[str(e["epoch"]), *(_cell(e, name) for name in names)] for e in entries]
    return aligned([header, *rows])


def _cell(entry: Mapping[str, Any], name: str) -> str:
    value = known_number(entry, name)
    if value is None:
        return "—"
    return f"{value:.3f}" if name in LOSSES else per_cent(value)


def _federation(report: RunReport) -> list[str]:
    if not report.rounds:
        return []
    clients = ", ".join(printable(one) for one in report.clients) or "none yet"
    lines = [f"Clients ({len(report.clients)}): {clients}", ""]
    for one in report.rounds:
        lines += _round(one)
    return lines


def _round(one: RoundLine) -> list[str]:
    seconds = "" if one.seconds is None else f", {one.seconds:.1f} s"
    metrics = ", ".join(
        f"{titled(name)} {figure(value, name)}" for name, value in one.metrics.items()
    )
    head = f"Round {one.round}{seconds}" + (f": {metrics}" if metrics else "")
    return [head, *(f"  {line}" for line in aligned([_part(part) for part in one.clients]))]


def _part(part: Any) -> Row:
    metrics = ", ".join(f"{name} {figure(value, name)}" for name, value in part.metrics.items())
    why = printable(part.reason or metrics)
    rows = f"{part.num_samples} rows"
    return (printable(part.client), part.status, rows, f"{part.seconds:.1f} s", why)
