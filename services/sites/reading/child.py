"""Has a page read by a process of its own.

Markup of a few kilobytes can make any parser that follows the standard of HTML build a tree of
gigabytes or compute for hours (formatting elements that are opened again in every paragraph, names
of attributes that are all compared): memory and time of that process are bounded.
"""

import base64
import json
import os
from dataclasses import asdict

from app import sandbox
from services.sites.domain.page import PageFacts
from services.sites.errors import PageUnreadable

MODULE = "services.sites.reading"
MIB = 1024 * 1024
LIMITS = sandbox.ProcessLimits(
    memory_bytes=1024 * MIB, cpu_seconds=20, wall_seconds=120, output_bytes=16 * MIB
)


def read_in_child(
    body: bytes, *, content_type: str, url: str, limits: sandbox.ProcessLimits = LIMITS
) -> PageFacts:
    """Return what a page says. Raises PageUnreadable when that takes more than is allowed."""
    request = {
        "parent": os.getpid(),
        "limits": asdict(limits),
        "body": base64.b64encode(body).decode(),
        "content_type": content_type,
        "url": url,
    }
    try:
        answer = sandbox.run_module(MODULE, request, wall_seconds=limits.wall_seconds)
    except (sandbox.OutOfTime, sandbox.OutOfBounds, sandbox.ProcessBroken):
        detail = "The page could not be read: its HTML takes more time or memory than is allowed."
        raise PageUnreadable(detail) from None
    return PageFacts.from_json(json.loads(answer))
