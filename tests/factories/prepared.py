"""The samples of a session as models read them, without a store or a database."""

from collections.abc import Mapping

from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.build import build_windows
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.plan import WindowPlan
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.series import RawSeries
from services.forecasting.windows.split import split_windows


def prepared(plan: WindowPlan, series: Mapping[str, RawSeries]) -> PreparedData:
    """Return the samples of a plan; the same rows serve a label as an input and as an output."""
    windows = build_windows(plan, series)
    split = split_windows(windows, plan.split)
    scalers = fit_scalers(windows, split, plan)
    outputs = {f"output:{one.label}": series[one.label] for one in plan.outputs}
    return PreparedData(
        plan=plan,
        series={**series, **outputs},
        windows=windows,
        split=split,
        scalers=scalers,
        certificate=certify(windows, split, scalers),
        scaled=scalers.scaled(windows),
    )
