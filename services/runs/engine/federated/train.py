"""One attempt at a federated run, from the data to the files that are kept."""

import logging
from collections.abc import Mapping, Sequence

from flwr.app import Context, RecordDict
from flwr.clientapp.typing import Mod
from flwr.serverapp import Grid, ServerApp
from torch import Tensor

from services.runs.domain.settings import FEDERATED
from services.runs.engine.federated import strategies
from services.runs.engine.federated.exchange import Exchange
from services.runs.engine.federated.federation import Federation
from services.runs.engine.federated.grid import SERVER_NODE, InProcessGrid, contexts_for
from services.runs.engine.federated.model_state import ModelState
from services.runs.engine.federated.progress import Progress
from services.runs.engine.federated.site import Round, Site, client_app
from services.runs.engine.learning import Learner, device_for, learner_for
from services.runs.engine.manifest import manifest
from services.runs.engine.preparation import prepare
from services.runs.engine.stopping import stop_check
from services.runs.engine.telling import Teller
from services.runs.engine.weights import to_bytes
from services.runs.events import EpochEnd, TrainingMode, TrainingStart
from services.runs.ports import TrainingRecorder, TrainingResult, TrainingTask


def train_federated(
    task: TrainingTask, recorder: TrainingRecorder, threads: int, mods: Sequence[Mod] = ()
) -> TrainingResult:
    """Train to the last round or to a stop. ``mods`` are Flower's wrappers of a client's part."""
    logging.getLogger("flwr").setLevel(logging.ERROR)
    config = task.config
    prepared = prepare(task.data, config, FEDERATED, device_for(config))
    learner = learner_for(config, prepared, task.pretrained)
    federation, grid = _federation(task, recorder, learner, threads, mods)
    if task.resume is not None:
        federation.restore(task.resume)
    _announce(federation)
    finished = _serve(federation, grid)
    return _result(federation, finished=finished)


def _federation(
    task: TrainingTask,
    recorder: TrainingRecorder,
    learner: Learner,
    threads: int,
    mods: Sequence[Mod],
) -> tuple[Federation, InProcessGrid]:
    config, check = task.config, stop_check(recorder)
    state, teller, current = ModelState(learner.network), Teller(task, recorder), Round()
    shards = learner.prepared.shards
    contexts = contexts_for(task.run_id, [shard.name for shard in shards])
    sites = {
        node: Site(shard, learner, state, teller)
        for node, shard in zip(contexts, shards, strict=True)
    }
    grid = InProcessGrid(task.run_id, client_app(sites, current, check, mods), contexts)
    strategy = strategies.build(config)
    federation = Federation(
        task=task,
        recorder=recorder,
        learner=learner,
        state=state,
        strategy=strategy,
        exchange=Exchange(config, strategy, grid, sites, state, teller),
        sites=sites,
        current=current,
        check=check,
        progress=Progress(threads=threads),
        best=state.tensors(),
    )
    return federation, grid


def _serve(federation: Federation, grid: InProcessGrid) -> bool:
    """Run the rounds as a Flower ServerApp; return whether the last one was reached."""
    app, finished = ServerApp(), []

    @app.main()
    def main(_grid: Grid, _context: Context) -> None:
        finished.append(federation.run())

    run_id = federation.task.run_id
    app(grid, Context(run_id, SERVER_NODE, {}, RecordDict(), {}))
    return finished[0]


def _announce(federation: Federation) -> None:
    task, recorder = federation.task, federation.recorder
    if task.resume is None:
        recorder.publish(
            TrainingMode(
                is_federated=True,
                num_rounds=task.config.num_rounds,
                num_clients=len(federation.sites),
            )
        )
    recorder.publish(
        TrainingStart(
            run_id=task.run_id,
            experiment_name=task.experiment_name,
            max_epochs=task.config.num_rounds * task.config.local_epochs,
            training_mode=FEDERATED,
            attempt=task.attempt,
            resumed_from=None if task.resume is None else task.resume.step,
        )
    )
    rows = ", ".join(f"{site.name} {len(site.train_rows)}" for site in federation.sites.values())
    recorder.log("info", f"{len(federation.sites)} clients with training rows: {rows}.")


def _result(federation: Federation, *, finished: bool) -> TrainingResult:
    last = federation.state.tensors()
    measured = federation.test(federation.best, lambda: None)
    progress, task = federation.progress, federation.task
    federation.recorder.publish(
        EpochEnd(epoch=progress.round, phase="test", metrics=measured.metrics)
    )
    return TrainingResult(
        status="completed" if finished else "cancelled",
        best_step=progress.best_round,
        files=_files(federation, last),
        test_metrics=measured.metrics,
        test_confusion=measured.confusion,
        reason=None
        if finished
        else f"Stopped after round {progress.round} of {task.config.num_rounds}.",
    )


def _files(federation: Federation, last: Mapping[str, Tensor]) -> dict[str, bytes]:
    files = {
        "model.safetensors": to_bytes(federation.best),
        "last.safetensors": to_bytes(last),
    }
    progress = federation.progress
    about = manifest(
        federation.task,
        federation.learner.prepared,
        files,
        threads=progress.threads,
        best={"step": progress.best_round, "value": progress.best_value},
    )
    return {**files, "manifest.json": about}
