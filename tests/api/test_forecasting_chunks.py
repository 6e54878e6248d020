"""Chunks of files of sessions in any order, what belongs together, and how a file is taken in."""

import asyncio
import hashlib
import json
import random
import uuid
from io import BytesIO
from typing import Any

import pytest
from quart import Quart
from werkzeug.datastructures import FileStorage

from blueprints.forecasting.reader import READER
from services.forecasting.sweep import sweep_objects
from tests.factories.callers import Caller
from tests.factories.chunks import BASE, chunk_form, cut, send_chunk, stored_files
from tests.factories.sessions import csv_text, read_here
from tests.factories.uploads import TUS, begin, offset_of, patch, send
from tests.support.databases import ON_ONE_DATABASE

LOAD = csv_text("load", [1.5, 2.5, 1.75, 2.0] * 30).encode()
HEAT = csv_text("heat", [20.0, 21.5, 19.25] * 50).encode()
BROKEN = b"UTC;load\nyesterday;1\ntoday;2\n"
HASH = hashlib.sha256(LOAD).hexdigest()


@pytest.fixture(autouse=True)
def reader(served: Quart):
    """Files are read in this process: a child takes a second."""
    served.extensions[READER] = read_here
    yield
    del served.extensions[READER]


@pytest.fixture
async def session(member: Caller) -> str:
    return await begun(member)


async def begun(caller: Caller) -> str:
    name = f"session_{uuid.uuid4()}"
    await caller.post(f"{BASE}/init-session", {"sessionId": name})
    return name


async def labels(caller: Caller, session: str) -> dict[str, bytes]:
    return {one["label"]: one["data"] for one in await stored_files(caller, session)}


async def status(caller: Caller, session: str) -> Any:
    return await caller.get(f"{BASE}/session-status/{session}")
