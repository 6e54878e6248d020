"""SVR_dir and SVR_MIMO: support vector regression on standardised rows.

By step (equally many input and output steps) both are one regression per output column over
all steps of all samples. By window they differ: SVR_dir has one regression per output column
and step (the direct strategy of Ben Taieb et al., 2012), SVR_MIMO one per output column that
all steps share, with the position of the step as a further feature.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from services.engine_kit.errors import StopTraining
from services.forecasting.engine.rows import (
    Doubles,
    as_rows,
    check_inputs,
    chunks,
    require_samples,
)
from services.forecasting.engine.saved import ModelDocument, write_document
from services.forecasting.engine.scores import both_blocks
from services.forecasting.engine.svr_graphs import svr_graph
from services.forecasting.models.errors import UnreadableModel
from services.forecasting.models.families import STEP, ModelSettings, SvrDirSettings, SvrSettings
from services.forecasting.models.ports import (
    Block,
    FitContext,
    FitHistory,
    Floats,
    Rows,
    TrainingBlocks,
    WindowShape,
)
from services.forecasting.models.size import SvrCost, features_for, require_svr_feasible
from services.seeding import generator

STEPS, DIRECT, SHARED = "steps", "direct", "shared"
SCORED_SAMPLES = (
    2000  # a forecast costs as much as all support vectors: the training error is of so many
)


@dataclass(frozen=True, kw_only=True)
class SvrModel:
    """Pipelines of scaler and regression: per output column, or (DIRECT) per step and column."""

    settings: ModelSettings
    shape: WindowShape
    layout: str
    pipelines: tuple[Pipeline, ...]
    history: FitHistory = field(default_factory=FitHistory)

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs of scaled inputs."""
        check_inputs(inputs, self.shape)
        if not len(inputs):
            return np.empty((0, *self.shape.output_size), dtype=np.float32)
        table = design(inputs, self.layout, self.shape.output_steps)
        columns = [pipeline.predict(table) for pipeline in self.pipelines]
        forecast = np.stack(columns, axis=1).reshape(len(inputs), *self.shape.output_size)
        return forecast.astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write skops files and ONNX."""
        files = _files(self.pipelines)
        files["model.onnx"] = svr_graph(self.shape, self.layout, self.pipelines)
        facts = {"layout": self.layout, "pipelines": len(self.pipelines)}
        write_document(folder, "svr", self, files, facts)


def load_svr(document: ModelDocument) -> SvrModel:
    """Return a saved model; skops builds nothing but scikit-learn's own types."""
    count = int(document.facts["pipelines"])
    return SvrModel(
        settings=document.settings,
        shape=document.shape,
        layout=document.facts["layout"],
        pipelines=tuple(_pipeline(_name(n), document.file(_name(n))) for n in range(count)),
        history=document.history,
    )


def fit_svr(settings: SvrSettings, data: TrainingBlocks, context: FitContext) -> SvrModel:
    """Fit each regression; raise ``InvalidModelParams`` for one that would take days.

    A model needs all regressions: a stop before the last one raises ``StopTraining``, and
    resuming goes on with the one that was next.
    """
    require_samples(data.train, "training")
    cost = require_svr_feasible(settings, data.shape, len(data.train))
    layout = layout_for(settings, data.shape)
    table, targets = _drawn_rows(settings, data, context, layout, cost)
    begun, files = time.monotonic(), _restored(context)
    pipelines = [_pipeline(name, content) for name, content in sorted(files.items())]
    for place in range(len(pipelines), cost.regressions):
        if context.stop_requested():
            raise StopTraining
        pipelines.append(_regression(settings).fit(table, targets[:, place]))
        files |= _files(pipelines[place:], place)
        if context.checkpoints is not None:
            context.checkpoints.save(1, dict(files))
        context.on_batch(place + 1, cost.regressions, {}, 1)
    model = SvrModel(settings=settings, shape=data.shape, layout=layout, pipelines=tuple(pipelines))
    scores = both_blocks(model.predict, FirstSamples(data.train), data.validation)
    seconds = time.monotonic() - begun
    context.on_epoch(1, 1, scores, seconds)
    history = FitHistory(epochs=[scores], best_epoch=1, notes=[cost.sentence], seconds=seconds)
    return SvrModel(**{**vars(model), "history": history})


