"""Sessions for tests: made-up load and temperature, as files and as sessions in a database."""

import math
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.resources import Resources
from services.forecasting.create import init_session
from services.forecasting.files.create import FileReading, SeriesUpload, create_file
from services.forecasting.files.reading import reading_of
from services.tabular.options import ImportOptions
from services.tabular.read import read_series_to_parquet
from services.tabular.to_json import to_json

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
STEPS = {"eingabe": 24, "ausgabe": 24, "zeitschrittweite": 60, "offset": 0}


def load_and_temperature(hours: int, seed: int = 7) -> tuple[list[float], list[float]]:
    """Return a load that follows the day, the week and the temperature, and that temperature."""
    random = np.random.default_rng(seed)
    loads, temperatures, weather = [], [], 0.0
    for hour in range(hours):
        day = math.sin(2 * math.pi * (hour - 6) / 24)
        workday = 1.0 if (hour // 24) % 7 < 5 else 0.0
        weather = 0.98 * weather + random.normal(0, 0.6)
        temperature = 10 + 8 * day + weather
        temperatures.append(round(temperature, 3))
        loads.append(round(50 + 20 * day + 6 * workday - 1.5 * weather + random.normal(0, 1), 3))
    return loads, temperatures


def csv_text(name: str, values: list[float], minutes: int = 60) -> str:
    """Return a file of the contract's own form."""
    rows = [
        f"{BEGIN + timedelta(minutes=minutes * number):%Y-%m-%d %H:%M:%S};{value}"
        for number, value in enumerate(values)
    ]
    return "\n".join([f"UTC;{name}", *rows, ""])


def read_here(path: Path, options: Mapping[str, Any], target: Path) -> FileReading:
    """Read a file in this process: one of ours needs no child."""
    reading = read_series_to_parquet(path, ImportOptions.from_json(options or None), target)
    return reading_of(to_json(reading))


def add_file(
    resources: Resources,
    actor: Actor,
    folder: Path,
    session_id: str,
    direction: str,
    name: str,
    text: str,
    **metadata: object,
) -> str:
    """Take a text into a session as a file; return the id of its first series."""
    path = folder / f"{uuid.uuid4()}.csv"
    path.write_text(text)
    upload = SeriesUpload(
        path=path,
        file_name=f"{name}.csv",
        direction=direction,
        session_id=session_id,
        label=name,
        metadata={"skalierung": "ja", **metadata},
    )
    rows = create_file(resources.database, resources.store, actor, upload, read_here)
    return rows[0].uuid


def make_session(resources: Resources, actor: Actor, folder: Path, hours: int = 24 * 40) -> str:
    """Return the id of a session with two inputs, one output and hourly steps."""
    wire_id = f"session_{uuid.uuid4()}"
    init_session(
        resources.database,
        actor,
        wire_id,
        {"zeitschritte": STEPS, "timeInfo": {"tag": True, "woche": True}},
    )
    load, temperature = load_and_temperature(hours)
    past = {"zeithorizont_start": -23, "zeithorizont_end": 0}
    coming = {"zeithorizont_start": 1, "zeithorizont_end": 24}
    add = (resources, actor, folder, wire_id)
    add_file(*add, "input", "load", csv_text("load", load), **past)
    add_file(*add, "input", "temperature", csv_text("temperature", temperature), **coming)
    add_file(*add, "output", "load", csv_text("load", load), **coming)
    return wire_id
