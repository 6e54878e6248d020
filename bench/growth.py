"""``python -m bench.growth``: put the newest figures into docs/benchmarks.md, with their plot."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.lists import QUESTIONS
from bench.peers.beside import growth, table

DOCS = Path(__file__).parents[1] / "docs"
PICTURE = DOCS / "pictures" / "growth.svg"
PLOTTED = tuple(question.name for question in QUESTIONS if question.limits)


def growth_table(rows: Sequence[dict[str, Any]], database: str) -> str:
    """Return p50 in ms by the number of runs, requested by an admin, as Markdown."""
    sizes = sorted({row["runs"] for row in rows})
    lines = [["question", *(f"{size:,} runs" for size in sizes)], ["---"] * (len(sizes) + 1)]
    for question in QUESTIONS:
        milliseconds = _of(rows, database, question.name)
        cells = (f"{milliseconds[size]:.1f}" if size in milliseconds else "" for size in sizes)
        lines.append([question.name, *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of(rows: Sequence[dict[str, Any]], database: str, question: str) -> dict[int, float]:
    return {
        row["runs"]: row["p50_ms"]
        for row in rows
        if (row["database"], row["question"], row["who"]) == (database, question, "admin")
    }


def draw(rows: Sequence[dict[str, Any]]) -> None:
    """Draw the growth of both databases beside each other."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "roundhouse"  # the same figures make the same file
    from matplotlib import pyplot as plt

    figure, sides = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True)
    for axes, database in zip(sides, ("sqlite", "postgresql"), strict=True):
        for name in PLOTTED:
            points = sorted(_of(rows, database, name).items())
            axes.plot(*zip(*points, strict=True), marker="o", label=name)
        axes.set(xscale="log", yscale="log", xlabel="runs", title=database)
        axes.grid(visible=True, alpha=0.3)
    sides[0].set_ylabel("p50 in ms, over HTTP")
    figure.legend(*sides[0].get_legend_handles_labels(), loc="lower center", ncols=3, fontsize=8)
    figure.tight_layout(rect=(0, 0.14, 1, 1))
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, metadata={"Date": None})


def put(page: str, name: str, content: str) -> str:
    """Return the page with what stands between the marks of ``name`` replaced."""
    marks = rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)"
    return re.sub(
        marks, lambda match: f"{match[1]}\n{content}\n\n{match[2]}", page, flags=re.DOTALL
    )


def main() -> None:
    """Write the tables and the plot."""
    rows, page = growth(), DOCS / "benchmarks.md"
    text = put(page.read_text(), "peers", table())
    for database in ("sqlite", "postgresql"):
        text = put(text, f"growth {database}", growth_table(rows, database))
    page.write_text(text)
    draw(rows)


if __name__ == "__main__":
    main()
