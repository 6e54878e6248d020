"""One attempt at a federated run, from the data to the files that are kept."""

import logging
from collections.abc import Mapping, Sequence

from flwr.app import Context, RecordDict
from flwr.clientapp.typing import Mod
from flwr.serverapp import Grid, ServerApp

from services.engine_kit.serialization import to_bytes
from services.runs.messages import message_text
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.config.rules import validate_sites
from services.runs.training.data.sharing import Shard
from services.runs.training.engine.federated import strategies
from services.runs.training.engine.federated.aggregation import Aggregation
from services.runs.training.engine.federated.delivery import InProcessTransport
from services.runs.training.engine.federated.exchange import Exchange
from services.runs.training.engine.federated.grid import SERVER_NODE, InProcessGrid, contexts_for
from services.runs.training.engine.federated.model_state import ModelState
from services.runs.training.engine.federated.participation import RoundParticipant
from services.runs.training.engine.federated.progress import RoundProgress
from services.runs.training.engine.federated.round_loop import RoundLoop
from services.runs.training.engine.federated.site import RoundPlan, SimulatedSite, client_app
from services.runs.training.engine.learning import Learner, device_for, learner_for
from services.runs.training.engine.lifecycle import TrainingOutcome, announce, conclude
from services.runs.training.engine.losses import loss_divisors
from services.runs.training.engine.preparation import prepare
from services.runs.training.engine.reporting import ProgressReporter, shown
from services.runs.training.engine.schedule import about_schedule, epochs_of
from services.runs.training.engine.stopping import stop_check
from services.runs.training.ports import TrainingRecorder, TrainingResult, TrainingTask

MUCH = 10_000_000_000  # bytes of models that a person should hear of


def train_federated(
    task: TrainingTask, recorder: TrainingRecorder, threads: int, mods: Sequence[Mod] = ()
) -> TrainingResult:
    """Train to the last round or to a stop. ``mods`` are Flower's wrappers of a client's part."""
    logging.getLogger("flwr").setLevel(logging.ERROR)
    config = task.config
    prepared = prepare(task.data, config, FEDERATED, device_for(config))
    validate_sites(config, len(prepared.shards))
    learner = learner_for(config, prepared, task.pretrained)
    federation, grid = _federation(task, recorder, learner, threads, mods)
    if task.resume is not None:
        federation.restore(task.resume)
    announce(task, recorder, learner, epochs_of(config, FEDERATED))
    announce_models(config, recorder, federation.state.size)
    finished = _serve(federation, grid)
    return result_of(federation, finished=finished)


def _federation(
    task: TrainingTask,
    recorder: TrainingRecorder,
    learner: Learner,
    threads: int,
    mods: Sequence[Mod],
) -> tuple[RoundLoop, InProcessGrid]:
    config, check = task.config, stop_check(recorder)
    state, reporter, current = (
        ModelState(learner.network),
        ProgressReporter(task, recorder),
        RoundPlan(),
    )
    shards = learner.prepared.shards
    contexts = contexts_for(task.run_id, [shard.name for shard in shards])
    by_node = dict(zip(contexts, shards, strict=True))
    sites = {
        node: SimulatedSite(shard, learner, state, reporter) for node, shard in by_node.items()
    }
    grid = InProcessGrid(task.run_id, client_app(sites, current, check, mods), contexts)
    strategy, known = strategies.build(config), participants(by_node)
    federation = RoundLoop(
        task=task,
        recorder=recorder,
        learner=learner,
        state=state,
        strategy=strategy,
        exchange=Exchange(
            strategy,
            InProcessTransport(grid),
            known,
            state,
            reporter,
            loss_divisors=loss_divisors(config, learner.prepared.class_counts),
        ),
        aggregation=Aggregation(config, strategy, state),
        sites=known,
        current=current,
        check=check,
        progress=RoundProgress(threads=threads),
        best=state.tensors(),
    )
    return federation, grid


def participants(shards: Mapping[int, Shard]) -> dict[int, RoundParticipant]:
    """Return what the server knows of each site, by its node."""
    return {
        node: RoundParticipant(
            name=shard.name,
            train_rows=len(shard.train),
            validation_rows=len(shard.validation),
        )
        for node, shard in shards.items()
    }


def _serve(federation: RoundLoop, grid: InProcessGrid) -> bool:
    """Run the rounds as a Flower ServerApp; return whether the last one was reached."""
    app, finished = ServerApp(), []

    @app.main()
    def main(_grid: Grid, _context: Context) -> None:
        finished.append(federation.run())

    run_id = federation.task.run_id
    app(grid, Context(run_id, SERVER_NODE, {}, RecordDict(), {}))
    return finished[0]


def announce_models(config: TrainingConfig, recorder: TrainingRecorder, size: int) -> None:
    """Say how much room the models of all rounds will take, and warn if that is a lot."""
    if config.keep_round_models != "all":
        return
    total = (config.num_rounds + 1) * size
    recorder.log(
        "warning" if total > MUCH else "info",
        f"The model of each of {config.num_rounds} rounds is kept: about {shown(total)} in all "
        "(keep_round_models).",
    )


def result_of(federation: RoundLoop, *, finished: bool) -> TrainingResult:
    """Measure the best model on the test rows, if there are any; return the result and files."""
    last = federation.state.tensors()
    measured = federation.test_of_best()
    progress, total = federation.progress, federation.task.config.num_rounds
    stopped = message_text("stopped_after_round", done=progress.round, total=total)
    outcome = TrainingOutcome(
        finished=finished,
        steps=progress.round,
        last_step=progress.round,
        total=total,
        best_step=progress.best_round,
        best_value=progress.best_value,
        message=message_text("rounds_trained", total=total) if finished else stopped,
        reason=None if finished else stopped,
        threads=progress.threads,
        schedule=about_schedule(federation.config, epochs_of(federation.config, FEDERATED)),
    )
    files = {"model.safetensors": to_bytes(federation.best), "last.safetensors": to_bytes(last)}
    return conclude(
        federation.task, federation.recorder, federation.learner, outcome, measured, files
    )
