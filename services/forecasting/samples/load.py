"""A made-up building: hourly load that follows the day, the week, holidays and the weather.

Made up, so that nothing needs to be fetched; with the same seed it is the same every time. The
weather is an autoregressive process (Box and Jenkins) on top of the course of day and year.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from services.forecasting.samples.types import SampleFile, SampleSession

BEGIN = datetime(2023, 9, 4, tzinfo=UTC)  # a Monday: the test block lies in winter
DAYS = 150
LAST_DAY, NEXT_DAY, WEEK_BEFORE = (-23, 0), (1, 24), (-167, -144)  # hours, 24 points each
SEED = 2024
PERSISTENCE, SHOCK = 0.98, 0.7  # of the weather, per hour, in °C


def load_sample() -> SampleSession:
    """Return load and temperature of a building, and the temperature as a known forecast."""
    temperature = _temperature()
    load = _load(temperature)
    texts = {"load": _csv("Load [kW]", load), "temperature": _csv("Temperature [°C]", temperature)}
    return SampleSession(
        name="Sample: load of a building",
        files=(
            _file("input", "Load", texts["load"], LAST_DAY),
            _file("input", "Load a week before", texts["load"], WEEK_BEFORE),
            _file("input", "Temperature", texts["temperature"], NEXT_DAY),
            _file("input", "Temperature a week before", texts["temperature"], WEEK_BEFORE),
            _file("output", "Load", texts["load"], NEXT_DAY, untergrenze=0),
        ),
        time_steps={"eingabe": 24, "ausgabe": 24, "zeitschrittweite": 60, "offset": 0},
        time_info={
            "tag": True,
            "woche": True,
            "zeitzone": "Europe/Vienna",
            "category_data": {
                "tag": {"zeithorizontStart": 1, "zeithorizontEnd": 24},
                "woche": {"zeithorizontStart": 1, "zeithorizontEnd": 24},
            },
        },
        models=(
            {"MODE": "LIN", "features": "window"},
            {"MODE": "LGBMR", "trees": 60},
            {"MODE": "Dense", "LAY": 2, "N": 64, "EP": 15},
        ),
        split={"gap": True},
    )


def _file(
    direction: str, label: str, text: str, horizon: tuple[int, int], **more: float
) -> SampleFile:
    start, end = horizon
    fields = {"zeithorizont_start": start, "zeithorizont_end": end, "skalierung": "ja", **more}
    return SampleFile(direction=direction, label=label, text=text, fields=fields)


def _temperature() -> NDArray[np.float64]:
    hours = np.arange(24 * DAYS)
    shocks = np.random.default_rng(SEED).normal(0.0, SHOCK, len(hours))
    weather = np.empty(len(hours))
    last = 0.0
    for hour, shock in enumerate(shocks):
        last = weather[hour] = PERSISTENCE * last + shock
    since_january = hours + 24 * (BEGIN.timetuple().tm_yday - 1)
    year = 10 - 10 * np.cos(2 * np.pi * (since_january - 24 * 20) / (24 * 365.25))
    return np.asarray(year + 4 * np.sin(2 * np.pi * (hours - 9) / 24) + weather)


def _load(temperature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return kW: people by day and on workdays, heating below 15 °C, and noise."""
    hours = np.arange(len(temperature))
    hour, day = hours % 24, hours // 24
    workday = day % 7 < 5  # the first day is a Monday
    people = np.where(workday, 1.0, 0.35) * np.maximum(np.sin(np.pi * (hour - 5) / 15), 0)
    heating = np.maximum(15 - temperature, 0)
    noise = np.random.default_rng(SEED + 1).normal(0.0, 2.0, len(hours))
    load: NDArray[np.float64] = np.maximum(40 + 60 * people + 3 * heating + noise, 0.0)
    return load


def _csv(name: str, values: NDArray[np.float64]) -> str:
    rows = [
        f"{BEGIN + timedelta(hours=hour):%Y-%m-%d %H:%M:%S};{value:.2f}"
        for hour, value in enumerate(values)
    ]
    return "\n".join([f"UTC;{name}", *rows, ""])
