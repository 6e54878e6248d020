"""LightGBM: gradient boosting on the flattened window, an ensemble of trees per target.

A target is one output column at one output step. All targets share one binned data set, so
memory does not grow with them; a checkpoint follows each target that is done.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from lightgbm.callback import CallbackEnv
from numpy.typing import NDArray

from services.engine_kit.environment import threads_for
from services.engine_kit.errors import StopTraining
from services.engine_kit.serialization import as_json
from services.forecasting.engine.rows import as_rows, check_inputs, chunks, require_samples
from services.forecasting.engine.saved import ModelDocument, write_document
from services.forecasting.engine.scores import named_scores
from services.forecasting.engine.tree_graphs import trees_graph
from services.forecasting.models.families import WINDOW, LightGbmSettings, ModelSettings
from services.forecasting.models.ports import (
    Block,
    FitContext,
    FitHistory,
    Fitted,
    Floats,
    TrainingBlocks,
    WindowShape,
)
from services.forecasting.models.warm_start import require_same

STATE = "state.json"
SEQUENCE_ROWS = 1024
TREE_REPORT_INTERVAL = 10
MIN_CELLS_FOR_THREADS = 20_000_000
TreeCallback = Callable[[CallbackEnv], None]


@dataclass(frozen=True, kw_only=True)
class TreesModel:
    """Boosters in the order of the flattened output window, as LightGBM's text."""

    settings: ModelSettings
    shape: WindowShape
    texts: tuple[str, ...]
    history: FitHistory = field(default_factory=FitHistory)

    def __post_init__(self) -> None:
        boosters = [lightgbm.Booster(model_str=text) for text in self.texts]
        object.__setattr__(self, "boosters", boosters)

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs of scaled inputs."""
        check_inputs(inputs, self.shape)
        forecast = np.empty((len(inputs), len(self.texts)), dtype=np.float32)
        if len(inputs):
            table = as_rows(inputs, WINDOW)
            for target, booster in enumerate(self._boosters()):
                threads = threads_worth(table.size)
                forecast[:, target] = booster.predict(table, num_threads=threads)
        return forecast.reshape(len(inputs), *self.shape.output_size)

    def save(self, folder: Path) -> None:
        """Write LightGBM's text of each target, and ONNX."""
        dumps = [booster.dump_model() for booster in self._boosters()]
        files = {_name(target): text.encode() for target, text in enumerate(self.texts)}
        files["model.onnx"] = trees_graph(self.shape, dumps)
        write_document(folder, "trees", self, files)

    def _boosters(self) -> list[lightgbm.Booster]:
        boosters: list[lightgbm.Booster] = vars(self)["boosters"]
        return boosters


@dataclass
class BoostingState:
    """The targets that are done: their trees and mean squared errors."""

    texts: list[str] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    epochs: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, text: str, train: float, validation: float) -> dict[str, float]:
        """Add a target; return the means over all targets so far."""
        self.texts.append(text)
        self.train.append(train)
        self.validation.append(validation)
        scores = named_scores(float(np.mean(self.train)), float(np.mean(self.validation)))
        self.epochs.append(scores)
        return scores


class BlockSequence(lightgbm.Sequence):
    """A block as rows that LightGBM reads batch by batch while it bins them."""

    batch_size = SEQUENCE_ROWS

    def __init__(self, block: Block) -> None:
        self._block = block

    def __len__(self) -> int:
        return len(self._block)

    def __getitem__(self, index: int | slice | list[int]) -> NDArray[np.float64]:
        rows = np.atleast_1d(np.arange(len(self._block), dtype=np.int64)[index])
        table = as_rows(self._block.inputs(rows), WINDOW)
        return table[0] if isinstance(index, int | np.integer) else table


class BoostingData:
    """Both blocks binned once; the targets take turns as their label.

    ``whole`` keeps the rows in memory as float32: earlier trees have to forecast them.
    """

    def __init__(self, data: TrainingBlocks, parameters: Mapping[str, Any], *, whole: bool) -> None:
        self._data = data
        read = _table if whole else BlockSequence
        options: dict[str, Any] = {"params": dict(parameters), "free_raw_data": False}
        self.train = lightgbm.Dataset(read(data.train), **options)
        self.validation = lightgbm.Dataset(read(data.validation), reference=self.train, **options)

    def choose(self, target: int) -> None:
        """Make ``target`` the label."""
        self.train.set_label(_label(self._data.train, target))
        self.validation.set_label(_label(self._data.validation, target))


