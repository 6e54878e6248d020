"""The app that a SuperLink requires for a run: only its description, no line of code.

The platform's job is the ServerApp, and a site runs the ClientApp that is installed there. A
server that could send code to sites could read their data; so nothing that is sent is ever run.
"""

import hashlib
import io
import zipfile

from services.flower.calls import Fab

PROJECT = """[project]
name = "roundhouse"
version = "1.0.0"
description = "Rounds are driven by Roundhouse; sites run what they have installed."

[tool.flwr.app]
publisher = "roundhouse"

[tool.flwr.app.components]
serverapp = "roundhouse:installed"
clientapp = "roundhouse:installed"
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes every time: a SuperLink keeps one copy


def empty_bundle() -> Fab:
    """Return a bundle without code."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("pyproject.toml", _EPOCH), PROJECT)
    content = packed.getvalue()
    return Fab(hash_str=hashlib.sha256(content).hexdigest(), content=content)
