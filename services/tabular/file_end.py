"""Reads the last rows of a file before all others, to know how far its times go."""

from pathlib import Path

from services.tabular.blocks import TextBlock
from services.tabular.errors import UnreadableTable
from services.tabular.plan import Plan
from services.tabular.rows import RowReader

_END_BYTES = 16 * 1024


def last_time(path: Path, plan: Plan) -> int | None:
    """Return the time (microseconds UTC) of the last row that can be read; None if none can.

    It is a guess, to be compared with what the whole file holds.
    """
    if plan.encoding.name not in ("utf-8", "ascii"):
        return None
    with path.open("rb", buffering=0) as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        text = file.read(_END_BYTES).decode("utf-8", "replace").replace("\r\n", "\n")
    lines = text.partition("\n")[2].encode()
    block = TextBlock(lines, plan.first_line, is_last=True)
    try:
        rows = RowReader(plan, skip_unreadable=True).read(block)
    except UnreadableTable:
        return None
    return int(rows.times[-1]) if len(rows.times) else None
