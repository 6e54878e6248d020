"""Sixty runs as programs log them, drawn by a seed, and what plain Python makes of what was sent.

Nothing here asks the platform: which way a metric gets better, what its range is and which series
a result is taken from are written down once more, from the words of the documentation.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

RUNS, BY_CLIENT = 60, 12
LOWER, HIGHER = "min", "max"
GOALS: Mapping[str, str | None] = {
    "train_loss": LOWER,
    "val_loss": LOWER,
    "test/mae": LOWER,
    "rmse": LOWER,
    "perplexity": LOWER,
    "box_loss": LOWER,
    "val_acc": HIGHER,
    "test_acc": HIGHER,
    "accuracy": HIGHER,
    "val_auroc": HIGHER,
    "f1": HIGHER,
    "r2": HIGHER,
    "global_accuracy": HIGHER,
    "global_loss": LOWER,
    "error_free_rate": None,
    "my score": None,
    "reward": None,
    "val_custom": None,
    "gpu/throughput": None,
}
# Which result a series can give; the first that a run has counts. Training rows give none.
RESULTS: Mapping[str, Sequence[str]] = {
    "accuracy": ("test_acc", "global_accuracy", "val_acc", "accuracy"),
    "loss": ("global_loss", "val_loss"),
    "mae": ("test/mae",),
    "auroc": ("val_auroc",),
    "f1_score": ("f1",),
    **{name: (name,) for name in ("rmse", "perplexity", "box_loss", "r2")},
    **{name: (name,) for name, goal in GOALS.items() if goal is None},
}
SHARES = {"val_acc", "test_acc", "accuracy", "val_auroc", "f1", "global_accuracy"}
LOW = {**dict.fromkeys(SHARES, 0.0), "test/mae": 0.0, "rmse": 0.0, "perplexity": 1.0}
HIGH = {**dict.fromkeys(SHARES, 1.0), "r2": 1.0}
OWN = [name for name in GOALS if not name.startswith("global_")]
STATES = ("completed", "completed", "completed", "completed", "failed", "cancelled", "in_progress")
RATES = (0.00001, "1e-5", "0.00001", 1e-5, 0.1, "0.1", "1e-1", 3, 3.0, "3", "fast", None)
Point = tuple[int, float | None]
Points = Mapping[str, Sequence[Point]]


@dataclass
class LoggedRun:
    """What one program sends: ``batches`` of points by series, in this order."""

    name: str
    mode: str = "centralized"
    status: str = "completed"
    by_client: bool = False
    params: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    goals: dict[str, str] = field(default_factory=dict)
    batches: list[Points] = field(default_factory=list)
    evaluations: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, Any] | None = None  # metrics, measured_on and num_rows of its result
    start: datetime | None = None
    end: datetime | None = None
    id: int = 0

    @property
    def seconds(self) -> float | None:
        """How long it ran by its own words, None where the client's clock tells."""
        return (self.end - self.start).total_seconds() if self.start and self.end else None

    def series(self) -> dict[str, dict[int, float | None]]:
        """Return the points of each series by step: of one step what was sent last."""
        found: dict[str, dict[int, float | None]] = {}
        for batch in self.batches:
            for name, points in batch.items():
                found.setdefault(name, {}).update(points)
        for one in self.evaluations:
            for metric in ("accuracy", "loss"):
                found.setdefault(f"global_{metric}", {})[one["round"]] = one[metric]
        return found

    def curve(self, name: str) -> list[Point]:
        """Return the points of a series in ascending order."""
        return sorted(self.series()[name].items())

    def last(self, name: str) -> Point:
        """Return the point that was measured last: the highest step of the newest batch."""
        if name.startswith("global_"):
            return self.curve(name)[-1]
        newest = [batch[name] for batch in self.batches if batch.get(name)][-1]
        step = newest[-1][0] if self.by_client else max(step for step, _ in newest)
        return step, self.series()[name][step]

    def goal(self, name: str) -> str | None:
        """Return what the program said of a metric's direction, or what is known of it."""
        return self.goals.get(name, GOALS[name])

    def best(self, name: str) -> Point | None:
        """Return the best possible value and the first step that has it."""
        goal = self.goal(name)
        points = [
            (step, value)
            for step, value in self.curve(name)
            if value is not None and value == possible(name, value)
        ]
        if self.mode == "federated" and name.startswith("global_"):  # round 0 is untrained
            points = [one for one in points if one[0] > 0] or points
        if goal is None or not points:
            return None
        best = (min if goal == LOWER else max)(value for _, value in points)
        return next(one for one in points if one[1] == best)

    def results(self) -> dict[str, float | None]:
        """Return what the model scores: as the program says, else the last value of one series."""
        if self.said is not None:
            return dict(self.said["metrics"])
        known = self.series()
        found = {}
        for metric, names in RESULTS.items():
            source = next((name for name in names if name in known), None)
            if source is not None:
                found[metric] = possible(source, self.last(source)[1])
        return found

    @property
    def measured_on(self) -> str:
        """The rows of its results as the program names them."""
        return "reported" if self.said is None else self.said["measured_on"]

    def param(self, name: str) -> str | None:
        """Return a parameter as pages write it, None where the run has none."""
        if name not in self.params:
            return None
        return spelled(self.params[name])


