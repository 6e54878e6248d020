"""When a schedule is due: pure functions of an expression, a zone and a moment.

No database and no clock; zones come from the pinned ``tzdata`` wheel, never from the host.
"""
