"""The circuit breaker of a schedule: when it runs, waits, tries once more, or needs a person.

Pure functions over values: no database, no clock. ``circuit.py`` has the values, ``ends.py`` what
the end of an execution changes, ``orders.py`` what a person orders, ``ticks.py`` what the clock
does, and ``timeline.py`` puts them together for a whole history in memory. Contract 8.5.
"""