def goals_of(name: str, kind: str, runs: Sequence[LoggedRun]) -> set[str | None]:
    """Return every direction that runs with the figure have; ``kind`` is result, best or last."""
    if kind != "result":
        return {run.goal(name) for run in runs if name in run.series()}
    found = set()
    for run in runs:
        source = next((one for one in RESULTS[name] if one in run.series()), None)
        found |= set() if source is None else {run.goal(source)}
    return found


def possible(name: str, value: float | None) -> float | None:
    """Return a value that the metric can have, None of any other."""
    if value is None or not math.isfinite(value):
        return None
    return value if LOW.get(name, -math.inf) <= value <= HIGH.get(name, math.inf) else None


def spelled(value: Any) -> str:
    """Return a parameter as text: numbers in one spelling, texts as they came."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = f"{int(value)}" if value == int(value) else repr(value)
    return text.replace("e-0", "e-")


def number_or_text(text: str | None) -> float | str | None:
    """Return what two spellings of one parameter have in common."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def sixty_runs(seed: int = 60) -> list[LoggedRun]:
    """Draw the runs: the first by the Python client, the rest by the HTTP routes."""
    draw = random.Random(seed)
    runs = [_drawn(draw, number) for number in range(RUNS - 8)]
    return [*runs, *_odd_runs(draw)]


def _drawn(draw: random.Random, number: int) -> LoggedRun:
    federated = number % 5 == 4
    run = LoggedRun(
        name=f"logged {number:02d}",
        mode="federated" if federated else "centralized",
        status=draw.choice(STATES),
        by_client=number < BY_CLIENT,
        params=_params(draw),
        tags={"team": draw.choice(("red", "blue", "1e1", "10"))},
    )
    names = draw.sample(OWN, draw.randint(2, 6))
    for name in names:
        if GOALS[name] is None and draw.random() < 0.5:
            run.goals[name] = draw.choice((LOWER, HIGHER))
    run.batches = list(_batches(draw, names, one_by_one=run.by_client))
    if number == 3:
        run.said = {"metrics": {"accuracy": 0.875}, "measured_on": "test", "num_rows": 40}
    if federated:
        run.evaluations = _evaluations(draw)
    if not run.by_client:
        run.start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=draw.randint(2, 90))
        run.end = run.start + timedelta(seconds=draw.randint(1, 7_000), milliseconds=500)
    return run


