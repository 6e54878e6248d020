"""From a plan and its files to windows, split and scalers: what every model of a session shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.storage import ObjectStore
from services.forecasting.models.ports import TrainingBlocks
from services.forecasting.training.blocks import ScaledBlock
from services.forecasting.training.values import raw_series
from services.forecasting.windows.build import Windows, build_windows
from services.forecasting.windows.certificate import LeakCertificate, certify
from services.forecasting.windows.plan import WindowPlan
from services.forecasting.windows.scaling import Scalers, fit_scalers
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import WindowSplit, split_windows
from services.forecasting.windows.wire import plan_from_wire


@dataclass(frozen=True, kw_only=True)
class PreparedData:
    """The samples of a session, their blocks, and what was fitted on which of them."""

    plan: WindowPlan
    series: Mapping[str, RawSeries]
    windows: Windows
    split: WindowSplit
    scalers: Scalers
    certificate: LeakCertificate
    scaled: Windows

    def block(self, name: str) -> ScaledBlock:
        """Return the samples of train, validation or test as a model reads them."""
        return ScaledBlock(windows=self.scaled, samples=self.split.blocks[name])

    @property
    def sizes(self) -> dict[str, int]:
        """Return the number of samples of each block."""
        return {name: len(samples) for name, samples in self.split.blocks.items()}


def window_plan_of(plan: Mapping[str, Any]) -> WindowPlan:
    """Return the plan of windows that a session's settings describe."""
    files = [{**one["fields"], **one} for one in plan["files"]]
    return plan_from_wire(
        plan["zeitschritte"],
        [one for one in files if one["direction"] == "input"],
        [one for one in files if one["direction"] == "output"],
        plan["timeInfo"],
        plan["split"],
    )


def prepare(
    plan: Mapping[str, Any],
    store: ObjectStore,
    on_step: Callable[[str], None] = lambda _: None,
) -> PreparedData:
    """Read the files of a plan and cut its samples; ``on_step`` is called as each step begins.

    The steps are load, windows, split and certify. Raises TooFewSamples where a block would be
    empty, and what the windows say of settings that the data do not allow.
    """
    window_plan = window_plan_of(plan)
    on_step("load")
    series = raw_series(store, plan["files"])
    on_step("windows")
    windows = build_windows(window_plan, series)
    on_step("split")
    split = split_windows(windows, window_plan.split)
    scalers = fit_scalers(windows, split, window_plan)
    on_step("certify")
    return PreparedData(
        plan=window_plan,
        series=series,
        windows=windows,
        split=split,
        scalers=scalers,
        certificate=certify(windows, split, scalers),
        scaled=scalers.scaled(windows),
    )


def blocks_of(prepared: PreparedData) -> TrainingBlocks:
    """Return what a model is fitted on and chosen by."""
    steps = prepared.plan.steps
    return TrainingBlocks(
        train=prepared.block("train"),
        validation=prepared.block("validation"),
        input_steps=steps.input_steps,
        output_steps=steps.output_steps,
        input_names=tuple(prepared.windows.input_names),
        output_names=tuple(prepared.windows.output_names),
    )