def fit_trees(
    settings: LightGbmSettings,
    data: TrainingBlocks,
    context: FitContext,
    start_from: Fitted | None = None,
) -> TreesModel:
    """Boost each target until it gets no better.

    A model needs all targets: a stop before the last one raises ``StopTraining``, and resuming
    goes on with the target that was next. ``start_from`` is a model whose trees come first.
    """
    require_samples(data.train, "training")
    require_samples(data.validation, "validation")
    earlier = _earlier_texts(settings, data, start_from)
    state, targets = _restored(context), data.output_steps * len(data.output_names)
    cells = len(data.train) * data.input_steps * len(data.input_names)
    parameters = _parameters(settings, context, threads_worth(cells))
    binned = BoostingData(data, parameters, whole=bool(earlier))
    for target in range(len(state.texts), targets):
        if context.stop_requested():
            raise StopTraining
        begun = time.monotonic()
        binned.choose(target)
        watch = watcher(context, settings.trees, target + 1)
        scores = state.add(*_boost(settings, parameters, binned, earlier.get(target), watch))
        seconds = time.monotonic() - begun
        state.seconds += seconds
        if context.checkpoints is not None:
            context.checkpoints.save(target + 1, {STATE: as_json(vars(state))})
        context.on_epoch(target + 1, targets, scores, seconds)
    history = FitHistory(epochs=state.epochs, best_epoch=targets, seconds=state.seconds)
    return TreesModel(
        settings=settings, shape=data.shape, texts=tuple(state.texts), history=history
    )


def watcher(context: FitContext, total: int, target: int) -> TreeCallback:
    """Return what LightGBM calls after each tree: reports some, and stops if requested."""

    def watch(state: CallbackEnv) -> None:
        if context.stop_requested():
            raise StopTraining
        tree = state.iteration - state.begin_iteration + 1
        if tree % TREE_REPORT_INTERVAL == 0:
            results = state.evaluation_result_list or []
            losses = {f"{one[0]}_loss": float(one[2]) for one in results}
            context.on_batch(tree, total, {"train_loss": losses["train_loss"]}, target)

    return watch


def load_trees(document: ModelDocument) -> TreesModel:
    """Return a saved model."""
    steps, outputs = document.shape.output_size
    return TreesModel(
        settings=document.settings,
        shape=document.shape,
        texts=tuple(document.file(_name(n)).decode() for n in range(steps * outputs)),
        history=document.history,
    )


def _boost(
    settings: LightGbmSettings,
    parameters: Mapping[str, Any],
    binned: BoostingData,
    earlier: str | None,
    watch: TreeCallback,
) -> tuple[str, float, float]:
    """Return the trees of one target as text, and its errors on both blocks at the best tree."""
    scores: dict[str, dict[str, list[float]]] = {}
    stopping = lightgbm.early_stopping(settings.patience, first_metric_only=True, verbose=False)
    booster = lightgbm.train(
        dict(parameters),
        binned.train,
        settings.trees,
        valid_sets=[binned.validation, binned.train],
        valid_names=["validation", "train"],
        init_model=None if earlier is None else lightgbm.Booster(model_str=earlier),
        callbacks=[
            lightgbm.record_evaluation(scores),
            watch,
            *([stopping] if settings.patience else []),
        ],
        keep_training_booster=False,
    )
    validation, train = scores["validation"]["l2"], scores["train"]["l2"]
    best = int(np.argmin(validation)) if settings.patience else len(validation) - 1
    trees = booster.num_trees() - len(validation) + best + 1
    return booster.model_to_string(num_iteration=trees), train[best], validation[best]


def threads_worth(cells: int) -> int:
    """Return how many threads a table of so many numbers is worth.

    The threads of a small one wait for each other after every split, and they wait by computing:
    beside other work that costs many times what it saves.
    """
    return threads_for(None) if cells >= MIN_CELLS_FOR_THREADS else 1


def _parameters(settings: LightGbmSettings, context: FitContext, threads: int) -> dict[str, Any]:
    seed = context.seed if settings.seed is None else settings.seed
    return {
        "objective": "regression",
        "metric": "l2",
        "learning_rate": settings.learning_rate,
        "max_depth": settings.depth,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.min_child,
        "num_threads": threads,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbose": -1,
    }


def _table(block: Block) -> Floats:
    tables = [block.inputs(rows).reshape(len(rows), -1) for rows in chunks(block)]
    return np.concatenate(tables)


def _label(block: Block, target: int) -> NDArray[np.float64]:
    label = np.empty(len(block))
    for rows in chunks(block):
        label[rows] = block.outputs(rows).reshape(len(rows), -1)[:, target]
    return label


def _earlier_texts(
    settings: LightGbmSettings, data: TrainingBlocks, start_from: Fitted | None
) -> dict[int, str]:
    if start_from is None:
        return {}
    require_same(settings, data.shape, start_from.settings, start_from.shape)
    texts = start_from.texts if isinstance(start_from, TreesModel) else ()
    return dict(enumerate(texts))


def _restored(context: FitContext) -> BoostingState:
    files = None if context.checkpoints is None else context.checkpoints.load()
    return BoostingState() if files is None else BoostingState(**json.loads(files[STATE]))


def _name(target: int) -> str:
    return f"trees-{target:04}.txt"
