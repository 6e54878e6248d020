"""Real data that a library of ours brings along: carbon dioxide at Mauna Loa, weekly.

Keeling and Whorf, Scripps Institution of Oceanography, as statsmodels ships it. Only its file is
read: importing the library would load pandas into the web process.
"""

import csv
from importlib.util import find_spec
from pathlib import Path

from services.forecasting.samples.types import SampleFile, SampleSession

FILE = "datasets/co2/co2.csv"
WEEK_HOURS = 24 * 7
INPUT_WEEKS, OUTPUT_WEEKS = 53, 13


def carbon_sample() -> SampleSession:
    """Return the series with a year of weeks as input and a quarter as forecast."""
    text = _csv()
    scaled = {"skalierung": "ja", "max_gap_min": 60 * WEEK_HOURS}
    past = {"zeithorizont_start": -WEEK_HOURS * (INPUT_WEEKS - 1), "zeithorizont_end": 0}
    coming = {"zeithorizont_start": WEEK_HOURS, "zeithorizont_end": WEEK_HOURS * OUTPUT_WEEKS}
    return SampleSession(
        name="Sample: carbon dioxide at Mauna Loa",
        files=(
            SampleFile(direction="input", label="CO2", text=text, fields=past | scaled),
            SampleFile(direction="output", label="CO2", text=text, fields=coming | scaled),
        ),
        time_steps={
            "eingabe": INPUT_WEEKS,
            "ausgabe": OUTPUT_WEEKS,
            "zeitschrittweite": 60 * WEEK_HOURS,
            "offset": 0,
        },
        time_info={},
        models=({"MODE": "LIN", "features": "window"}, {"MODE": "LGBMR", "trees": 60}),
        split={"gap": True},
    )


def _csv() -> str:
    spec = find_spec("statsmodels")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("statsmodels is not installed")
    path = Path(spec.submodule_search_locations[0]) / FILE
    rows = list(csv.reader(path.read_text().splitlines()))[1:]
    lines = [
        f"{day[:4]}-{day[4:6]}-{day[6:]} 00:00:00;{value}" for day, value in rows if value.strip()
    ]
    return "\n".join(["UTC;CO2 [ppm]", *lines, ""])
