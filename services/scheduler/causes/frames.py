"""Reading a trace: the frame that raised, and the message below it.

Of a trace of several exceptions the last one counts: it is what ended the work. Lines do not
decide, so that an edit above the fault keeps its card.
"""

import re
from pathlib import PurePosixPath, PureWindowsPath
from types import TracebackType

from services.scheduler.causes.words import normal_words

_FRAME = re.compile(
    r'^[ \t]*File "(?P<path>[^"\n]*)", line \d+(?:, in (?P<function>[^\n]+))?', re.MULTILINE
)
_INDENTED = re.compile(r"[ \t]{2,}\S|[ \t]*$")
# The trace of a group of exceptions has bars at its left and lines between its parts.
_BARS = re.compile(r"^[ \t]*(?:\| ?|\+[-+ \d]*$|\+ (?=Exception Group))", re.MULTILINE)


def raising_frame(text: str) -> str | None:
    """Return ``file:function`` of the last frame in a text, None for a text without a trace."""
    frames = list(_FRAME.finditer(_without_bars(text)))
    if not frames:
        return None
    return frame_name(frames[-1]["path"], frames[-1]["function"] or "")


def raising_frame_of(error: BaseException) -> str | None:
    """Return ``file:function`` where an exception was raised, None when it never was."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return None
    code = trace.tb_frame.f_code
    return frame_name(code.co_filename, code.co_name)


def frame_name(path: str, function: str) -> str:
    """Return the name of a frame: the file without its folders and numbers, and the function."""
    name = (PureWindowsPath if "\\" in path else PurePosixPath)(path).name
    return f"{normal_words(name)}:{function.strip()}"


def without_trace(text: str, type_name: str) -> str:
    """Return the message of a text: what stands below its last frame, without its type."""
    text = _without_bars(text)
    frames = list(_FRAME.finditer(text))
    if not frames:
        return text
    lines = text[frames[-1].end() :].splitlines()
    below = next((at for at, line in enumerate(lines) if not _INDENTED.match(line)), len(lines))
    message = "\n".join(lines[below:])
    named, colon, rest = message.partition(": ")
    is_type = colon and named.rpartition(".")[2] == type_name.rpartition(".")[2]
    return rest if is_type else message


def _without_bars(text: str) -> str:
    return _BARS.sub("", text) if "Exception Group Traceback" in text else text