def _params(draw: random.Random) -> dict[str, Any]:
    params: dict[str, Any] = {"optimizer": draw.choice(("adam", "sgd", "Adam "))}
    if draw.random() < 0.85:
        params["lr"] = draw.choice(RATES)
    if draw.random() < 0.5:
        params["batch size"] = draw.choice((16, 16.0, "16", 32))
    return params | {"deep.flag": draw.choice((True, False, None))}


def _batches(
    draw: random.Random, names: Sequence[str], *, one_by_one: bool
) -> Iterator[dict[str, list[Point]]]:
    """Yield points with gaps, NaN, negative and repeated steps, some of them sent late."""
    first, stride = draw.choice((-3, 0, 0, 1, 100)), draw.choice((1, 1, 7))
    for begin in range(0, 9, draw.choice((3, 4, 9))):
        steps = [first + stride * (begin + place) for place in range(draw.randint(1, 5))]
        if draw.random() < 0.3:
            steps.append(draw.choice(steps))  # logged again
        if not one_by_one and draw.random() < 0.3:
            draw.shuffle(steps)
        chosen = [name for name in names if draw.random() < 0.85] or names[:1]
        batch = {name: [(step, _value(draw, name)) for step in steps] for name in chosen}
        if one_by_one:
            yield from (
                {name: [points[n]] for name, points in batch.items()} for n in range(len(steps))
            )
        else:
            yield batch


def _value(draw: random.Random, name: str) -> float | None:
    if draw.random() < 0.1:
        return None
    if name in SHARES:
        return draw.choice((0.0, 0.5, 0.75, 1.0, round(draw.random(), 6), draw.random()))
    if name == "r2":
        return 1 - draw.expovariate(1.0)
    if name == "perplexity":
        return 1 + draw.expovariate(0.01)
    size = draw.choice((1e-6, 0.01, 1.0, 150.0, 1e6))
    positive = GOALS[name] == LOWER
    return abs(draw.gauss(0, size)) if positive else draw.gauss(0, size)


def _evaluations(draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "round": number,
            "accuracy": 1.0 if number == 0 else draw.choice((0.5, 0.9, round(draw.random(), 4))),
            "loss": draw.expovariate(1.0),
            "num_samples": 200,
        }
        for number in range(draw.randint(2, 6))
    ]


def _odd_runs(draw: random.Random) -> list[LoggedRun]:
    """Return what a random draw would miss: nothing, only NaN, percentages, ties."""
    now = datetime.now(UTC).replace(microsecond=0)

    def run(name: str, *batches: Points, **more: Any) -> LoggedRun:
        start = now - timedelta(hours=1, minutes=draw.randint(1, 50))
        times = {"start": start, "end": start + timedelta(seconds=90)}
        return LoggedRun(name=name, batches=list(batches), tags={"team": "odd"}, **times, **more)

    return [
        run("nothing measured"),
        run("only NaN", {"val_loss": [(0, None), (1, None)], "accuracy": [(0, None)]}),
        run("percent", {"val_acc": [(0, 75.0), (1, 80.0)], "test_acc": [(0, 75.0), (1, 0.7)]}),
        run("diverged", {"val_loss": [(0, 0.9), (1, 0.4), (2, None)], "accuracy": [(0, 0.8)]}),
        run(
            "says where",
            {"test_acc": [(0, 0.25)], "val_loss": [(0, 0.5)]},
            said={
                "metrics": {"accuracy": 0.9375, "loss": 0.125, "my score": 7.0},
                "measured_on": "test",
                "num_rows": 1200,
            },
        ),
        run(
            "says less",
            {"rmse": [(0, 2.0)]},
            said={"metrics": {"rmse": 1.5}, "measured_on": "validation", "num_rows": None},
        ),
        run("tie one", {"accuracy": [(0, 1.0)], "rmse": [(0, 0.0)]}, params={"lr": "tie"}),
        run("tie two", {"accuracy": [(0, 1.0)], "rmse": [(0, 0.0)]}, params={"lr": "tie"}),
    ]