def layout_for(settings: SvrSettings, shape: WindowShape) -> str:
    """Return which rows the regressions of a family are fitted on."""
    if features_for(settings.features, shape) == STEP:
        return STEPS
    return DIRECT if isinstance(settings, SvrDirSettings) else SHARED


def design(inputs: Floats, layout: str, output_steps: int) -> Doubles:
    """Return windows as the rows of a layout; SHARED adds the position of the step, 0 to 1."""
    if layout == STEPS:
        return as_rows(inputs, STEP)
    flat = inputs.reshape(len(inputs), -1).astype(np.float64)
    if layout == DIRECT:
        return flat
    position = np.tile(np.linspace(0.0, 1.0, output_steps), len(inputs))
    return np.hstack([np.repeat(flat, output_steps, axis=0), position[:, None]])


@dataclass(frozen=True)
class FirstSamples:
    """At most ``SCORED_SAMPLES`` samples of a block, evenly spaced."""

    block: Block

    def __len__(self) -> int:
        return min(len(self.block), SCORED_SAMPLES)

    def inputs(self, rows: Rows) -> Floats:
        """Return inputs."""
        return self.block.inputs(rows * len(self.block) // len(self))

    def outputs(self, rows: Rows) -> Floats:
        """Return outputs."""
        return self.block.outputs(rows * len(self.block) // len(self))


def _regression(settings: SvrSettings) -> Pipeline:
    return make_pipeline(
        StandardScaler(),
        SVR(kernel=settings.kernel, C=settings.c, epsilon=settings.epsilon, gamma="scale"),
    )


def _drawn_rows(
    settings: SvrSettings, data: TrainingBlocks, context: FitContext, layout: str, cost: SvrCost
) -> tuple[Doubles, Doubles]:
    """Return features and targets of all rows, or of ``max_rows`` drawn ones."""
    per_sample = 1 if layout == DIRECT else data.output_steps
    chosen = np.arange(cost.all_rows)
    if cost.rows < cost.all_rows:
        seed = context.seed if settings.seed is None else settings.seed
        draw = generator(seed, "svr rows")
        chosen = np.sort(draw.choice(cost.all_rows, cost.rows, replace=False))
    tables, targets = [], []
    for rows in chunks(data.train):
        inside = chosen[(chosen >= rows[0] * per_sample) & (chosen < (rows[-1] + 1) * per_sample)]
        inside = inside - rows[0] * per_sample
        outputs = data.train.outputs(rows).astype(np.float64).reshape(len(rows) * per_sample, -1)
        tables.append(design(data.train.inputs(rows), layout, data.output_steps)[inside])
        targets.append(outputs[inside])
    return np.vstack(tables), np.vstack(targets)


def _files(pipelines: Sequence[Pipeline], first: int = 0) -> dict[str, bytes]:
    """Return pipelines as the files of the places from ``first`` on."""
    from skops import io as skops_io  # imports all of scikit-learn: more than a second

    return {_name(place): skops_io.dumps(one) for place, one in enumerate(pipelines, first)}


def _restored(context: FitContext) -> dict[str, bytes]:
    return {} if context.checkpoints is None else dict(context.checkpoints.load() or {})


def _pipeline(name: str, content: bytes) -> Pipeline:
    from skops import io as skops_io

    if skops_io.get_untrusted_types(data=content):
        raise UnreadableModel(f"{name} holds types that are not scikit-learn's own.")
    pipeline = skops_io.loads(content, trusted=[])
    if not isinstance(pipeline, Pipeline):
        raise UnreadableModel(f"{name} holds no pipeline.")
    return pipeline


def _name(place: int) -> str:
    return f"svr-{place:04}.skops"
