"""What a process says of itself into the pipe of its supervisor."""

import os
import subprocess
import sys

from app.pulse import STARTING, VARIABLE

MIGRATES = """
import time
from app import pulse
pulse.SECONDS = 0.01
with pulse.starting():
    time.sleep(0.5)
"""


def test_a_start_that_takes_long_says_so_and_not_that_it_has_begun():
    reader, writer = os.pipe()
    environment = os.environ | {VARIABLE: str(writer)}
    subprocess.run([sys.executable, "-c", MIGRATES], env=environment, pass_fds=[writer], check=True)
    os.close(writer)
    heard = os.read(reader, 1000)
    os.close(reader)
    assert set(heard) == set(STARTING)
    assert len(heard) > 2
